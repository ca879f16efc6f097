//! What follows from how a delivery went: pure, so that every case can be tested.

use std::time::Duration;

use crate::{
    outside::{Answer, Outage},
    rules::{
        moment::Moment,
        names::{Channel, Delivery, Kind},
    },
    store::outbox::Row,
};

/// First pause between two tries; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// Longest pause for a code: somebody is waiting for it.
const CODE_MOST: Duration = Duration::from_mins(1);
/// Longest pause for a notice.
const NOTICE_MOST: Duration = Duration::from_mins(15);

/// What is to be recorded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The message's way ends here.
    Settle {
        state: Delivery,
        answer: String,
        provider_id: Option<String>,
        /// The provider says that the phone opted out.
        opted_out: bool,
    },
    Retry {
        at: Moment,
        answer: String,
    },
}

/// `draw` is a random number, which spreads the pauses by a fifth either way, so that many rows do not come back at once.
pub(super) fn judge(row: &Row, outcome: Result<Answer, Outage>, now: Moment, draw: u8) -> End {
    let settle = |state, answer| End::Settle { state, answer, provider_id: None, opted_out: false };
    match (outcome, row.channel) {
        (Ok(Answer { answer, provider_id }), _) => {
            End::Settle { state: Delivery::HandedOver, answer, provider_id, opted_out: false }
        }
        (Err(Outage::Permanent { answer }), _) => settle(Delivery::Refused, answer),
        (Err(Outage::OptedOut { answer }), _) => {
            End::Settle { state: Delivery::Refused, answer, provider_id: None, opted_out: true }
        }
        // A second text may confuse and costs money; a second mail has the same Message-ID and does neither.
        (Err(Outage::Lost { answer }), Channel::Text) => settle(Delivery::Unknown, answer),
        (Err(Outage::Transient { answer } | Outage::Lost { answer }), _) => {
            let at = now.plus(pause(row.kind, row.tries, draw));
            if at < row.give_up_at { End::Retry { at, answer } } else { settle(Delivery::GaveUp, answer) }
        }
    }
}

/// What is known of a row before anything is tried.
pub(super) fn before_trying(row: &Row, now: Moment) -> Option<End> {
    let settle = |state, answer: &str| {
        Some(End::Settle { state, answer: answer.to_owned(), provider_id: None, opted_out: false })
    };
    match row.channel {
        // It was claimed and never put back: a worker died over it, perhaps after handing it over.
        Channel::Text if row.leased_until.is_some() => settle(Delivery::Unknown, "a server stopped while sending it"),
        _ if now >= row.give_up_at => settle(Delivery::GaveUp, row.answer.as_deref().unwrap_or("too late")),
        _ => None,
    }
}

fn pause(kind: Kind, tries_before: i32, draw: u8) -> Duration {
    let most = if kind == Kind::Code { CODE_MOST } else { NOTICE_MOST };
    let doublings = u32::try_from(tries_before).unwrap_or(0).min(16);
    let even = FIRST.saturating_mul(1 << doublings).min(most);
    even.mul_f64(0.8 + 0.4 * f64::from(draw) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::names::OutboxId;

    const NOW: Moment = Moment(1_795_516_920_000);

    fn row(channel: Channel, tries: i32) -> Row {
        Row {
            id: OutboxId(1),
            kind: Kind::Code,
            channel,
            patient_id: None,
            attempt_id: None,
            code_id: None,
            destination_key: vec![],
            message_sealed: None,
            state: Delivery::Queued,
            asked_at: NOW,
            give_up_at: NOW.plus(Duration::from_mins(30)),
            next_try_at: NOW,
            tries,
            leased_until: None,
            handed_over_at: None,
            state_at: NOW,
            answer: None,
            provider_id: None,
        }
    }

    fn answer() -> String {
        "451 later".to_owned()
    }

    fn state(end: &End) -> Option<Delivery> {
        match end {
            End::Settle { state, .. } => Some(*state),
            End::Retry { .. } => None,
        }
    }

    #[test]
    fn each_answer_has_its_consequence() {
        for (outcome, email, text) in [
            (Outage::Permanent { answer: answer() }, Some(Delivery::Refused), Some(Delivery::Refused)),
            (Outage::OptedOut { answer: answer() }, Some(Delivery::Refused), Some(Delivery::Refused)),
            (Outage::Lost { answer: answer() }, None, Some(Delivery::Unknown)),
            (Outage::Transient { answer: answer() }, None, None),
        ] {
            assert_eq!(state(&judge(&row(Channel::Email, 0), Err(outcome.clone()), NOW, 0)), email, "{outcome}");
            assert_eq!(state(&judge(&row(Channel::Text, 0), Err(outcome.clone()), NOW, 0)), text, "{outcome}");
        }
        let taken = Answer { answer: "250 queued".to_owned(), provider_id: Some("SM1".to_owned()) };
        let end = judge(&row(Channel::Text, 0), Ok(taken), NOW, 0);
        assert!(matches!(end, End::Settle { state: Delivery::HandedOver, provider_id: Some(_), opted_out: false, .. }));
    }

    #[test]
    fn pauses_grow_to_a_minute_and_end_with_the_code() {
        let next = |tries, now, draw| {
            judge(&row(Channel::Email, tries), Err(Outage::Transient { answer: answer() }), now, draw)
        };
        let at = |tries, draw| match next(tries, NOW, draw) {
            End::Retry { at, .. } => at.since(NOW).as_millis(),
            End::Settle { .. } => panic!("settled"),
        };
        assert_eq!((at(0, 0), at(0, 255)), (800, 1200));
        assert!(at(1, 0) > at(0, 255) && at(3, 0) > at(2, 255));
        assert_eq!((at(30, 0), at(30, 255)), (48_000, 72_000));
        let late = NOW.plus(Duration::from_secs(1790));
        assert_eq!(state(&next(9, late, 0)), Some(Delivery::GaveUp));
    }

    #[test]
    fn a_text_over_which_a_server_died_is_not_sent_again() {
        let dead = |channel| Row { leased_until: Some(NOW), ..row(channel, 1) };
        assert_eq!(before_trying(&dead(Channel::Text), NOW).as_ref().and_then(state), Some(Delivery::Unknown));
        assert_eq!(before_trying(&dead(Channel::Email), NOW), None);
        let late = row(Channel::Email, 0).give_up_at;
        assert_eq!(before_trying(&row(Channel::Email, 0), late).as_ref().and_then(state), Some(Delivery::GaveUp));
    }
}
