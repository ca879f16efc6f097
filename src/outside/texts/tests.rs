//! A texter against gateways that refuse, stall, vanish and babble.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::settings::TextProvider;

pub(crate) enum Act {
    Answer(&'static str),
    /// Reads the request, then says nothing.
    Stall,
    /// Reads the request, then closes.
    Close,
    /// Takes the connection and reads nothing.
    Deaf,
}

/// A gateway that does the same to every request; the requests it read are kept.
pub(crate) async fn gateway(act: Act) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = requests.clone();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if matches!(act, Act::Deaf) {
                open.push(stream);
                continue;
            }
            let mut request = Vec::new();
            let whole = loop {
                let mut chunk = [0; 4096];
                let n = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..n]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let length = text
                    .to_lowercase()
                    .split_once("content-length: ")
                    .and_then(|(_, rest)| rest.split("\r\n").next()?.parse::<usize>().ok());
                if n == 0 || text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length.unwrap_or(0)) {
                    break text;
                }
            };
            kept.lock().unwrap().push(whole);
            match act {
                Act::Answer(answer) => drop(stream.write_all(answer.as_bytes()).await),
                Act::Close => {}
                Act::Stall | Act::Deaf => open.push(stream),
            }
        }
    });
    (address, requests)
}

fn texter(base: &str) -> Texter {
    let settings = settings::Texts {
        provider: TextProvider::Twilio,
        api_url: base.to_owned(),
        account_sid: "AC123".to_owned(),
        auth_token_file: None,
        from: "+15550100".to_owned(),
        countries: vec!["US".to_owned()],
        per_day: 100,
    };
    let callback = Url::parse("https://portal.example.org/webhooks/texts").ok();
    let wait = Duration::from_millis(300);
    Texter::waiting(&settings, SecretString::from("hush"), callback, wait, wait * 2).unwrap()
}

async fn send_to(act: Act) -> Result<Answer, Outage> {
    let (address, _) = gateway(act).await;
    texter(&format!("http://{address}")).send("+15550123456", "Your code is 123456").await
}

#[tokio::test]
async fn a_text_is_posted_as_twilio_wants_it() {
    let (address, requests) = gateway(Act::Answer(
        "HTTP/1.1 201 Created\r\ncontent-length: 33\r\n\r\n{\"sid\":\"SM9\",\"status\":\"accepted\"}",
    ))
    .await;
    let answer = texter(&format!("http://{address}/base/")).send("+15550123456", "código #1").await.unwrap();
    assert_eq!(answer, Answer { answer: "201 accepted".to_owned(), provider_id: Some("SM9".to_owned()) });
    let request = requests.lock().unwrap()[0].clone();
    assert!(request.starts_with("POST /base/2010-04-01/Accounts/AC123/Messages.json HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic QUMxMjM6aHVzaA==\r\n"));
    assert!(request.ends_with(
        "To=%2B15550123456&From=%2B15550100&Body=c%C3%B3digo+%231&StatusCallback=https%3A%2F%2Fportal.example.org%2Fwebhooks%2Ftexts"
    ));
}

#[tokio::test]
async fn answers_are_told_apart() {
    macro_rules! http {
        ($status:literal, $body:literal) => {
            Act::Answer(concat!("HTTP/1.1 ", $status, "\r\nconnection: close\r\n\r\n", $body))
        };
    }
    let stop =
        send_to(http!("400 Bad Request", r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient"}"#))
            .await;
    assert_eq!(
        stop,
        Err(Outage::OptedOut { answer: "400 21610 Attempt to send to unsubscribed recipient".to_owned() })
    );
    let bad =
        send_to(http!("400 Bad Request", r#"{"code":21211,"message":"The 'To' number +15550123456 is not valid."}"#))
            .await;
    assert_eq!(bad, Err(Outage::Permanent { answer: "400 21211 The 'To' number (number) is not valid.".to_owned() }));
    for act in [
        http!("429 Too Many Requests", r#"{"code":20429,"message":"Too many"}"#),
        http!("500 Oops", "<html>"),
        http!("503 Busy", ""),
    ] {
        assert!(matches!(send_to(act).await, Err(Outage::Transient { .. })));
    }
    for act in
        [http!("401 No", "{}"), http!("404 Gone", "{}"), http!("302 Elsewhere\r\nlocation: http://127.0.0.1:9/", "")]
    {
        assert!(matches!(send_to(act).await, Err(Outage::Permanent { .. })));
    }
    assert!(matches!(send_to(http!("504 Gateway Timeout", "")).await, Err(Outage::Lost { .. })));
    // Taken, though the rest of the answer was cut off.
    let cut = send_to(Act::Answer("HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{\"sid")).await;
    assert_eq!(cut.unwrap().provider_id, None);
}

#[tokio::test]
async fn a_text_whose_answer_is_lost_is_called_lost() {
    for act in [Act::Stall, Act::Close, Act::Answer("babble\r\n\r\n")] {
        let outage = send_to(act).await.unwrap_err();
        assert!(matches!(outage, Outage::Lost { .. }), "{outage}");
        assert!(!outage.answer().contains("127.0.0.1"), "{outage}");
    }
}

#[tokio::test]
async fn a_gateway_that_was_never_reached_is_worth_a_retry() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (deaf, _) = gateway(Act::Deaf).await;
    // TLS to one that never answers: no request can have gone out.
    for base in [
        format!("http://{nobody}"),
        format!("https://localhost:{}", deaf.port()),
        "http://no-such-host.invalid".to_owned(),
    ] {
        let outage = texter(&base).send("+15550123456", "hi").await.unwrap_err();
        assert!(matches!(outage, Outage::Transient { .. }), "{base}: {outage}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_read_no_further_than_its_bound() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(b"HTTP/1.1 500 Oops\r\n\r\n").await.unwrap();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    });
    let outage = texter(&format!("http://{address}")).send("+15550123456", "hi").await.unwrap_err();
    assert!(matches!(outage, Outage::Transient { .. }), "{outage}");
}

/// The example of Twilio's guide.
#[test]
fn a_signature_is_twilios() {
    let params: Vec<_> = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let token = SecretString::from("12345");
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    assert_eq!(signature(&token, url, &params), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    let mut shuffled = params.clone();
    shuffled.reverse();
    assert!(signature_fits(&token, url, &shuffled, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
    for given in ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "AAAA", "RSOYDt4T1cUTdK1PDd93/VVr8B9="] {
        assert!(!signature_fits(&token, url, &params, given), "{given}");
    }
}

proptest! {
    #[test]
    fn no_other_request_fits_a_signature(name in "[a-zA-Z]{1,8}", value in "\\PC{0,20}", other in "\\PC{0,20}") {
        prop_assume!(value != other);
        let token = SecretString::from("t");
        let request = |value: &str| vec![(name.clone(), value.to_owned())];
        let signed = signature(&token, "https://a.example/w", &request(&value));
        prop_assert!(signature_fits(&token, "https://a.example/w", &request(&value), &signed));
        prop_assert!(!signature_fits(&token, "https://a.example/w", &request(&other), &signed));
        prop_assert!(!signature_fits(&token, "https://b.example/w", &request(&value), &signed));
    }
}
