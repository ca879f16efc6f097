//! A mailer against mail servers that misbehave in every way we could think of.

use std::net::SocketAddr;

use secrecy::SecretString;
use tokio::net::TcpListener;

use super::{
    fake::{Act, Seen, server, session},
    *,
};

fn mailer(address: SocketAddr, whole: Duration) -> Mailer {
    let settings = settings::Email {
        smtp_url: SecretString::from(format!("smtp://{address}")),
        from: "Clinic <no-reply@clinic.example>".to_owned(),
        reply_to: String::new(),
        ca_file: None,
    };
    Mailer::within(&settings, whole).unwrap()
}

fn mail() -> Envelope {
    Envelope {
        to: "jo@example.com".to_owned(),
        subject: "Your code".to_owned(),
        text: "Hello\n.\n..dots\nTM3KX2\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        message_id: "<outbox.7@portal.example.org>".to_owned(),
        at: Moment(1_795_516_920_000),
    }
}

/// Sends one mail to a server that plays so.
async fn send_to(play: fn(usize, &str) -> Option<Act>) -> Result<Answer, Outage> {
    let (address, _) = server(play).await;
    mailer(address, Duration::from_millis(300)).send(&mail()).await
}

fn at(step: &str, here: &str, act: Act) -> Option<Act> {
    (step == here).then_some(act)
}

#[tokio::test]
async fn a_mail_is_taken_and_the_queue_id_kept_without_the_address() {
    let (address, seen) = server(|_, _| None).await;
    let answer = mailer(address, WHOLE_SEND).send(&mail()).await.unwrap();
    assert_eq!(answer.answer, "250 2.0.0 Ok: queued as 4F2A for (address)");
    let messages = seen.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("\r\n..\r\n") && messages[0].contains("\r\n...dots\r\n"), "dots are stuffed");
}

#[tokio::test]
async fn one_connection_carries_many_mails_quickly() {
    let (address, seen) = server(|_, _| None).await;
    let mut mailer = mailer(address, WHOLE_SEND);
    let began = Instant::now();
    for _ in 0..50 {
        mailer.send(&mail()).await.unwrap();
    }
    assert_eq!((seen.connections(), seen.messages().len()), (1, 50));
    // With Nagle's algorithm against delayed acknowledgements it was 44 ms each.
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn refusals_are_permanent_and_keep_the_words() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        let play: fn(usize, &str) -> Option<Act> = match step {
            "MAIL" => |_, here| at("MAIL", here, Act::Say("550 5.7.1 not from you\r\n")),
            "RCPT" => |_, here| at("RCPT", here, Act::Say("550-5.1.1 no such\r\n550 5.1.1 user <Jo@example.com>\r\n")),
            "DATA" => |_, here| at("DATA", here, Act::Say("554 no\r\n")),
            _ => |_, here| at(".", here, Act::Say("554 5.7.1 looks like spam\r\n")),
        };
        let outage = send_to(play).await.unwrap_err();
        assert!(matches!(outage, Outage::Permanent { .. }), "{step}: {outage}");
        assert!(!outage.answer().contains('@'));
        if step == "RCPT" {
            assert_eq!(outage.answer(), "550 5.1.1 no such user (address)");
        }
    }
}

#[tokio::test]
async fn whatever_is_not_a_final_no_is_worth_a_retry() {
    let plays: [fn(usize, &str) -> Option<Act>; 10] = [
        |_, here| at("connect", here, Act::Say("421 too busy\r\n")),
        |_, here| at("connect", here, Act::Say("554 no service\r\n")),
        |_, here| at("connect", here, Act::Close),
        |_, here| at("EHLO", here, Act::Close),
        |_, here| at("MAIL", here, Act::Say("451 later\r\n")),
        |_, here| at("RCPT", here, Act::Say("450 4.2.1 greylisted\r\n")),
        |_, here| at("RCPT", here, Act::Close),
        |_, here| at("DATA", here, Act::Say("nonsense\r\n")),
        |_, here| at("DATA", here, Act::Say("250 misunderstood\r\n")),
        |_, here| at(".", here, Act::Say("452 4.3.1 disk full\r\n")),
    ];
    for (number, play) in plays.into_iter().enumerate() {
        let outage = send_to(play).await.unwrap_err();
        assert!(matches!(outage, Outage::Transient { .. }), "{number}: {outage}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = mailer(nobody, WHOLE_SEND).send(&mail()).await.unwrap_err();
    assert!(matches!(refused, Outage::Transient { .. }), "{refused}");
}

#[tokio::test]
async fn a_server_that_stalls_holds_a_send_no_longer_than_its_limit() {
    let plays: [fn(usize, &str) -> Option<Act>; 3] = [
        |_, here| at("connect", here, Act::Stall),
        |_, here| at("EHLO", here, Act::Stall),
        |_, here| at("RCPT", here, Act::Stall),
    ];
    for play in plays {
        let began = Instant::now();
        let outage = send_to(play).await.unwrap_err();
        assert!(matches!(outage, Outage::Transient { .. }), "{outage}");
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn a_mail_whose_answer_never_comes_is_lost_rather_than_failed() {
    let plays: [fn(usize, &str) -> Option<Act>; 3] = [
        |_, here| at(".", here, Act::Close),
        |_, here| at(".", here, Act::Stall),
        |_, here| at(".", here, Act::Say("354 what?\r\n")),
    ];
    for play in plays {
        let outage = send_to(play).await.unwrap_err();
        assert!(matches!(outage, Outage::Lost { .. }), "{outage}");
    }
}

#[tokio::test]
async fn a_late_answer_never_counts_for_the_next_mail() {
    // The first connection answers nothing after RCPT; a second mail on it would read that answer as its own.
    let (address, seen) = server(|number, here| (number == 1).then(|| at("RCPT", here, Act::Stall)).flatten()).await;
    let mut mailer = mailer(address, Duration::from_millis(200));
    assert!(mailer.send(&mail()).await.is_err());
    assert!(mailer.send(&mail()).await.is_ok());
    assert_eq!((seen.connections(), seen.messages().len()), (2, 1));
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_no_retry() {
    // Each connection takes one mail and then says goodbye, in three ways.
    let plays: [fn(usize, &str) -> Option<Act>; 2] = [
        |number, here| (number == 1).then(|| at("RSET", here, Act::Close)).flatten(),
        |number, here| match (number, here) {
            (1, "MAIL") => Some(Act::Say("250 fine\r\n")),
            _ => None,
        },
    ];
    for play in plays {
        let (address, _) = server(play).await;
        let mut mailer = mailer(address, WHOLE_SEND);
        mailer.send(&mail()).await.unwrap();
        mailer.send(&mail()).await.unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let closing = session(stream, 1, |_, _| None, Seen::default());
            tokio::spawn(timeout(Duration::from_millis(150), closing));
        }
    });
    let mut mailer = mailer(address, WHOLE_SEND);
    mailer.send(&mail()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(250)).await;
    mailer.send(&mail()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_cannot_be_written_is_refused_without_asking() {
    let (address, seen) = server(|_, _| None).await;
    let mut mailer = mailer(address, WHOLE_SEND);
    for to in ["nobody", "a@b.example\r\nRCPT TO:<x@y.example>", "<a@b.example>"] {
        let outage = mailer.send(&Envelope { to: to.to_owned(), ..mail() }).await.unwrap_err();
        assert!(matches!(outage, Outage::Permanent { .. }), "{outage}");
    }
    assert_eq!(seen.connections(), 0);
    let beyond = mailer.send(&Envelope { to: "peña@example.com".to_owned(), ..mail() }).await.unwrap_err();
    assert!(matches!(beyond, Outage::Permanent { .. }), "this server has no SMTPUTF8: {beyond}");
}

#[tokio::test]
async fn a_probe_tells_whether_the_server_is_there() {
    let (address, seen) = server(|_, _| None).await;
    mailer(address, WHOLE_SEND).probe().await.unwrap();
    assert!(seen.messages().is_empty());
    let (address, _) = server(|_, here| at("EHLO", here, Act::Stall)).await;
    assert!(mailer(address, Duration::from_millis(100)).probe().await.is_err());
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let email = |url: &str, from: &str| settings::Email {
        smtp_url: SecretString::from(url),
        from: from.to_owned(),
        reply_to: String::new(),
        ca_file: None,
    };
    for (url, from, setting) in [
        ("http://localhost", "a@b.example", "email.smtp_url"),
        ("smtp://", "a@b.example", "email.smtp_url"),
        ("smtp://localhost", "not an address", "email.from"),
    ] {
        let unfit = Mailer::new(&email(url, from)).err().unwrap();
        assert_eq!(unfit.setting, setting, "{unfit}");
    }
    let unfit = Mailer::new(&email("smtp://user:hush%ff@host", "a@b.example")).err().unwrap();
    assert!(!unfit.to_string().contains("hush"));
}
