//! What became of a message, written down in one transaction: its state, the audit entry, and what follows from both.

use super::{judge::End, receipts};
use crate::{
    rules::{
        event::Event,
        moment::Moment,
        names::{Channel, Delivery},
    },
    store::{
        Conn, StoreError,
        audit::{self, Entry, Subject},
        opt_outs, outbox,
        outbox::Row,
    },
};

/// A delivery that came to an answer.
pub(super) struct Record {
    pub row: Row,
    pub end: End,
    pub at: Moment,
}

impl Record {
    /// For the metrics.
    pub fn count(&self) {
        let channel = self.row.channel.as_str();
        match &self.end {
            End::Retry { .. } => {
                metrics::counter!("vestibule_message_retries_total", "channel" => channel).increment(1);
            }
            End::Settle { state, .. } => {
                metrics::counter!("vestibule_messages_total", "channel" => channel, "state" => state.as_str())
                    .increment(1);
                if *state == Delivery::HandedOver {
                    metrics::histogram!("vestibule_message_seconds", "channel" => channel)
                        .record(self.at.since(self.row.asked_at).as_secs_f64());
                }
            }
        }
    }
}

pub(super) fn record(conn: &mut Conn, what: &Record) -> Result<(), StoreError> {
    let Record { row, end, at } = what;
    match end {
        End::Retry { at, answer } => outbox::retry(conn, row.id, *at, answer),
        End::Settle { state, answer, provider_id, opted_out } => {
            if !outbox::settle(conn, row.id, *state, *at, answer, provider_id.as_deref())? {
                return Ok(());
            }
            if *opted_out {
                opt_outs::add(conn, &row.destination_key, *at)?;
                receipts::audit_choice(conn, &row.destination_key, "stop", *at, "")?;
            }
            audit_delivery(conn, row, *state, *at)?;
            match (row.channel, provider_id) {
                (Channel::Text, Some(id)) => receipts::catch_up(conn, id, *at),
                _ => Ok(()),
            }
        }
    }
}

/// The entry of a message that reached a state.
pub(super) fn audit_delivery(conn: &mut Conn, row: &Row, state: Delivery, at: Moment) -> Result<(), StoreError> {
    let subject = match row.patient_id {
        Some(patient) => Subject::Patient(patient),
        None => Subject::Unknown(row.destination_key.clone()),
    };
    let detail = format!("{} by {}", row.kind.as_str(), row.channel.as_str());
    audit::write(
        conn,
        &Entry {
            at,
            actor: "system".to_owned(),
            event: Event::Delivery,
            subject,
            address: String::new(),
            outcome: state.as_str(),
            detail,
        },
    )
}
