//! Known and remembered browsers: which of a browser's tokens still counts, and how tokens follow one another.
//! Rule 6. A copied token is noticed when both holders have used theirs.

use std::time::Duration;

use super::moment::{Moment, days};

/// How long a token stays good after its successor was first presented (two tabs may hold one each), and how long
/// presenting it again counts as the same click.
pub const GRACE: Duration = Duration::from_secs(30);

/// How long a browser stays known after its last use. Chrome keeps no cookie longer than 400 days.
pub const KNOWN_FOR: Duration = days(400);

/// Which of a browser's tokens was presented, as the store finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The newest, which nobody has presented yet.
    Current,
    /// The one before, whose answer with the newest may never have arrived.
    Before,
    /// One before that, with the moment it was retired.
    Retired { at: Moment },
    /// No token of any browser of this patient.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceVerdict {
    /// A browser this patient is known by: write the rotation and send its new token.
    Known(Rotation),
    /// A token that should no longer exist: somebody holds a copy. End the browser's row and tell the patient.
    Reused,
    Unknown,
}

/// How a new token takes its place. The current token is never one that was presented: presenting it makes it the one
/// before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The current token becomes the one before, the new one current; what was before is retired at `retired_at`.
    Forward { retired_at: Moment },
    /// The new token takes the place of the current one, which is retired at `retired_at`; the one before stays.
    Replace { retired_at: Moment },
}

/// Decides on a presented token. Act on it only once the password is right: until then nothing may tell accounts apart.
#[must_use]
pub fn judge(presented: Presented, now: Moment) -> DeviceVerdict {
    // A token that was never presented is in no tab's hands: its retirement is dated back so that it has no grace.
    let replace = Rotation::Replace { retired_at: now.minus(GRACE) };
    match presented {
        Presented::Current => DeviceVerdict::Known(Rotation::Forward { retired_at: now }),
        Presented::Before => DeviceVerdict::Known(replace),
        Presented::Retired { at } if now < at.plus(GRACE) => DeviceVerdict::Known(replace),
        Presented::Retired { .. } => DeviceVerdict::Reused,
        Presented::Nothing => DeviceVerdict::Unknown,
    }
}

/// Whether a known browser's token is the same click once more: the one before, again within [`GRACE`] of `issued_at`,
/// when the current one was made. Of two answers to a double click the browser keeps either, so both must be right:
/// write nothing, and send the current token again if it can be made again, else none, for the presented one stays good.
/// A rotation here would retire a token that the browser may hold, and its next use would look like a thief's.
#[must_use]
pub fn is_repeat(presented: Presented, issued_at: Moment, now: Moment) -> bool {
    presented == Presented::Before && now < issued_at.plus(GRACE)
}

/// When "Skip this step next time", ticked `now`, ends; however often the browser is used until then.
#[must_use]
pub fn remembered_until(now: Moment, days_kept: u64) -> Moment {
    now.plus(Duration::from_secs(days_kept.saturating_mul(86_400)))
}

/// Whether a known browser replaces the code. Never where the password must change.
#[must_use]
pub fn replaces_code(remembered_until: Option<Moment>, password_must_change: bool, now: Moment) -> bool {
    !password_must_change && remembered_until.is_some_and(|until| now < until)
}

/// When a browser's row and cookie end: on its last remembered day, or [`KNOWN_FOR`] after its last use.
#[must_use]
pub fn ends_at(remembered_until: Option<Moment>, last_used_at: Moment) -> Moment {
    let known = last_used_at.plus(KNOWN_FOR);
    remembered_until.filter(|&until| last_used_at < until).map_or(known, |until| until.min(known))
}

/// Which rows end so that at most `most` are left, one to come included: the least lately used, or the oldest.
#[must_use]
pub fn to_make_room<Id: Copy>(rows: &[(Id, Moment)], most: usize) -> Vec<Id> {
    let mut oldest_first = rows.to_vec();
    oldest_first.sort_by_key(|&(_, at)| at);
    let too_many = (rows.len() + 1).saturating_sub(most.max(1));
    oldest_first.into_iter().take(too_many).map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MONDAY: Moment = Moment(1_800_000_000_000);

    /// One browser's row, kept as the store keeps it. A token is the list of moments its line was issued at.
    struct Row {
        current: Vec<i64>,
        before: Option<Vec<i64>>,
        issued_at: Moment,
        retired: Vec<(Vec<i64>, Moment)>,
    }

    impl Row {
        fn new() -> Self {
            Self { current: vec![0], before: None, issued_at: Moment(0), retired: Vec::new() }
        }

        fn find(&self, token: &[i64]) -> Presented {
            if token == self.current {
                return Presented::Current;
            }
            if self.before.as_deref() == Some(token) {
                return Presented::Before;
            }
            let retired = self.retired.iter().find(|(old, _)| old == token);
            retired.map_or(Presented::Nothing, |&(_, at)| Presented::Retired { at })
        }

        /// The token that the browser is left with, if the answer arrives.
        fn present(&mut self, token: &[i64], now: Moment) -> Result<Vec<i64>, DeviceVerdict> {
            let presented = self.find(token);
            if is_repeat(presented, self.issued_at, now) {
                return Ok(self.current.clone());
            }
            let next = [token, &[now.0]].concat();
            match judge(presented, now) {
                DeviceVerdict::Known(Rotation::Forward { retired_at }) => {
                    let before = self.before.replace(token.to_vec());
                    self.retired.extend(before.map(|old| (old, retired_at)));
                    self.current = next;
                }
                DeviceVerdict::Known(Rotation::Replace { retired_at }) => {
                    let unseen = std::mem::replace(&mut self.current, next);
                    self.retired.push((unseen, retired_at));
                }
                refused => return Err(refused),
            }
            self.issued_at = now;
            Ok(self.current.clone())
        }
    }

    fn later(seconds: u64) -> Moment {
        MONDAY.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn every_use_brings_a_new_token() {
        let mut row = Row::new();
        let second = row.present(&[0], later(0)).unwrap();
        let third = row.present(&second, later(100)).unwrap();
        assert_ne!(second, third);
        assert!(row.present(&third, later(200)).is_ok());
    }

    #[test]
    fn a_lost_answer_raises_no_alarm_even_weeks_later() {
        let mut row = Row::new();
        row.present(&[0], later(0)).unwrap();
        row.present(&[0], later(1_000_000)).unwrap();
        let arrived = row.present(&[0], later(2_000_000)).unwrap();
        assert!(row.present(&arrived, later(3_000_000)).is_ok());
    }

    #[test]
    fn two_tabs_may_use_one_token_each_for_thirty_seconds() {
        let mut row = Row::new();
        let second = row.present(&[0], later(0)).unwrap();
        row.present(&second, later(100)).unwrap();
        assert!(row.present(&[0], later(129)).is_ok());
        assert_eq!(row.present(&[0], later(130)), Err(DeviceVerdict::Reused));
    }

    #[test]
    fn a_double_click_gets_the_same_token_twice() {
        let mut row = Row::new();
        let first = row.present(&[0], later(0)).unwrap();
        assert_eq!(row.present(&[0], later(1)).unwrap(), first);
        assert!(row.present(&first, later(100)).is_ok());
    }

    #[test]
    fn a_token_that_was_replaced_unseen_raises_the_alarm() {
        let mut row = Row::new();
        let patients = row.present(&[0], later(0)).unwrap();
        let thiefs = row.present(&[0], later(60)).unwrap();
        assert_ne!(patients, thiefs);
        assert_eq!(row.present(&patients, later(61)), Err(DeviceVerdict::Reused));
    }

    #[test]
    fn a_made_up_token_raises_no_alarm() {
        assert_eq!(judge(Presented::Nothing, MONDAY), DeviceVerdict::Unknown);
    }

    #[test]
    fn a_token_retired_by_a_server_whose_clock_is_ahead_is_still_good() {
        assert!(matches!(judge(Presented::Retired { at: later(5) }, later(0)), DeviceVerdict::Known(_)));
    }

    #[test]
    fn skipping_ends_on_its_day_however_often_it_was_used() {
        let until = remembered_until(MONDAY, 90);
        assert!(replaces_code(Some(until), false, MONDAY.plus(days(90)).minus(Duration::from_millis(1))));
        assert!(!replaces_code(Some(until), false, MONDAY.plus(days(90))));
        assert_eq!(ends_at(Some(until), MONDAY.plus(days(89))), until);
    }

    #[test]
    fn a_browser_that_was_never_ticked_replaces_no_code_but_stays_known() {
        assert!(!replaces_code(None, false, MONDAY));
        assert_eq!(ends_at(None, MONDAY), MONDAY.plus(KNOWN_FOR));
    }

    #[test]
    fn a_browser_does_not_replace_the_code_when_the_password_must_change() {
        assert!(!replaces_code(Some(later(100)), true, MONDAY));
    }

    #[test]
    fn the_eleventh_browser_ends_the_one_unused_the_longest() {
        let mut rows: Vec<(u8, Moment)> = (0..10).map(|n| (n, later(u64::from(n) + 10))).collect();
        assert!(to_make_room(&rows, 11).is_empty());
        rows[7].1 = later(0);
        assert_eq!(to_make_room(&rows, 10), [7]);
        assert_eq!(to_make_room(&rows, 9), [7, 0]);
        assert!(to_make_room::<u8>(&[], 0).is_empty());
    }

    proptest! {
        /// Whatever answers are lost and however often the button was clicked, an honest browser is never an alarm.
        #[test]
        fn an_honest_browser_is_never_suspected(
            visits in prop::collection::vec((30_u64..1_000_000, prop::collection::vec((0_u64..10, any::<bool>()), 1..4)), 1..20)
        ) {
            let (mut row, mut jar, mut now) = (Row::new(), vec![0], 0);
            for (pause, clicks) in visits {
                now += pause;
                let sent = jar.clone();
                for (seconds, arrives) in clicks {
                    now += seconds;
                    let answer = row.present(&sent, later(now));
                    prop_assert!(answer.is_ok());
                    if arrives {
                        jar = answer.unwrap();
                    }
                }
            }
        }

        /// Two holders of one token, taking turns in any order with every answer arriving: noticed as soon as both
        /// have come back with what they were given.
        #[test]
        fn a_copied_token_is_noticed_once_both_holders_have_used_theirs(turns in prop::collection::vec(any::<bool>(), 0..20)) {
            let (mut row, mut now) = (Row::new(), 0);
            let mut jars = [vec![0], vec![0]];
            let mut noticed = false;
            for thief in turns.into_iter().chain([false, true, false, true]) {
                now += 60;
                match row.present(&jars[usize::from(thief)], later(now)) {
                    Ok(token) => jars[usize::from(thief)] = token,
                    Err(refused) => {
                        prop_assert_eq!(refused, DeviceVerdict::Reused);
                        noticed = true;
                        break;
                    }
                }
            }
            prop_assert!(noticed);
        }
    }
}
