//! Table `audit_entries`: every security event, inserted and never changed.
//! No code, password, token or contact ever stands in an entry.

use diesel::prelude::*;

use super::{Conn, StoreError, schema::audit_entries};
use crate::rules::{event::Event, moment::Moment, names::PatientId};

/// Who an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Patient(PatientId),
    /// Nobody we know: the keyed hash of what was typed, never the typed text (people type passwords there).
    Unknown(Vec<u8>),
    /// The program itself.
    System,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Patient(id) => write!(f, "patient:{}", id.0),
            Self::Unknown(key) => write!(f, "unknown:{}", data_encoding::HEXLOWER.encode(&key[..key.len().min(8)])),
            Self::System => f.write_str("system"),
        }
    }
}

/// One event, ready to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Moment,
    /// `patient`, `staff:NAME`, `command` or `system`.
    pub actor: String,
    pub event: Event,
    pub subject: Subject,
    /// The client's address; empty for events without a request.
    pub address: String,
    pub outcome: &'static str,
    /// Further facts as words and figures, never secrets.
    pub detail: String,
}

/// An entry as it stands.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub struct Row {
    pub id: i64,
    pub at: Moment,
    pub actor: String,
    pub event: String,
    pub subject: String,
    pub address: String,
    pub outcome: String,
    pub detail: String,
}

pub fn write(conn: &mut Conn, entry: &Entry) -> Result<(), StoreError> {
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::at.eq(entry.at),
            audit_entries::actor.eq(&entry.actor),
            audit_entries::event.eq(entry.event.as_str()),
            audit_entries::subject.eq(entry.subject.to_string()),
            audit_entries::address.eq(&entry.address),
            audit_entries::outcome.eq(entry.outcome),
            audit_entries::detail.eq(&entry.detail),
        ))
        .execute(conn)?;
    Ok(())
}

/// Entries about a subject, newest first.
pub fn about(conn: &mut Conn, subject: &Subject, most: i64) -> Result<Vec<Row>, StoreError> {
    Ok(audit_entries::table
        .filter(audit_entries::subject.eq(subject.to_string()))
        .order(audit_entries::id.desc())
        .limit(most)
        .select(Row::as_select())
        .load(conn)?)
}
