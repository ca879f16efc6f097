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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::moment::{hours, minutes};

    const NINE: Moment = Moment(1_800_000_000_000);
    const LIMITS: Limits = Limits { idle: minutes(15), warn: minutes(2), absolute: hours(8) };

    fn after(last_click: Duration, now: Duration) -> SessionVerdict {
        judge(Facts { began_at: NINE, last_used_at: NINE.plus(last_click) }, LIMITS, NINE.plus(now))
    }

    #[test]
    fn a_session_ends_fifteen_minutes_after_the_last_click_and_warns_two_minutes_before() {
        let until = NINE.plus(minutes(75));
        let alive = SessionVerdict::Alive { until, warn_at: NINE.plus(minutes(73)), extends: true };
        assert_eq!(after(hours(1), minutes(74)), alive);
        assert_eq!(after(hours(1), minutes(75)), SessionVerdict::Idle);
    }

    #[test]
    fn a_busy_session_ends_after_eight_hours() {
        let until = NINE.plus(hours(8));
        let alive = SessionVerdict::Alive { until, warn_at: until.minus(minutes(2)), extends: false };
        assert_eq!(after(minutes(479), minutes(479)), alive);
        assert_eq!(after(minutes(479), minutes(480)), SessionVerdict::Over);
    }

    #[test]
    fn a_session_left_alone_overnight_was_idle_not_over() {
        assert_eq!(after(minutes(3), hours(20)), SessionVerdict::Idle);
    }

    #[test]
    fn reading_pages_writes_the_last_use_once_a_minute() {
        assert!(!is_touched(NINE, NINE.plus(Duration::from_secs(59))));
        assert!(is_touched(NINE, NINE.plus(minutes(1))));
        assert!(!is_touched(NINE.plus(minutes(1)), NINE));
    }

    #[test]
    fn the_sixth_sign_in_ends_the_oldest() {
        let began: Vec<(u8, Moment)> = [3, 1, 2, 5, 4].map(|n| (n, NINE.plus(hours(u64::from(n))))).into();
        assert_eq!(to_make_room(&began, 5), [1]);
        assert!(to_make_room(&began[..4], 5).is_empty());
        assert_eq!(to_make_room(&began, 1), [1, 2, 3, 4, 5]);
    }
}
