//! What happens on the way in. Each step reads, judges by the rules and records, inside the caller's one write
//! transaction, and answers with a value that says what became of it. Pages only show that value.

pub mod code;
pub mod finish;
pub mod known;
pub mod limits;
pub mod overview;
pub mod password;
pub mod send;

use crate::{
    outbox::Ctx,
    rules::{
        event::Event,
        moment::Moment,
        names::{Language, PatientId},
    },
    store::{
        Conn, StoreError,
        audit::{self, Entry, Subject},
    },
};

/// Who is asking and when, as far as a request tells.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The moment of the request: everything that one request decides, it decides by this.
    pub now: Moment,
    /// The client's address, for the audit.
    pub address: String,
    /// Look-up hash of its network (IPv4 /24, IPv6 /56).
    pub network_key: Vec<u8>,
    /// `Chrome/Windows`; empty where unknown.
    pub browser: String,
    pub mobile: bool,
    /// The language explicitly chosen in this browser.
    pub language: Option<Language>,
}

impl Caller {
    /// Writes an audit entry of something this caller did.
    pub fn audit(
        &self,
        conn: &mut Conn,
        event: Event,
        subject: Subject,
        outcome: &'static str,
        detail: String,
    ) -> Result<(), StoreError> {
        audit::write(
            conn,
            &Entry {
                at: self.now,
                actor: "patient".to_owned(),
                event,
                subject,
                address: self.address.clone(),
                outcome,
                detail,
            },
        )
    }
}

/// The subject of an entry about a person who may not exist.
fn subject(patient: Option<PatientId>, otherwise: &[u8]) -> Subject {
    patient.map_or_else(|| Subject::Unknown(otherwise.to_vec()), Subject::Patient)
}

/// When a moment came: what to wait for, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// By the clock, until then.
    Until(Moment),
    /// Until a reset or staff open it.
    Locked,
}
