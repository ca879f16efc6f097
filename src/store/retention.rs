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

/// The question of the counters that this bound leaves alone: wrong codes. Only the right password makes such a row, so
/// there is one a patient at most, and whoever has the password must not wash their count away with made-up names.
const OF_CODES: &str = "code";

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
    Ok(gone + bound_throttles(conn, now, MOST_THROTTLES)?)
}

fn bound_throttles(conn: &mut Conn, now: Moment, most: i64) -> Result<usize, StoreError> {
    let count: i64 = throttles::table.count().get_result(conn)?;
    if count <= most {
        return Ok(0);
    }
    let idle = || {
        throttles::table
            .filter(throttles::question.ne(OF_CODES))
            .filter(throttles::locked.eq(false))
            .filter(throttles::wait_until.is_null().or(throttles::wait_until.lt(now)))
    };
    let cut: Option<Moment> = idle()
        .order(throttles::last_at)
        .offset(count - most)
        .limit(1)
        .select(throttles::last_at)
        .first(conn)
        .optional()?;
    let Some(cut) = cut else { return Ok(0) };
    Ok(diesel::delete(
        throttles::table
            .filter(throttles::question.ne(OF_CODES))
            .filter(throttles::locked.eq(false))
            .filter(throttles::wait_until.is_null().or(throttles::wait_until.lt(now)))
            .filter(throttles::last_at.lt(cut)),
    )
    .execute(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Link, migrate, throttles as rows};

    #[test]
    fn a_flood_of_made_up_names_washes_away_no_count_of_wrong_codes() {
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Conn::open(&Link::Sqlite(dir.path().join("v.db"))).unwrap();
        migrate::run(&mut conn).unwrap();
        let now = Moment(1_795_536_000_000);
        let row = |key: u8, question: &str, at: i64| rows::Throttle {
            key: vec![key],
            question: question.to_owned(),
            count: 99,
            since: Moment(at),
            last_at: Moment(at),
            wait_until: None,
            locked: false,
        };
        rows::put(&mut conn, &row(0, OF_CODES, 0)).unwrap();
        for key in 1..=9 {
            rows::put(&mut conn, &row(key, "password-pair", i64::from(key))).unwrap();
        }
        assert_eq!(bound_throttles(&mut conn, now, 4).unwrap(), 6);
        assert!(rows::by_key(&mut conn, &[0]).unwrap().is_some());
        assert!(rows::by_key(&mut conn, &[9]).unwrap().is_some());
    }
}
