//! Waits that grow with failures, locks, and counts over a window of time.
//! Rules 2 and 9. A try is counted before it is known how it ends; a refused one is not counted.

use std::time::Duration;

use super::moment::Moment;

/// How straight failures slow the next try down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The failure that brings the first wait, counted from 1.
    pub free: u32,
    /// The first wait; each further failure doubles it. Zero: no waits at all.
    pub first: Duration,
    /// No wait is longer.
    pub most: Duration,
    /// The failure that locks until somebody lifts it.
    pub lock_at: Option<u32>,
}

/// What a failure brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// When the next try is let in; none where it is at once, or where no clock ends the lock.
    pub wait_until: Option<Moment>,
    pub locked: bool,
}

impl Schedule {
    /// A schedule that never makes wait and locks at `lock_at`.
    #[must_use]
    pub const fn lock_only(lock_at: u32) -> Self {
        Self { free: u32::MAX, first: Duration::ZERO, most: Duration::ZERO, lock_at: Some(lock_at) }
    }

    /// What the `failures`-th straight failure brings, when it happens `now`.
    #[must_use]
    pub fn after(&self, failures: u32, now: Moment) -> Verdict {
        if self.lock_at.is_some_and(|at| failures >= at) {
            return Verdict { wait_until: None, locked: true };
        }
        let wait = self.wait(failures);
        Verdict { wait_until: (!wait.is_zero()).then(|| now.plus(wait)), locked: false }
    }

    /// The wait that the `failures`-th straight failure brings, locks aside.
    #[must_use]
    pub fn wait(&self, failures: u32) -> Duration {
        let free = self.free.max(1);
        if failures < free {
            return Duration::ZERO;
        }
        let times = 1_u32.checked_shl(failures - free).unwrap_or(u32::MAX);
        self.first.saturating_mul(times).min(self.most)
    }
}

/// Whether a try is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Come back at `until`.
    Wait {
        until: Moment,
    },
    /// No clock ends it.
    Locked,
}

/// The straight failures of one key, as its throttle row keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub failures: u32,
    pub wait_until: Option<Moment>,
    pub locked: bool,
}

impl Tally {
    #[must_use]
    pub fn standing(&self, now: Moment) -> Standing {
        match self.wait_until {
            _ if self.locked => Standing::Locked,
            Some(until) if now < until => Standing::Wait { until },
            _ => Standing::Open,
        }
    }

    /// The tally after one more failure `now`.
    #[must_use]
    pub fn failed(&self, schedule: &Schedule, now: Moment) -> Self {
        let failures = self.failures.saturating_add(1);
        let Verdict { wait_until, locked } = schedule.after(failures, now);
        Self { failures, wait_until, locked: locked || self.locked }
    }
}

/// So many in so long, counted from the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub most: u32,
    pub span: Duration,
}

/// What was counted in the window that began at `since`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub count: u32,
    pub since: Moment,
}

impl Window {
    #[must_use]
    pub fn standing(&self, counted: Counted, now: Moment) -> Standing {
        let until = counted.since.plus(self.span);
        if now < until && counted.count >= self.most { Standing::Wait { until } } else { Standing::Open }
    }

    /// The count with one more `now`; a window that is over starts anew.
    #[must_use]
    pub fn counted(&self, counted: Option<Counted>, now: Moment) -> Counted {
        match counted {
            Some(Counted { count, since }) if now < since.plus(self.span) => {
                Counted { count: count.saturating_add(1), since }
            }
            _ => Counted { count: 1, since: now },
        }
    }
}

/// The straight failures at which a patient is told, besides the one that locks.
pub const TOLD_AT: u32 = 20;

/// Whether the `failures`-th straight failure of an account is one its owner is told of.
#[must_use]
pub fn is_told(failures: u32, lock_at: u32) -> bool {
    failures == TOLD_AT || failures == lock_at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::moment::{hours, minutes};

    const NOON: Moment = Moment(1_800_000_000_000);
    const PASSWORD: Schedule = Schedule { free: 5, first: Duration::from_secs(30), most: hours(1), lock_at: None };
    const CODE: Schedule = Schedule { free: 10, first: minutes(1), most: hours(1), lock_at: Some(100) };

    fn waits(schedule: &Schedule, failures: std::ops::RangeInclusive<u32>) -> Vec<u64> {
        failures.map(|n| schedule.after(n, NOON).wait_until.map_or(0, |until| until.since(NOON).as_secs())).collect()
    }

    #[test]
    fn the_fifth_wrong_password_brings_half_a_minute_and_each_further_one_doubles_it_to_an_hour() {
        assert_eq!(waits(&PASSWORD, 0..=13), [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn the_tenth_wrong_code_brings_a_minute_and_the_hundredth_a_lock() {
        assert_eq!(waits(&CODE, 8..=17), [0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(CODE.after(99, NOON), Verdict { wait_until: Some(NOON.plus(hours(1))), locked: false });
        assert_eq!(CODE.after(100, NOON), Verdict { wait_until: None, locked: true });
        assert_eq!(CODE.after(u32::MAX, NOON), Verdict { wait_until: None, locked: true });
    }

    #[test]
    fn an_account_locks_at_its_hundredth_failure_without_a_wait_before() {
        let account = Schedule::lock_only(100);
        assert!(waits(&account, 0..=99).iter().all(|&wait| wait == 0));
        assert!(!account.after(99, NOON).locked && account.after(100, NOON).locked);
    }

    #[test]
    fn the_try_after_a_wait_is_let_in_at_the_stated_moment_and_not_before() {
        let mut tally = Tally::default();
        for _ in 0..5 {
            assert_eq!(tally.standing(NOON), Standing::Open);
            tally = tally.failed(&PASSWORD, NOON);
        }
        let until = NOON.plus(Duration::from_secs(30));
        assert_eq!(tally.standing(NOON), Standing::Wait { until });
        assert_eq!(tally.standing(Moment(until.0 - 1)), Standing::Wait { until });
        assert_eq!(tally.standing(until), Standing::Open);
    }

    #[test]
    fn a_lock_is_ended_by_no_clock() {
        let tally = Tally { failures: 99, ..Tally::default() }.failed(&CODE, NOON);
        assert_eq!(tally.standing(Moment(i64::MAX)), Standing::Locked);
    }

    #[test]
    fn a_network_is_let_in_again_an_hour_after_its_first_failure() {
        let hourly = Window { most: 300, span: hours(1) };
        let mut counted = None;
        for _ in 0..300 {
            counted = Some(hourly.counted(counted, NOON));
        }
        let counted = counted.unwrap();
        let until = NOON.plus(hours(1));
        assert_eq!(hourly.standing(counted, NOON.plus(minutes(59))), Standing::Wait { until });
        assert_eq!(hourly.standing(counted, until), Standing::Open);
        assert_eq!(hourly.counted(Some(counted), until), Counted { count: 1, since: until });
        assert_eq!(hourly.standing(Counted { count: 299, since: NOON }, NOON), Standing::Open);
    }

    #[test]
    fn a_patient_is_told_at_the_twentieth_failure_and_at_the_lock() {
        let told: Vec<u32> = (0..=200).filter(|&n| is_told(n, 100)).collect();
        assert_eq!(told, [20, 100]);
    }

    proptest! {
        #[test]
        fn a_wait_never_shrinks_never_passes_its_most_and_never_overflows(
            free in any::<u32>(), first in any::<u64>(), most in any::<u64>(), n in any::<u32>(), at in any::<i64>(), lock in any::<Option<u32>>()
        ) {
            let schedule = Schedule { free, first: Duration::from_secs(first), most: Duration::from_secs(most), lock_at: lock };
            prop_assert!(schedule.wait(n) <= schedule.wait(n.saturating_add(1)));
            prop_assert!(schedule.wait(n) <= schedule.most);
            let verdict = schedule.after(n, Moment(at));
            prop_assert_eq!(verdict.locked, lock.is_some_and(|lock| n >= lock));
            prop_assert!(verdict.wait_until.is_none_or(|until| until >= Moment(at)));
        }

        #[test]
        fn a_doubling_wait_doubles(free in 1_u32..1000, first in 1_u64..1000, step in 0_u32..12) {
            let schedule = Schedule { free, first: Duration::from_secs(first), most: Duration::MAX, lock_at: None };
            prop_assert_eq!(schedule.wait(free + step).as_secs(), first << step);
        }
    }
}
