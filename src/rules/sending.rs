//! Whether a code may be sent, when it may be sent if not now, and how many are left.
//! Rules 5 and 10. The store counts; this decides.

use std::time::Duration;

use super::{
    contact::Country,
    moment::{Moment, days, hours},
    names::Channel,
};

/// "A day" is always the last 24 hours.
pub const DAY: Duration = days(1);

/// The span of the limit on a network.
pub const HOUR: Duration = hours(1);

/// The limits that hold for one send. The day's figures differ by purpose: a sign-in has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits<'a> {
    /// Between two codes of one attempt.
    pub gap: Duration,
    /// Codes of one attempt after its first.
    pub per_attempt: u32,
    /// Codes of one patient and purpose in a day.
    pub patient_day: u64,
    /// Codes to one destination in a day.
    pub destination_day: u64,
    /// Codes asked for by one network in an hour.
    pub network_hour: u64,
    /// Texts of the whole clinic in a day; none: no budget.
    pub texts_day: Option<u64>,
    /// Where texts may go.
    pub countries: &'a [Country],
}

/// Codes asked for within the span of one limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    pub count: u64,
    /// When the first of them was asked for. Where more were sent than the limit allows, the first of the newest as
    /// many as it allows.
    pub oldest: Option<Moment>,
}

/// What the attempt has sent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Over both channels, the first one included.
    pub sends: u32,
    /// When the newest was asked for, over both channels.
    pub last_sent_at: Option<Moment>,
    /// Whether this channel was used before.
    pub used_channel: bool,
}

/// Where the wish comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The choose page: the first send, or the other channel; no CAPTCHA.
    Choose,
    /// The resend form, its CAPTCHA or its wait passed.
    Resend,
}

/// Everything the store and the contact say about one send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub now: Moment,
    pub asked: Asked,
    pub channel: Channel,
    pub attempt: Attempt,
    /// Of this patient and purpose, the last [`DAY`].
    pub patient: Used,
    /// To this destination, the last [`DAY`].
    pub destination: Used,
    /// Asked for by this network, the last [`HOUR`].
    pub network: Used,
    /// Of everybody, the last [`DAY`]; not looked at for an email.
    pub texts: Used,
    /// Of the number; none where it belongs to no country. Not looked at for an email.
    pub country: Option<Country>,
    /// The number said STOP. Not looked at for an email.
    pub opted_out: bool,
}

/// Whether the code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendVerdict {
    Go,
    /// The choose page was posted again for a channel that has its code: nothing is sent, nothing is wrong.
    AlreadySent,
    /// The number said STOP.
    OptedOut,
    /// Texts do not go to the number's country.
    Country,
    /// The attempt has sent all it may: only a new one sends more.
    NoneLeft,
    Gap {
        opens_at: Moment,
    },
    PatientDay {
        opens_at: Moment,
    },
    DestinationDay {
        opens_at: Moment,
    },
    Network {
        opens_at: Moment,
    },
    TextBudget {
        opens_at: Moment,
    },
}

impl SendVerdict {
    /// When a clock ends the refusal.
    #[must_use]
    pub fn opens_at(self) -> Option<Moment> {
        match self {
            Self::Gap { opens_at }
            | Self::PatientDay { opens_at }
            | Self::DestinationDay { opens_at }
            | Self::Network { opens_at }
            | Self::TextBudget { opens_at } => Some(opens_at),
            Self::Go | Self::AlreadySent | Self::OptedOut | Self::Country | Self::NoneLeft => None,
        }
    }
}

/// Decides one send. Of several limits that a clock ends, the one that ends last is told, so that the time holds.
#[must_use]
pub fn judge(facts: &Facts, limits: &Limits) -> SendVerdict {
    let text = facts.channel == Channel::Text;
    if facts.asked == Asked::Choose && facts.attempt.used_channel {
        return SendVerdict::AlreadySent;
    }
    if text && facts.opted_out {
        return SendVerdict::OptedOut;
    }
    if text && !facts.country.is_some_and(|country| limits.countries.contains(&country)) {
        return SendVerdict::Country;
    }
    if resends_left(facts.attempt.sends, limits.per_attempt) == 0 && facts.attempt.sends > 0 {
        return SendVerdict::NoneLeft;
    }
    let now = facts.now;
    let full = |used: Used, most: u64, span: Duration| {
        (used.count >= most).then(|| used.oldest.unwrap_or(now).plus(span)).filter(|&at| now < at)
    };
    let budget = limits.texts_day.filter(|_| text);
    [
        gap_opens_at(facts.attempt.last_sent_at, limits.gap, now).map(|opens_at| SendVerdict::Gap { opens_at }),
        full(facts.patient, limits.patient_day, DAY).map(|opens_at| SendVerdict::PatientDay { opens_at }),
        full(facts.destination, limits.destination_day, DAY).map(|opens_at| SendVerdict::DestinationDay { opens_at }),
        full(facts.network, limits.network_hour, HOUR).map(|opens_at| SendVerdict::Network { opens_at }),
        budget.and_then(|most| full(facts.texts, most, DAY)).map(|opens_at| SendVerdict::TextBudget { opens_at }),
    ]
    .into_iter()
    .flatten()
    .max_by_key(|verdict| verdict.opens_at())
    .unwrap_or(SendVerdict::Go)
}

/// How many more codes this patient can ask for here: the fewest that the attempt, the patient's day and the
/// destination's day leave. Limits of the network and the clinic are not the patient's to count.
#[must_use]
pub fn left(facts: &Facts, limits: &Limits) -> u32 {
    let attempt = match facts.attempt.sends {
        0 => limits.per_attempt.saturating_add(1),
        sends => resends_left(sends, limits.per_attempt),
    };
    let days = limits
        .patient_day
        .saturating_sub(facts.patient.count)
        .min(limits.destination_day.saturating_sub(facts.destination.count));
    attempt.min(u32::try_from(days).unwrap_or(u32::MAX))
}

/// How many codes an attempt may still send after its first; the first itself is not counted.
#[must_use]
pub fn resends_left(sends: u32, per_attempt: u32) -> u32 {
    per_attempt.saturating_sub(sends.saturating_sub(1))
}

/// When the pause after the newest code ends, if it has not.
#[must_use]
pub fn gap_opens_at(last_sent_at: Option<Moment>, gap: Duration, now: Moment) -> Option<Moment> {
    last_sent_at.map(|at| at.plus(gap)).filter(|&at| now < at)
}

/// When waiting takes the place of the CAPTCHA: `wait` after the newest code was asked for. At once where none was.
#[must_use]
pub fn wait_ends_at(last_sent_at: Option<Moment>, wait: Duration, now: Moment) -> Moment {
    last_sent_at.map_or(now, |at| at.plus(wait))
}
