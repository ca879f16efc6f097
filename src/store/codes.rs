//! Table `codes`: keyed hashes of the codes asked for in the last 24 hours, and the counts that limit sending.
//! The code itself is nowhere but in the sealed message that carries it.

use diesel::{
    dsl::{count_star, min},
    prelude::*,
};

use super::{Conn, StoreError, schema::codes};
use crate::rules::{
    moment::Moment,
    names::{AttemptId, Channel, CodeId, PatientId, Purpose},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = codes)]
pub struct Code {
    pub id: CodeId,
    pub attempt_id: AttemptId,
    pub patient_id: Option<PatientId>,
    pub purpose: Purpose,
    pub channel: Channel,
    /// MAC over attempt, purpose and code.
    pub code_mac: Vec<u8>,
    pub destination_key: Vec<u8>,
    pub network_key: Vec<u8>,
    pub asked_at: Moment,
    pub expires_at: Moment,
    pub ended_at: Option<Moment>,
}

/// How many there were in a window, and when the oldest of them was: that is when the window opens again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    pub oldest: Option<Moment>,
}

pub fn insert(conn: &mut Conn, code: &Code) -> Result<(), StoreError> {
    diesel::insert_into(codes::table).values(code).execute(conn)?;
    Ok(())
}

/// The attempt's newest codes, newest first.
pub fn newest(conn: &mut Conn, attempt: AttemptId, most: i64) -> Result<Vec<Code>, StoreError> {
    Ok(codes::table
        .filter(codes::attempt_id.eq(attempt))
        .order((codes::asked_at.desc(), codes::id.desc()))
        .limit(most)
        .select(Code::as_select())
        .load(conn)?)
}

/// Success ends all of an attempt's codes.
pub fn end_all(conn: &mut Conn, attempt: AttemptId, at: Moment) -> Result<(), StoreError> {
    diesel::update(codes::table.filter(codes::attempt_id.eq(attempt)).filter(codes::ended_at.is_null()))
        .set(codes::ended_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Codes of one purpose that a patient asked for since `from`.
pub fn of_patient(conn: &mut Conn, patient: PatientId, purpose: Purpose, from: Moment) -> Result<Tally, StoreError> {
    tally(
        codes::table
            .filter(codes::patient_id.eq(patient))
            .filter(codes::purpose.eq(purpose))
            .filter(codes::asked_at.gt(from))
            .select((count_star(), min(codes::asked_at)))
            .first(conn),
    )
}

pub fn of_destination(conn: &mut Conn, destination_key: &[u8], from: Moment) -> Result<Tally, StoreError> {
    tally(
        codes::table
            .filter(codes::destination_key.eq(destination_key))
            .filter(codes::asked_at.gt(from))
            .select((count_star(), min(codes::asked_at)))
            .first(conn),
    )
}

pub fn of_network(conn: &mut Conn, network_key: &[u8], from: Moment) -> Result<Tally, StoreError> {
    tally(
        codes::table
            .filter(codes::network_key.eq(network_key))
            .filter(codes::asked_at.gt(from))
            .select((count_star(), min(codes::asked_at)))
            .first(conn),
    )
}

/// All texted codes since `from`, whoever asked.
pub fn of_texts(conn: &mut Conn, from: Moment) -> Result<Tally, StoreError> {
    tally(
        codes::table
            .filter(codes::channel.eq(Channel::Text))
            .filter(codes::asked_at.gt(from))
            .select((count_star(), min(codes::asked_at)))
            .first(conn),
    )
}

fn tally(row: QueryResult<(i64, Option<Moment>)>) -> Result<Tally, StoreError> {
    let (count, oldest) = row?;
    Ok(Tally { count, oldest })
}
