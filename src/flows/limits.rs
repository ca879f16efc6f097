//! Counters of straight failures in the database, judged by the schedules of the rules.
//! A try is counted before it is known how it ends, so that racing tries cannot share one count.

use std::time::Duration;

use super::{Closed, Ctx};
use crate::{
    keys::Lookup,
    rules::{
        moment::Moment,
        names::{DeviceId, PatientId},
        throttle::Schedule,
    },
    store::{Conn, StoreError, devices, throttles},
};

/// One question asked of one subject: "wrong passwords of this account from this network".
#[derive(Clone, Debug)]
pub struct Counter {
    key: Vec<u8>,
    question: &'static str,
    schedule: Schedule,
}

impl Counter {
    /// Wrong passwords of an account from one network (rule 9).
    pub fn account_and_network(ctx: &Ctx, username_key: &[u8], network_key: &[u8]) -> Self {
        let mut counter = Self::new(ctx, "password-pair", &[username_key, network_key], password_schedule(ctx));
        let account = pairs_of(ctx, username_key);
        counter.key.splice(..account.len(), account);
        counter
    }

    /// Wrong passwords from one known browser, which has a budget of its own (rule 9).
    pub fn known_browser(ctx: &Ctx, device: DeviceId) -> Self {
        Self::new(ctx, "password-known", &[&device.0.to_be_bytes()], password_schedule(ctx))
    }

    /// Straight wrong passwords of an account from browsers it does not know (rule 9).
    pub fn account(ctx: &Ctx, username_key: &[u8]) -> Self {
        let schedule = Schedule::lock_only(ctx.settings.limits.account_failures);
        Self::new(ctx, "password-account", &[username_key], schedule)
    }

    /// Wrong passwords of one network over all accounts (rule 9); its window is an hour.
    pub fn network(ctx: &Ctx, network_key: &[u8]) -> Self {
        Self::new(ctx, "password-network", &[network_key], never())
    }

    /// Straight wrong codes of one person over all attempts of sign-in (rule 2).
    pub fn person_codes(ctx: &Ctx, patient: PatientId) -> Self {
        let limits = &ctx.settings.limits;
        let schedule = Schedule {
            free: limits.code_free,
            first: Duration::from_secs(limits.code_wait_seconds),
            most: Duration::from_secs(limits.code_wait_most_seconds),
            lock_at: Some(limits.code_failures),
        };
        Self::new(ctx, "code", &[&patient.0.to_be_bytes()], schedule)
    }

    fn new(ctx: &Ctx, question: &'static str, parts: &[&[u8]], schedule: Schedule) -> Self {
        let mut all = vec![question.as_bytes()];
        all.extend_from_slice(parts);
        Self { key: ctx.keys.lookup(Lookup::Throttle, &all), question, schedule }
    }

    /// Whether a try may be made at all.
    pub fn closed(&self, conn: &mut Conn, now: Moment) -> Result<Option<Closed>, StoreError> {
        Ok(throttles::by_key(conn, &self.key)?.and_then(|row| {
            if row.locked {
                return Some(Closed::Locked);
            }
            row.wait_until.filter(|until| now < *until).map(Closed::Until)
        }))
    }

    /// Counts a try, sets the wait or lock that it brings, and tells both.
    pub fn count(&self, conn: &mut Conn, now: Moment) -> Result<Counted, StoreError> {
        let old = throttles::by_key(conn, &self.key)?;
        let (before, since) = old.map_or((0, now), |row| (u32::try_from(row.count).unwrap_or(0), row.since));
        self.store(conn, before.saturating_add(1), since, now)
    }

    /// Counts in windows of `window`: closed until the window's end once `most` were counted in it.
    pub fn closed_in_window(
        &self,
        conn: &mut Conn,
        now: Moment,
        window: Duration,
        most: u32,
    ) -> Result<Option<Moment>, StoreError> {
        Ok(throttles::by_key(conn, &self.key)?
            .filter(|row| now < row.since.plus(window) && row.count >= i32::try_from(most).unwrap_or(i32::MAX))
            .map(|row| row.since.plus(window)))
    }

    pub fn count_in_window(&self, conn: &mut Conn, now: Moment, window: Duration) -> Result<Counted, StoreError> {
        let old = throttles::by_key(conn, &self.key)?.filter(|row| now < row.since.plus(window));
        let (before, since) = old.map_or((0, now), |row| (u32::try_from(row.count).unwrap_or(0), row.since));
        self.store(conn, before.saturating_add(1), since, now)
    }

    /// Takes one try back that turned out to be none.
    pub fn uncount(&self, conn: &mut Conn) -> Result<(), StoreError> {
        match throttles::by_key(conn, &self.key)? {
            Some(mut row) if row.count > 1 => {
                row.count -= 1;
                row.wait_until = None;
                row.locked = false;
                throttles::put(conn, &row)
            }
            Some(_) => self.clear(conn).map(drop),
            None => Ok(()),
        }
    }

    /// Success: the failures were not straight. True where there were any.
    pub fn clear(&self, conn: &mut Conn) -> Result<bool, StoreError> {
        throttles::clear(conn, &self.key)
    }

    fn store(&self, conn: &mut Conn, count: u32, since: Moment, now: Moment) -> Result<Counted, StoreError> {
        let verdict = self.schedule.after(count, now);
        throttles::put(
            conn,
            &throttles::Throttle {
                key: self.key.clone(),
                question: self.question.to_owned(),
                count: i32::try_from(count).unwrap_or(i32::MAX),
                since,
                last_at: now,
                wait_until: verdict.wait_until,
                locked: verdict.locked,
            },
        )?;
        let brought = if verdict.locked { Some(Closed::Locked) } else { verdict.wait_until.map(Closed::Until) };
        Ok(Counted { number: count, brought })
    }
}

/// What counting a try came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Which of the straight tries it was, from 1.
    pub number: u32,
    /// What it closed.
    pub brought: Option<Closed>,
}

impl Counted {
    /// The outcome of the audit entry that a limit is due, if one is.
    pub fn outcome(self) -> Option<&'static str> {
        self.brought.map(|closed| match closed {
            Closed::Until(_) => "wait",
            Closed::Locked => "locked",
        })
    }
}

fn password_schedule(ctx: &Ctx) -> Schedule {
    let limits = &ctx.settings.limits;
    Schedule {
        free: limits.password_free,
        first: Duration::from_secs(limits.password_wait_seconds),
        most: Duration::from_secs(limits.password_wait_most_seconds),
        lock_at: None,
    }
}

/// A schedule that only counts.
fn never() -> Schedule {
    Schedule { free: u32::MAX, first: Duration::ZERO, most: Duration::ZERO, lock_at: None }
}

/// How the keys of an account's pairs begin, so that staff can lift them whatever the networks were. The other half
/// still tells the networks apart.
fn pairs_of(ctx: &Ctx, username_key: &[u8]) -> Vec<u8> {
    let mut half = ctx.keys.lookup(Lookup::Throttle, &[b"password-pairs-of", username_key]);
    half.truncate(half.len() / 2);
    half
}

/// Lifts what rules 2 and 9 closed for a patient; what `patients unlock` does. True where anything was closed or counted.
pub fn unlock(conn: &mut Conn, ctx: &Ctx, patient: PatientId, username_key: Option<&[u8]>) -> Result<bool, StoreError> {
    let mut lifted = Counter::person_codes(ctx, patient).clear(conn)?;
    for device in devices::of_patient(conn, patient)? {
        lifted |= Counter::known_browser(ctx, device.id).clear(conn)?;
    }
    if let Some(username_key) = username_key {
        lifted |= Counter::account(ctx, username_key).clear(conn)?;
        lifted |= throttles::clear_beginning(conn, &pairs_of(ctx, username_key))?;
    }
    Ok(lifted)
}
