//! Table `attempts`: one person on the way through the verify pages, from the password to the code.
//! An attempt lasts as long as its newest code, at most two hours.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::attempts};
use crate::rules::{
    moment::Moment,
    names::{AttemptId, Channel, CodeId, Language, PatientId, Purpose},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts)]
pub struct Attempt {
    pub id: AttemptId,
    pub purpose: Purpose,
    /// Hidden attempts say nothing of the person, who may not exist.
    pub hidden: bool,
    pub patient_id: Option<PatientId>,
    /// The language explicitly chosen in this browser, if one was.
    pub language: Option<Language>,
    /// Where the patient wanted to go; empty for the home page.
    pub next_path: String,
    pub network_key: Vec<u8>,
    /// The channel used last.
    pub channel: Option<Channel>,
    pub wrong_codes: i32,
    pub sends: i32,
    pub last_sent_at: Option<Moment>,
    pub began_at: Moment,
    pub ends_at: Moment,
    pub ended_at: Option<Moment>,
    pub outcome: Option<String>,
    pub used_code_id: Option<CodeId>,
    pub draft_sealed: Option<Vec<u8>>,
}

impl Attempt {
    pub fn is_open(&self, now: Moment) -> bool {
        self.ended_at.is_none() && now < self.ends_at
    }
}

pub fn insert(conn: &mut Conn, attempt: &Attempt) -> Result<(), StoreError> {
    diesel::insert_into(attempts::table).values(attempt).execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut Conn, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
    Ok(attempts::table.find(id).select(Attempt::as_select()).first(conn).optional()?)
}

/// A code was asked for: counts it and lets the attempt live as long as the code.
pub fn sent(conn: &mut Conn, id: AttemptId, channel: Channel, at: Moment, ends_at: Moment) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id))
        .set((
            attempts::channel.eq(channel),
            attempts::sends.eq(attempts::sends + 1),
            attempts::last_sent_at.eq(at),
            attempts::ends_at.eq(ends_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Counts a wrong code and tells how many there were.
pub fn count_wrong(conn: &mut Conn, id: AttemptId) -> Result<i32, StoreError> {
    diesel::update(attempts::table.find(id)).set(attempts::wrong_codes.eq(attempts::wrong_codes + 1)).execute(conn)?;
    Ok(attempts::table.find(id).select(attempts::wrong_codes).first(conn)?)
}

pub fn end(conn: &mut Conn, id: AttemptId, at: Moment, outcome: &str, used: Option<CodeId>) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id))
        .set((attempts::ended_at.eq(at), attempts::outcome.eq(outcome), attempts::used_code_id.eq(used)))
        .execute(conn)?;
    Ok(())
}

/// Keeps the language a patient chose on the way.
pub fn set_language(conn: &mut Conn, id: AttemptId, language: Language) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id)).set(attempts::language.eq(language)).execute(conn)?;
    Ok(())
}
