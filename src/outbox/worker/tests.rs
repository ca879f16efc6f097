//! Workers between a database and a world that misbehaves.

use std::{net::SocketAddr, time::Instant};

use secrecy::SecretString;

use super::*;
use crate::{
    outbox::{
        enqueue_code,
        tests::{Room, code_to, phone_key},
    },
    outside::{
        email::fake::{Act, Seen, server},
        texts::tests::{Act as Gate, gateway},
    },
    rules::{event::Event, names::Delivery},
    store::opt_outs,
};

/// Longest a test waits for what should happen at once, or within a second or two.
const PATIENCE: Duration = Duration::from_secs(10);

struct Scene {
    room: Room,
    outbox: Outbox,
    workers: Workers,
    seen: Seen,
    texts: Arc<Mutex<Vec<String>>>,
}

/// A room with workers, a mail server and a gateway that play so.
async fn scene(play: fn(usize, &str) -> Option<Act>, gate: Gate) -> Scene {
    let (mail, seen) = server(play).await;
    let (gate, texts) = gateway(gate).await;
    let room = Room::with(|settings| point(settings, mail, gate));
    let outbox = Outbox::default();
    let workers = start(outbox.clone(), room.store.clone(), room.ctx.clone(), room.clock()).unwrap();
    Scene { room, outbox, workers, seen, texts }
}

fn point(settings: &mut crate::settings::Settings, mail: SocketAddr, gate: SocketAddr) {
    settings.email.smtp_url = SecretString::from(format!("smtp://{mail}"));
    settings.texts.api_url = format!("http://{gate}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "hush").unwrap();
    settings.texts.auth_token_file = Some(file.keep().unwrap().1);
}

const TAKEN: Gate =
    Gate::Answer("HTTP/1.1 201 Created\r\ncontent-length: 33\r\n\r\n{\"sid\":\"SM9\",\"status\":\"accepted\"}");

impl Scene {
    async fn queue(&self, channel: Channel) {
        self.room.queue_code(channel).await;
        self.outbox.wake();
    }

    /// The row once it is as it should be.
    async fn row_when(&self, ready: impl Fn(&Row) -> bool) -> Row {
        let began = Instant::now();
        loop {
            let row = self.room.row().await;
            if ready(&row) {
                return row;
            }
            assert!(began.elapsed() < PATIENCE, "still {:?} after {} tries: {:?}", row.state, row.tries, row.answer);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn settled(&self) -> Row {
        self.row_when(|row| row.state != Delivery::Queued).await
    }
}

#[tokio::test]
async fn a_mail_leaves_at_once_and_its_row_is_blanked() {
    let scene = scene(|_, _| None, TAKEN).await;
    // The first look at an empty database is over.
    tokio::time::sleep(Duration::from_millis(100)).await;
    scene.room.queue_code(Channel::Email).await;
    let began = Instant::now();
    scene.outbox.wake();
    while scene.seen.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // About 3 ms; far below the second after which it would be found anyway.
    assert!(began.elapsed() < LOOK / 2, "{:?}", began.elapsed());
    let row = scene.settled().await;
    assert_eq!((row.state, row.tries), (Delivery::HandedOver, 1));
    assert!(row.message_sealed.is_none() && row.leased_until.is_none() && row.handed_over_at.is_some());
    assert_eq!(row.answer.as_deref(), Some("250 2.0.0 Ok: queued as 4F2A for (address)"));
    assert_eq!(scene.room.audited(Event::Delivery).await, ["handed-over"]);
    let mail = scene.seen.messages().remove(0);
    assert!(mail.contains(&format!("Message-ID: <{:016x}@localhost>", row.id.0)), "{mail}");
    assert!(mail.contains("Date: Tue, 24 Nov 2026 16:02:00 +0000"), "{mail}");
}

#[tokio::test]
async fn a_row_nobody_told_of_is_found_within_seconds() {
    let scene = scene(|_, _| None, TAKEN).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    scene.room.queue_code(Channel::Email).await;
    assert_eq!(scene.settled().await.state, Delivery::HandedOver);
}

#[tokio::test]
async fn a_text_is_handed_over_once_with_its_receipt_address() {
    let scene = scene(|_, _| None, TAKEN).await;
    scene.queue(Channel::Text).await;
    let row = scene.settled().await;
    assert_eq!((row.state, row.provider_id.as_deref()), (Delivery::HandedOver, Some("SM9")));
    let texts = scene.texts.lock().unwrap().clone();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("StatusCallback=http%3A%2F%2Flocalhost%3A8080%2Fwebhooks%2Ftexts"), "{}", texts[0]);
}

#[tokio::test]
async fn a_mail_not_taken_for_now_is_tried_again_later_with_the_same_id() {
    let scene =
        scene(|number, here| (number == 1 && here == "RCPT").then_some(Act::Say("450 4.2.1 greylisted\r\n")), TAKEN)
            .await;
    scene.queue(Channel::Email).await;
    let row = scene.row_when(|row| row.answer.is_some()).await;
    assert_eq!((row.state, row.answer.as_deref()), (Delivery::Queued, Some("450 4.2.1 greylisted")));
    assert!(row.next_try_at > scene.room.clock().now() && row.leased_until.is_none());
    scene.room.pass(Duration::from_secs(2));
    assert_eq!(scene.settled().await.tries, 2);
    assert_eq!(scene.seen.messages().len(), 1);
}

#[tokio::test]
async fn a_refused_mail_is_not_tried_again() {
    let scene = scene(|_, here| (here == "RCPT").then_some(Act::Say("550 5.1.1 no such user\r\n")), TAKEN).await;
    scene.queue(Channel::Email).await;
    let row = scene.settled().await;
    assert_eq!((row.state, row.answer.as_deref()), (Delivery::Refused, Some("550 5.1.1 no such user")));
    scene.room.pass(Duration::from_mins(10));
    scene.outbox.wake();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((scene.room.row().await.tries, scene.seen.connections()), (1, 1));
    assert_eq!(scene.room.audited(Event::Delivery).await, ["refused"]);
    assert_eq!(scene.outbox.ailing(scene.room.clock().now()), []);
}

#[tokio::test]
async fn tries_end_with_the_code() {
    let scene = scene(|_, here| (here == "connect").then_some(Act::Say("421 busy\r\n")), TAKEN).await;
    scene.queue(Channel::Email).await;
    scene.row_when(|row| row.answer.is_some()).await;
    scene.room.pass(Duration::from_secs(1801));
    scene.outbox.wake();
    let row = scene.settled().await;
    assert_eq!((row.state, row.message_sealed), (Delivery::GaveUp, None));
    assert_eq!(row.answer.as_deref(), Some("127.0.0.1: 421 busy"));
}

#[tokio::test]
async fn three_failures_in_a_row_are_an_outage_until_something_works() {
    let scene = scene(|number, here| (number <= 3 && here == "connect").then_some(Act::Close), TAKEN).await;
    scene.queue(Channel::Email).await;
    for tries in 1..=3 {
        scene.row_when(|row| row.tries == tries && row.leased_until.is_none()).await;
        scene.room.pass(Duration::from_secs(10));
        if tries < 3 {
            scene.outbox.wake();
        } else {
            assert_eq!(scene.outbox.ailing(scene.room.clock().now()), [Channel::Email]);
            scene.outbox.wake();
        }
    }
    assert_eq!(scene.settled().await.state, Delivery::HandedOver);
    assert_eq!(scene.outbox.ailing(scene.room.clock().now()), []);
}

#[tokio::test]
async fn a_text_whose_answer_is_lost_is_not_repeated() {
    let scene = scene(|_, _| None, Gate::Close).await;
    scene.queue(Channel::Text).await;
    let row = scene.settled().await;
    assert_eq!((row.state, row.message_sealed), (Delivery::Unknown, None));
    assert_eq!(scene.texts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_providers_stop_error_opts_the_number_out() {
    let scene = scene(
        |_, _| None,
        Gate::Answer("HTTP/1.1 400 Bad Request\r\ncontent-length: 29\r\n\r\n{\"code\":21610,\"message\":\"no\"}"),
    )
    .await;
    scene.queue(Channel::Text).await;
    assert_eq!(scene.settled().await.state, Delivery::Refused);
    let key = phone_key(&scene.room.ctx);
    let since = scene.room.store.read(move |conn| opt_outs::since(conn, &key)).await.unwrap();
    assert!(since.is_some());
    assert_eq!(scene.room.audited(Event::Texts).await, ["stop"]);
}

/// Claims as a worker does that dies right after.
async fn die_over(room: &Room, channel: Channel) {
    let now = room.clock().now();
    let claimed = room.store.write(move |conn| outbox::claim(conn, channel, now, now.plus(LEASE), 8)).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

#[tokio::test]
async fn what_a_dead_server_held_is_taken_over_when_its_lease_ends() {
    for (channel, end, mails, texts) in
        [(Channel::Email, Delivery::HandedOver, 1, 0), (Channel::Text, Delivery::Unknown, 0, 0)]
    {
        let scene = scene(|_, _| None, TAKEN).await;
        scene.room.queue_code(channel).await;
        die_over(&scene.room, channel).await;
        scene.outbox.wake();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(scene.room.row().await.state, Delivery::Queued, "the lease still holds");
        scene.room.pass(LEASE);
        scene.outbox.wake();
        assert_eq!(scene.settled().await.state, end);
        assert_eq!((scene.seen.messages().len(), scene.texts.lock().unwrap().len()), (mails, texts));
    }
}

#[tokio::test]
async fn two_servers_share_the_work_and_send_nothing_twice() {
    let first = scene(|_, _| None, TAKEN).await;
    let other = Outbox::default();
    start(other.clone(), first.room.store.clone(), first.room.ctx.clone(), first.room.clock()).unwrap();
    for _ in 0..40 {
        let ctx = first.room.ctx.clone();
        first.room.store.write(move |conn| enqueue_code(conn, &ctx, &code_to(&ctx, Channel::Email))).await.unwrap();
        first.outbox.wake();
        other.wake();
    }
    let began = Instant::now();
    while first.room.rows().await.iter().any(|row| row.state == Delivery::Queued) {
        assert!(began.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut ids: Vec<_> = first
        .seen
        .messages()
        .iter()
        .map(|mail| mail.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), first.seen.messages().len()), (40, 40));
}

#[tokio::test]
async fn closing_finishes_what_is_under_way_and_begins_nothing_more() {
    let scene = scene(|_, _| None, TAKEN).await;
    scene.queue(Channel::Email).await;
    scene.settled().await;
    scene.workers.close().await;
    scene.queue(Channel::Text).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(scene.texts.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_message_sealed_by_another_key_file_waits_for_its_key() {
    let scene = scene(|_, _| None, TAKEN).await;
    scene.room.queue_code(Channel::Email).await;
    scene
        .room
        .store
        .write(|conn| {
            use diesel::RunQueryDsl as _;
            Ok(diesel::sql_query("UPDATE outbox SET message_sealed = x'0001'").execute(conn)?)
        })
        .await
        .unwrap();
    scene.outbox.wake();
    let row = scene.row_when(|row| row.answer.is_some()).await;
    assert_eq!(row.state, Delivery::Queued);
    assert!(scene.seen.messages().is_empty());
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let room = Room::with(|settings| settings.email.smtp_url = SecretString::from("nonsense"));
    let unfit = start(Outbox::default(), room.store.clone(), room.ctx.clone(), room.clock()).err().unwrap();
    assert_eq!(unfit.setting, "email.smtp_url");
}
