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
