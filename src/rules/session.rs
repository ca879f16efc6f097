//! How long a session lives, when its patient is warned, and which one ends when there are too many.
//! Rule 11. A session before its code lives as long as its attempt and counts in no cap.

use std::time::Duration;

use super::moment::Moment;

/// A page read moves the session's last use at most this often.
pub const TOUCH_EVERY: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without a click.
    pub idle: Duration,
    /// The warning comes this long before the end.
    pub warn: Duration,
    /// However busy.
    pub absolute: Duration,
}

/// A completed sign-in's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub began_at: Moment,
    pub last_used_at: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionVerdict {
    Alive {
        /// When it ends if nothing is clicked.
        until: Moment,
        /// When the warning is due.
        warn_at: Moment,
        /// Whether a click moves `until`: not within the last idle span before the absolute end.
        extends: bool,
    },
    /// Nothing was clicked for too long.
    Idle,
    /// Signed in for as long as anybody may be.
    Over,
}

#[must_use]
pub fn judge(facts: Facts, limits: Limits, now: Moment) -> SessionVerdict {
    let over_at = facts.began_at.plus(limits.absolute);
    let idle_at = facts.last_used_at.plus(limits.idle);
    let until = over_at.min(idle_at);
    if now < until {
        SessionVerdict::Alive { until, warn_at: until.minus(limits.warn), extends: idle_at < over_at }
    } else if idle_at < over_at {
        SessionVerdict::Idle
    } else {
        SessionVerdict::Over
    }
}

/// Whether a page read now writes the session's last use.
#[must_use]
pub fn is_touched(last_used_at: Moment, now: Moment) -> bool {
    now.since(last_used_at) >= TOUCH_EVERY
}

/// Which completed sign-ins end so that at most `most` are left, one to come included: the oldest.
#[must_use]
pub fn to_make_room<Id: Copy>(began: &[(Id, Moment)], most: usize) -> Vec<Id> {
    super::device::to_make_room(began, most)
}
