//! Table `outbox`: every message on its way, sealed until it is handed over, and what became of it.
//! A row is claimed with a lease, so that a crashed worker's message goes to another.

use diesel::{
    OptionalExtension as _,
    dsl::{exists, min},
    prelude::*,
    select,
};

use super::{Conn, StoreError, schema::outbox};
use crate::rules::{
    moment::Moment,
    names::{AttemptId, Channel, CodeId, Delivery, Kind, OutboxId, PatientId},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox)]
pub struct Row {
    pub id: OutboxId,
    pub kind: Kind,
    pub channel: Channel,
    pub patient_id: Option<PatientId>,
    pub attempt_id: Option<AttemptId>,
    pub code_id: Option<CodeId>,
    pub destination_key: Vec<u8>,
    /// The rendered message; blanked at the end state.
    pub message_sealed: Option<Vec<u8>>,
    pub state: Delivery,
    pub asked_at: Moment,
    /// From then on the message is of no use.
    pub give_up_at: Moment,
    pub next_try_at: Moment,
    pub tries: i32,
    pub leased_until: Option<Moment>,
    pub handed_over_at: Option<Moment>,
    /// When `state` was reached.
    pub state_at: Moment,
    /// The other side's words, for staff.
    pub answer: Option<String>,
    /// The text provider's message id or the mail server's queue id.
    pub provider_id: Option<String>,
}

pub fn insert(conn: &mut Conn, row: &Row) -> Result<(), StoreError> {
    diesel::insert_into(outbox::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes up to `most` due rows of a channel for a worker, until `until`. Call inside a write.
/// Each comes back as it lay there: with a lease when a worker before died over it.
pub fn claim(conn: &mut Conn, channel: Channel, now: Moment, until: Moment, most: i64) -> Result<Vec<Row>, StoreError> {
    let due: Vec<Row> = outbox::table
        .filter(outbox::state.eq(Delivery::Queued))
        .filter(outbox::channel.eq(channel))
        .filter(outbox::next_try_at.le(now))
        .filter(outbox::leased_until.is_null().or(outbox::leased_until.le(now)))
        .order(outbox::next_try_at)
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    for row in &due {
        diesel::update(outbox::table.find(row.id))
            .set((outbox::leased_until.eq(until), outbox::tries.eq(outbox::tries + 1)))
            .execute(conn)?;
    }
    Ok(due)
}

/// Whether any row of a channel wants a worker now: a look that keeps idle workers from writing.
pub fn is_due(conn: &mut Conn, channel: Channel, now: Moment) -> Result<bool, StoreError> {
    Ok(select(exists(
        outbox::table
            .filter(outbox::state.eq(Delivery::Queued))
            .filter(outbox::channel.eq(channel))
            .filter(outbox::next_try_at.le(now))
            .filter(outbox::leased_until.is_null().or(outbox::leased_until.le(now))),
    ))
    .get_result(conn)?)
}

/// Keeps a claimed row for its worker until `until`; a row that was put back meanwhile stays free.
pub fn renew(conn: &mut Conn, id: OutboxId, until: Moment) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id))
        .filter(outbox::state.eq(Delivery::Queued))
        .filter(outbox::leased_until.is_not_null())
        .set(outbox::leased_until.eq(until))
        .execute(conn)?;
    Ok(())
}

/// When the next queued row wants a worker, if any is waiting.
pub fn next_due(conn: &mut Conn) -> Result<Option<Moment>, StoreError> {
    Ok(outbox::table
        .filter(outbox::state.eq(Delivery::Queued))
        .select(min(outbox::next_try_at))
        .first::<Option<Moment>>(conn)?)
}

/// Puts a row back for another try.
pub fn retry(conn: &mut Conn, id: OutboxId, next_try_at: Moment, answer: &str) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id).filter(outbox::state.eq(Delivery::Queued)))
        .set((outbox::leased_until.eq(None::<Moment>), outbox::next_try_at.eq(next_try_at), outbox::answer.eq(answer)))
        .execute(conn)?;
    Ok(())
}

/// Records what became of a row and blanks the message; false where that was recorded already.
pub fn settle(
    conn: &mut Conn,
    id: OutboxId,
    state: Delivery,
    at: Moment,
    answer: &str,
    provider_id: Option<&str>,
) -> Result<bool, StoreError> {
    let handed_over_at = (state == Delivery::HandedOver).then_some(at);
    let settled = diesel::update(outbox::table.find(id).filter(outbox::state.eq(Delivery::Queued)))
        .set((
            outbox::state.eq(state),
            outbox::state_at.eq(at),
            outbox::handed_over_at.eq(handed_over_at),
            outbox::answer.eq(answer),
            outbox::provider_id.eq(provider_id),
            outbox::message_sealed.eq(None::<Vec<u8>>),
            outbox::leased_until.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(settled == 1)
}

/// A receipt moved a handed-over message on.
pub fn advance(conn: &mut Conn, id: OutboxId, state: Delivery, at: Moment, answer: &str) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(id))
        .set((outbox::state.eq(state), outbox::state_at.eq(at), outbox::answer.eq(answer)))
        .execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut Conn, id: OutboxId) -> Result<Option<Row>, StoreError> {
    Ok(outbox::table.find(id).select(Row::as_select()).first(conn).optional()?)
}

pub fn by_provider_id(conn: &mut Conn, channel: Channel, provider_id: &str) -> Result<Option<Row>, StoreError> {
    Ok(outbox::table
        .filter(outbox::channel.eq(channel))
        .filter(outbox::provider_id.eq(provider_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?)
}

pub fn by_code(conn: &mut Conn, attempt: AttemptId, code: CodeId) -> Result<Option<Row>, StoreError> {
    Ok(outbox::table
        .filter(outbox::attempt_id.eq(attempt))
        .filter(outbox::code_id.eq(code))
        .select(Row::as_select())
        .first(conn)
        .optional()?)
}

/// The newest code message sent to a destination over a channel, for "mail bounced" on the choose page.
pub fn newest_to(conn: &mut Conn, patient: PatientId, destination_key: &[u8]) -> Result<Option<Row>, StoreError> {
    Ok(outbox::table
        .filter(outbox::patient_id.eq(patient))
        .filter(outbox::destination_key.eq(destination_key))
        .order(outbox::asked_at.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()?)
}

/// The same for a whole channel: whether its newest messages all failed tells an outage.
pub fn oldest_queued(conn: &mut Conn, channel: Option<Channel>) -> Result<Option<Moment>, StoreError> {
    let query = outbox::table.filter(outbox::state.eq(Delivery::Queued)).select(min(outbox::asked_at)).into_boxed();
    let query = match channel {
        Some(channel) => query.filter(outbox::channel.eq(channel)),
        None => query,
    };
    Ok(query.first::<Option<Moment>>(conn)?)
}
