//! From what is said to a row that a worker carries out of the house.
//! A message is rendered, sealed and stored in the transaction of whatever caused it; workers deliver it outside of any.

mod gsm7;
mod handle;
mod judge;
mod message;
pub mod messages;
pub mod receipts;
mod record;
mod worker;

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    keys::{Keys, Place, random_id},
    rules::{
        event::Event,
        moment::{Moment, days},
        names::{AttemptId, Channel, CodeId, Delivery, Kind, Language, OutboxId, PatientId},
    },
    settings::Settings,
    store::{
        Conn, StoreError,
        audit::{self, Entry, Subject},
        opt_outs,
        outbox::{self, Row},
        patients::Patient,
    },
    words::Words,
};
pub use handle::Outbox;
pub use message::Message;
pub use worker::{Workers, start};

/// How long a notice is worth delivering.
const NOTICE_LIFE: Duration = days(1);

/// What rendering and sealing a message needs.
#[derive(Clone)]
pub struct Ctx {
    pub settings: Arc<Settings>,
    pub keys: Keys,
    pub words: Words,
}

/// A code on its way to one contact of one person.
pub struct CodeMessage<'a> {
    pub first_name: &'a str,
    pub language: Language,
    pub channel: Channel,
    pub destination: &'a SecretString,
    pub destination_key: &'a [u8],
    pub code: &'a SecretString,
    pub asked_at: Moment,
    pub expires_at: Moment,
    pub patient_id: Option<PatientId>,
    pub attempt_id: AttemptId,
    pub code_id: CodeId,
}

/// Something a patient is told about their account.
pub struct Notice<'a> {
    pub kind: Kind,
    pub patient: &'a Patient,
    pub at: Moment,
    /// `Chrome/Windows`, said by [`crate::words::Voice::browser`]; empty where unknown.
    pub browser: &'a str,
    /// How many tries there were, where the notice counts some.
    pub count: u32,
}

/// Queues a code. Call inside the write that created it; wake the worker after it committed.
pub fn enqueue_code(conn: &mut Conn, ctx: &Ctx, message: &CodeMessage<'_>) -> Result<(), StoreError> {
    let id = OutboxId(random_id());
    let rendered = messages::code(ctx, message, id)?;
    outbox::insert(
        conn,
        &Row {
            attempt_id: Some(message.attempt_id),
            code_id: Some(message.code_id),
            give_up_at: message.expires_at,
            ..queued(ctx, id, Kind::Code, &rendered, message.patient_id, message.destination_key, message.asked_at)
        },
    )
}

/// Queues a notice to the patient's proved email, or phone where there is no email; to nobody where there is neither.
pub fn enqueue_notice(conn: &mut Conn, ctx: &Ctx, notice: &Notice<'_>) -> Result<(), StoreError> {
    let Some(channel) = way_to(conn, ctx, notice.patient)? else {
        return audit_notice(conn, notice, "no-contact");
    };
    let id = OutboxId(random_id());
    let patient = notice.patient;
    let (Some(sealed), Some(key)) = (patient.proved_contact(channel), patient.contact_key(channel)) else {
        return Err(StoreError::Broken("a proved contact without its look-up hash".to_owned()));
    };
    let column = match channel {
        Channel::Email => "email_sealed",
        Channel::Text => "phone_sealed",
    };
    let to = ctx.keys.open_text(Place { table: "patients", column, row: patient.id.0 }, sealed)?;
    let rendered = messages::notice(ctx, notice, channel, to.expose_secret(), id)?;
    outbox::insert(conn, &queued(ctx, id, notice.kind, &rendered, Some(patient.id), key, notice.at))?;
    audit_notice(conn, notice, "queued")
}

/// Where notices go: email first; a phone only where texts are on and it did not opt out.
fn way_to(conn: &mut Conn, ctx: &Ctx, patient: &Patient) -> Result<Option<Channel>, StoreError> {
    if patient.proved_contact(Channel::Email).is_some() {
        return Ok(Some(Channel::Email));
    }
    let texts = ctx.settings.texts.provider != crate::settings::TextProvider::Off;
    match patient.contact_key(Channel::Text) {
        Some(key) if texts && patient.proved_contact(Channel::Text).is_some() => {
            Ok(opt_outs::since(conn, key)?.is_none().then_some(Channel::Text))
        }
        _ => Ok(None),
    }
}

fn audit_notice(conn: &mut Conn, notice: &Notice<'_>, outcome: &'static str) -> Result<(), StoreError> {
    audit::write(
        conn,
        &Entry {
            at: notice.at,
            actor: "system".to_owned(),
            event: Event::Notice,
            subject: Subject::Patient(notice.patient.id),
            address: String::new(),
            outcome,
            detail: notice.kind.as_str().to_owned(),
        },
    )
}

/// A row that waits for a worker from now on.
fn queued(
    ctx: &Ctx,
    id: OutboxId,
    kind: Kind,
    message: &Message,
    patient_id: Option<PatientId>,
    destination_key: &[u8],
    at: Moment,
) -> Row {
    Row {
        id,
        kind,
        channel: message.channel(),
        patient_id,
        attempt_id: None,
        code_id: None,
        destination_key: destination_key.to_vec(),
        message_sealed: Some(message.seal(&ctx.keys, id)),
        state: Delivery::Queued,
        asked_at: at,
        give_up_at: at.plus(NOTICE_LIFE),
        next_try_at: at,
        tries: 0,
        leased_until: None,
        handed_over_at: None,
        state_at: at,
        answer: None,
        provider_id: None,
    }
}

#[cfg(test)]
mod tests;
