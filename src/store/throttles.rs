//! Table `throttles`: the counters that slow guessing down, one row per question asked, under keyed hashes.
//! They live in the database so that they hold over restarts and over several servers.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::throttles};
use crate::rules::moment::Moment;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = throttles)]
pub struct Throttle {
    pub key: Vec<u8>,
    /// Which limit this is, for staff and for the purge.
    pub question: String,
    pub count: i32,
    /// When counting began.
    pub since: Moment,
    pub last_at: Moment,
    pub wait_until: Option<Moment>,
    /// Closed until a reset or staff lift it.
    pub locked: bool,
}

pub fn by_key(conn: &mut Conn, key: &[u8]) -> Result<Option<Throttle>, StoreError> {
    Ok(throttles::table.find(key).select(Throttle::as_select()).first(conn).optional()?)
}

/// Stores a counter, new or changed. Call inside a write.
pub fn put(conn: &mut Conn, throttle: &Throttle) -> Result<(), StoreError> {
    let changed = diesel::update(throttles::table.find(&throttle.key))
        .set((
            throttles::count.eq(throttle.count),
            throttles::since.eq(throttle.since),
            throttles::last_at.eq(throttle.last_at),
            throttles::wait_until.eq(throttle.wait_until),
            throttles::locked.eq(throttle.locked),
        ))
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(throttles::table).values(throttle).execute(conn)?;
    }
    Ok(())
}

/// Lifts a counter, lock and all. False where there was none.
pub fn clear(conn: &mut Conn, key: &[u8]) -> Result<bool, StoreError> {
    Ok(diesel::delete(throttles::table.find(key)).execute(conn)? > 0)
}

/// Lifts every counter whose key is `beginning` and as much again. False where there was none.
pub fn clear_beginning(conn: &mut Conn, beginning: &[u8]) -> Result<bool, StoreError> {
    let filled = |with: u8| {
        let mut key = beginning.to_vec();
        key.resize(beginning.len() * 2, with);
        key
    };
    let between = throttles::key.between(filled(0), filled(u8::MAX));
    Ok(diesel::delete(throttles::table.filter(between)).execute(conn)? > 0)
}
