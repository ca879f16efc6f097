//! Table `sessions`: one row from the password on; a completed sign-in makes it *full*.
//! The row holds a keyed hash of the cookie's token. Handlers write rows inside their own transactions.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::sessions};
use crate::rules::{
    moment::Moment,
    names::{AttemptId, DeviceId, PatientId, SessionId},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: SessionId,
    pub token_key: Vec<u8>,
    pub patient_id: Option<PatientId>,
    pub attempt_id: Option<AttemptId>,
    /// The sign-in was completed.
    pub full: bool,
    /// `Chrome/Windows`, for its owner to tell it by; empty where unknown.
    pub browser: String,
    pub device_id: Option<DeviceId>,
    pub began_at: Moment,
    /// When password and code were last given; a remembered browser does not count.
    pub proved_at: Option<Moment>,
    /// The sign-in before this one, for its owner to tell whether it was theirs.
    pub before_at: Option<Moment>,
    pub before_browser: Option<String>,
    pub last_used_at: Moment,
    pub ends_at: Moment,
    pub ended_at: Option<Moment>,
    pub ended_why: Option<String>,
}

pub fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table).values(session).execute(conn)?;
    Ok(())
}

pub fn by_token(conn: &mut Conn, token_key: &[u8]) -> Result<Option<Session>, StoreError> {
    Ok(sessions::table.filter(sessions::token_key.eq(token_key)).select(Session::as_select()).first(conn).optional()?)
}

/// Ends a session; false where it had ended before.
pub fn end(conn: &mut Conn, id: SessionId, at: Moment, why: &str) -> Result<bool, StoreError> {
    let ended = diesel::update(sessions::table.find(id).filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(at), sessions::ended_why.eq(why)))
        .execute(conn)?;
    Ok(ended > 0)
}

pub fn touch(conn: &mut Conn, id: SessionId, at: Moment) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id).filter(sessions::ended_at.is_null()))
        .set(sessions::last_used_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// The patient's completed sign-ins that were not ended, least recently used first.
pub fn open_of(conn: &mut Conn, patient: PatientId) -> Result<Vec<Session>, StoreError> {
    Ok(sessions::table
        .filter(sessions::patient_id.eq(patient))
        .filter(sessions::full.eq(true))
        .filter(sessions::ended_at.is_null())
        .order(sessions::last_used_at)
        .select(Session::as_select())
        .load(conn)?)
}

/// Completed sign-ins that nobody used since `idle_since` or whose last hour has come, at most `most` of them.
pub fn run_out(conn: &mut Conn, idle_since: Moment, now: Moment, most: i64) -> Result<Vec<Session>, StoreError> {
    Ok(sessions::table
        .filter(sessions::full.eq(true))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::last_used_at.le(idle_since).or(sessions::ends_at.le(now)))
        .limit(most)
        .select(Session::as_select())
        .load(conn)?)
}

/// Sessions before the code end with their attempt; this keeps the row as long as the attempt's newest code.
pub fn extend_attempt(conn: &mut Conn, attempt: AttemptId, ends_at: Moment) -> Result<(), StoreError> {
    diesel::update(sessions::table.filter(sessions::attempt_id.eq(attempt)).filter(sessions::full.eq(false)))
        .set(sessions::ends_at.eq(ends_at))
        .execute(conn)?;
    Ok(())
}
