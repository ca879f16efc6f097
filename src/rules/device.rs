//! Known and remembered browsers: which of a browser's tokens still counts, and how tokens follow one another.
//! Rule 6. A copied token is noticed when both holders have used theirs.

use std::time::Duration;

use super::moment::{Moment, days};

/// How long a token stays good after its successor was first presented: two tabs may hold one each.
pub const GRACE: Duration = Duration::from_secs(30);

/// How long a browser stays known after its last use. Chrome keeps no cookie longer than 400 days.
pub const KNOWN_FOR: Duration = days(400);

/// Which of a browser's tokens was presented, as the store finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The newest, which nobody has presented yet.
    Current,
    /// The one before: its answer with the newest may never have arrived.
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

/// How a new token takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The current token becomes the one before, the new one current; what was before is retired at `retired_at`.
    Forward { retired_at: Moment },
    /// The new token takes the place of the current one, which nobody has presented and which is retired at
    /// `retired_at`; the one before stays.
    Replace { retired_at: Moment },
}

/// Decides on a presented token. Act on it only once the password is right: until then nothing may tell accounts apart.
#[must_use]
pub fn judge(presented: Presented, now: Moment) -> DeviceVerdict {
    // A token that was never presented needs no grace: its retirement is dated back so that it has none.
    let replace = Rotation::Replace { retired_at: now.minus(GRACE) };
    match presented {
        Presented::Current => DeviceVerdict::Known(Rotation::Forward { retired_at: now }),
        Presented::Before => DeviceVerdict::Known(replace),
        Presented::Retired { at } if now < at.plus(GRACE) => DeviceVerdict::Known(replace),
        Presented::Retired { .. } => DeviceVerdict::Reused,
        Presented::Nothing => DeviceVerdict::Unknown,
    }
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
