//! What is past its day goes: codes after 24 hours; delivery facts, ended sessions, lockless throttles after 30 days.
//! Audit entries stay 6 years; they are only ever deleted below a sealed cut.

use std::time::Duration;

use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{attempts, captcha_answers, codes, devices, outbox, receipts, sessions, throttles},
};
use crate::rules::{
    device::KNOWN_FOR,
    moment::{Moment, days, hours},
    names::Delivery,
};

const CODES: Duration = hours(24);
const FACTS: Duration = days(30);

/// Most throttle rows that are kept. A flood of made-up names makes rows; beyond this the oldest without a running
/// wait or a lock go first. A row is about 150 bytes.
const MOST_THROTTLES: i64 = 500_000;

/// Removes what is past its day and tells how many rows went. Call inside a write.
pub fn purge(conn: &mut Conn, now: Moment) -> Result<usize, StoreError> {
    let facts = now.minus(FACTS);
    let mut gone = diesel::delete(codes::table.filter(codes::asked_at.lt(now.minus(CODES)))).execute(conn)?;
    gone += diesel::delete(attempts::table.filter(attempts::ends_at.lt(facts))).execute(conn)?;
    gone += diesel::delete(outbox::table.filter(outbox::state_at.lt(facts)).filter(outbox::state.ne(Delivery::Queued)))
        .execute(conn)?;
    gone += diesel::delete(receipts::table.filter(receipts::at.lt(facts))).execute(conn)?;
    gone += diesel::delete(sessions::table.filter(sessions::ends_at.lt(facts).or(sessions::ended_at.lt(facts))))
        .execute(conn)?;
    gone += diesel::delete(devices::table.filter(devices::last_used_at.lt(now.minus(KNOWN_FOR)))).execute(conn)?;
    gone += diesel::delete(captcha_answers::table.filter(captcha_answers::expires_at.lt(now))).execute(conn)?;
    gone += diesel::delete(
        throttles::table
            .filter(throttles::locked.eq(false))
            .filter(throttles::last_at.lt(facts))
            .filter(throttles::wait_until.is_null().or(throttles::wait_until.lt(now))),
    )
    .execute(conn)?;
    Ok(gone + bound_throttles(conn, now)?)
}

fn bound_throttles(conn: &mut Conn, now: Moment) -> Result<usize, StoreError> {
    let count: i64 = throttles::table.count().get_result(conn)?;
    if count <= MOST_THROTTLES {
        return Ok(0);
    }
    let idle = || {
        throttles::table
            .filter(throttles::locked.eq(false))
            .filter(throttles::wait_until.is_null().or(throttles::wait_until.lt(now)))
    };
    let cut: Option<Moment> = idle()
        .order(throttles::last_at)
        .offset(count - MOST_THROTTLES)
        .limit(1)
        .select(throttles::last_at)
        .first(conn)
        .optional()?;
    let Some(cut) = cut else { return Ok(0) };
    Ok(diesel::delete(
        throttles::table
            .filter(throttles::locked.eq(false))
            .filter(throttles::wait_until.is_null().or(throttles::wait_until.lt(now)))
            .filter(throttles::last_at.lt(cut)),
    )
    .execute(conn)?)
}
