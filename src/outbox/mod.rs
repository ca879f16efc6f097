//! From what is said to a row that a worker carries out of the house.
//! A message is rendered, sealed and stored in the transaction of whatever caused it.

mod handle;

use std::sync::Arc;

pub use handle::Outbox;

use secrecy::SecretString;

use crate::{
    keys::Keys,
    rules::{
        moment::{Clock, Moment},
        names::{AttemptId, Channel, CodeId, Kind, Language, PatientId},
    },
    settings::Settings,
    store::{Conn, Store, StoreError, patients::Patient},
    words::Words,
};

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

/// Starts the workers of this server. Needs a tokio runtime.
pub fn start(_outbox: Outbox, _store: Store, _ctx: Ctx, _clock: Clock) -> anyhow::Result<()> {
    unimplemented!()
}

/// Queues a code. Call inside the write that created it; wake the worker after it committed.
pub fn enqueue_code(_conn: &mut Conn, _ctx: &Ctx, _message: &CodeMessage<'_>) -> Result<(), StoreError> {
    unimplemented!()
}

/// Queues a notice to the patient's proved email, or phone where there is no email; to nobody where there is neither.
pub fn enqueue_notice(_conn: &mut Conn, _ctx: &Ctx, _notice: &Notice<'_>) -> Result<(), StoreError> {
    unimplemented!()
}
