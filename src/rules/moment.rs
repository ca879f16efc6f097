//! One point in time, and the clock that tells it.
//! Everything that decides by time takes a [`Moment`]; nothing but [`Clock::system`] asks the machine.

use std::{fmt, sync::Arc, time::Duration};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// This moment moved on by `by`; saturates at the end of time.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis(by)))
    }

    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis(by)))
    }

    /// How long from `earlier` to this moment; zero when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

fn millis(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX)
}

/// Minutes as a [`Duration`].
#[must_use]
pub const fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

/// Hours as a [`Duration`].
#[must_use]
pub const fn hours(n: u64) -> Duration {
    Duration::from_secs(n * 3600)
}

/// Days of 24 hours as a [`Duration`].
#[must_use]
pub const fn days(n: u64) -> Duration {
    Duration::from_secs(n * 86_400)
}

/// Where the time comes from. Tests hand in their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Moment + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn system() -> Self {
        Self::new(|| Moment(jiff::Timestamp::now().as_millisecond()))
    }

    pub fn new(now: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[must_use]
    pub fn now(&self) -> Moment {
        (self.0)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_before_a_moment_is_no_time_since_it() {
        assert_eq!(Moment(1_000).since(Moment(5_000)), Duration::ZERO);
        assert_eq!(Moment(5_000).since(Moment(1_000)), Duration::from_secs(4));
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        assert_eq!(Moment(i64::MAX - 1).plus(days(1)), Moment(i64::MAX));
        assert_eq!(Moment(0).plus(Duration::MAX), Moment(i64::MAX));
        assert_eq!(Moment(i64::MIN + 1).minus(Duration::MAX), Moment(i64::MIN));
        assert_eq!(Moment(i64::MAX).since(Moment(i64::MIN)), Duration::from_millis(u64::try_from(i64::MAX).unwrap()));
    }

    #[test]
    fn a_moment_is_logged_as_a_time_in_utc() {
        assert_eq!(format!("{:?}", Moment(0)), "1970-01-01T00:00:00Z");
        assert_eq!(format!("{:?}", Moment(i64::MAX)), format!("{} ms", i64::MAX));
    }
}
