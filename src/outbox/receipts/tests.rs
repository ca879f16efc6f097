//! What Twilio posts, in every order.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{
    outbox::{
        judge::End,
        record::{Record, record},
        tests::{PHONE, Room, phone_key},
    },
    store::outbox::Row,
    words::tests::NOW,
};

fn form(params: &[(&str, &str)]) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn post(room: &Room, params: &[(&str, &str)]) -> Told {
    let (ctx, params) = (room.ctx.clone(), form(params));
    room.store.write(move |conn| receive(conn, &ctx, &params, NOW, "192.0.2.1")).await.unwrap()
}

async fn status(room: &Room, status: &str) -> Told {
    post(room, &[("MessageSid", "SM1"), ("MessageStatus", status), ("To", PHONE)]).await
}

/// A text that the provider took as `SM1`.
async fn hand_over(room: &Room) {
    let row = room.row().await;
    let end = End::Settle {
        state: Delivery::HandedOver,
        answer: "201".to_owned(),
        provider_id: Some("SM1".to_owned()),
        opted_out: false,
    };
    let what = std::sync::Arc::new(Record { row, end, at: NOW });
    room.store.write(move |conn| record(conn, &what)).await.unwrap();
}

async fn sent() -> Room {
    let room = Room::new();
    room.queue_code(Channel::Text).await;
    hand_over(&room).await;
    room
}

async fn since(room: &Room) -> Option<Moment> {
    let key = phone_key(&room.ctx);
    room.store.read(move |conn| opt_outs::since(conn, &key)).await.unwrap()
}

#[tokio::test]
async fn a_receipt_moves_a_text_on_once_and_never_back() {
    let room = sent().await;
    assert_eq!(status(&room, "sent").await, Told::Nothing);
    assert_eq!(status(&room, "delivered").await, Told::Moved);
    assert_eq!(status(&room, "delivered").await, Told::Replay);
    for late in ["sent", "queued", "undelivered", "failed", "nonsense"] {
        assert_eq!(status(&room, late).await, Told::Nothing, "{late}");
    }
    let Row { state, answer, .. } = room.row().await;
    assert_eq!((state, answer.as_deref()), (Delivery::Delivered, Some("delivered")));
    assert_eq!(room.audited(Event::Delivery).await, ["handed-over", "delivered"]);
}

#[tokio::test]
async fn a_failure_says_why() {
    let room = sent().await;
    let failed = [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003"), ("From", PHONE)];
    assert_eq!(post(&room, &failed).await, Told::Moved);
    let row = room.row().await;
    assert_eq!((row.state, row.answer.as_deref()), (Delivery::Refused, Some("undelivered 30003")));
    assert_eq!(since(&room).await, None);
}

#[tokio::test]
async fn a_receipt_with_the_stop_error_opts_out() {
    let room = sent().await;
    post(&room, &[("MessageSid", "SM1"), ("MessageStatus", "failed"), ("ErrorCode", "21610")]).await;
    assert_eq!(since(&room).await, Some(NOW));
    assert_eq!(room.audited(Event::Texts).await, ["stop"]);
}

#[tokio::test]
async fn a_receipt_that_overtakes_our_own_record_is_not_lost() {
    let room = Room::new();
    room.queue_code(Channel::Text).await;
    assert_eq!(status(&room, "delivered").await, Told::Nothing);
    assert_eq!(room.row().await.state, Delivery::Queued);
    hand_over(&room).await;
    assert_eq!(room.row().await.state, Delivery::Delivered);
    assert_eq!(room.row().await.handed_over_at, Some(NOW));
}

#[tokio::test]
async fn stop_and_start_count_once_per_message() {
    let room = Room::new();
    let text = |id: &'static str, body: &'static str| [("MessageSid", id), ("From", PHONE), ("Body", body)];
    assert_eq!(post(&room, &text("IN1", "Stop")).await, Told::OptedOut);
    assert_eq!(since(&room).await, Some(NOW));
    assert_eq!(post(&room, &text("IN2", "START")).await, Told::OptedIn);
    assert_eq!(since(&room).await, None);
    assert_eq!(post(&room, &text("IN1", "Stop")).await, Told::Replay);
    assert_eq!(since(&room).await, None, "a replayed STOP undoes no START");
    assert_eq!(room.audited(Event::Texts).await, ["stop", "start"]);
}

#[tokio::test]
async fn what_is_not_from_a_phone_or_about_a_message_is_nothing() {
    let room = Room::new();
    for params in [
        &[("Body", "STOP"), ("From", PHONE)][..],
        &[("MessageSid", "IN1"), ("Body", "STOP")],
        &[("MessageSid", "IN1"), ("Body", "STOP"), ("From", "nobody")],
        &[("MessageSid", ""), ("Body", "STOP"), ("From", PHONE)],
    ] {
        assert_eq!(post(&room, params).await, Told::Nothing, "{params:?}");
    }
    assert_eq!(room.audited(Event::Texts).await, Vec::<String>::new());
}

#[test]
fn the_whole_body_decides_where_the_provider_does_not() {
    for stop in ["STOP", "stop", " Stop. ", "Alto", "PARAR", "¡Basta!", "stop all", "Unsubscribe", "cancelar"] {
        assert_eq!(choice(None, stop), Some(Told::OptedOut), "{stop}");
    }
    for start in ["START", "unstop", "Yes", "empezar"] {
        assert_eq!(choice(None, start), Some(Told::OptedIn), "{start}");
    }
    for help in ["help", "AYUDA", "Info"] {
        assert_eq!(choice(None, help), Some(Told::Help), "{help}");
    }
    for other in ["", "please stop", "do not STOP", "I cannot start", "482913", "stopped"] {
        assert_eq!(choice(None, other), None, "{other}");
    }
    assert_eq!(choice(Some("STOP"), "anything"), Some(Told::OptedOut));
    assert_eq!(choice(Some("START"), "STOP"), Some(Told::OptedIn));
    assert_eq!(choice(Some("HELP"), "STOP"), Some(Told::Help));
    assert_eq!(choice(Some("OTHER"), "STOP"), None);
    assert_eq!(choice(Some(""), "STOP"), Some(Told::OptedOut));
}

proptest! {
    #[test]
    fn no_body_makes_the_judging_fall_over(kind in proptest::option::of("\\PC{0,8}"), body in "\\PC{0,40}") {
        let _ = choice(kind.as_deref(), &body);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn receipts_in_any_order_end_where_the_first_final_one_says(
        order in Just(vec!["queued", "sent", "delivered", "undelivered"]).prop_shuffle(),
        early in 0..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let room = Room::new();
            room.queue_code(Channel::Text).await;
            for (number, name) in order.iter().enumerate() {
                if number == early {
                    hand_over(&room).await;
                }
                status(&room, name).await;
            }
            if early >= order.len() {
                hand_over(&room).await;
            }
            room.pass(Duration::from_secs(1));
            let state = room.row().await.state;
            assert!(matches!(state, Delivery::Delivered | Delivery::Refused), "{state:?}");
        });
    }
}
