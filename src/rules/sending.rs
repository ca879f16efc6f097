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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::moment::minutes;

    const NOON: Moment = Moment(1_800_000_000_000);

    fn us() -> Country {
        Country::parse("US").unwrap()
    }

    fn limits(countries: &[Country]) -> Limits<'_> {
        Limits {
            gap: Duration::from_secs(30),
            per_attempt: 3,
            patient_day: 10,
            destination_day: 20,
            network_hour: 600,
            texts_day: Some(1000),
            countries,
        }
    }

    /// A first email, nothing sent before.
    fn first() -> Facts {
        Facts {
            now: NOON,
            asked: Asked::Choose,
            channel: Channel::Email,
            attempt: Attempt::default(),
            patient: Used::default(),
            destination: Used::default(),
            network: Used::default(),
            texts: Used::default(),
            country: None,
            opted_out: false,
        }
    }

    fn first_text() -> Facts {
        Facts { channel: Channel::Text, country: Some(us()), ..first() }
    }

    fn ago(sends: u32, ago: Duration, used_channel: bool) -> Attempt {
        Attempt { sends, last_sent_at: Some(NOON.minus(ago)), used_channel }
    }

    fn verdict(facts: Facts) -> SendVerdict {
        judge(&facts, &limits(&[us()]))
    }

    fn used(count: u64, ago: Duration) -> Used {
        Used { count, oldest: Some(NOON.minus(ago)) }
    }

    #[test]
    fn the_first_code_goes_at_once() {
        assert_eq!(verdict(first()), SendVerdict::Go);
        assert_eq!(verdict(first_text()), SendVerdict::Go);
    }

    #[test]
    fn choosing_the_same_way_again_sends_nothing() {
        assert_eq!(verdict(Facts { attempt: ago(1, minutes(5), true), ..first() }), SendVerdict::AlreadySent);
    }

    #[test]
    fn the_other_way_waits_for_the_pause_and_counts_as_a_resend() {
        let soon = Facts { attempt: ago(1, Duration::from_secs(10), false), ..first_text() };
        assert_eq!(verdict(soon), SendVerdict::Gap { opens_at: NOON.plus(Duration::from_secs(20)) });
        let later = Facts { attempt: ago(1, Duration::from_secs(30), false), ..first_text() };
        assert_eq!(verdict(later), SendVerdict::Go);
        let last = Facts { attempt: ago(4, minutes(5), false), ..first_text() };
        assert_eq!(verdict(last), SendVerdict::NoneLeft);
    }

    #[test]
    fn three_resends_follow_the_first_code_and_then_none() {
        let resend = |sends| Facts { asked: Asked::Resend, attempt: ago(sends, minutes(5), true), ..first() };
        let verdicts: Vec<_> = (1..=4).map(|sends| verdict(resend(sends))).collect();
        assert_eq!(verdicts, [SendVerdict::Go, SendVerdict::Go, SendVerdict::Go, SendVerdict::NoneLeft]);
        let lefts: Vec<u32> = (0..=5).map(|sends| left(&resend(sends), &limits(&[]))).collect();
        assert_eq!(lefts, [4, 3, 2, 1, 0, 0]);
    }

    #[test]
    fn a_day_that_is_full_opens_when_its_first_code_is_a_day_old() {
        let facts = Facts { patient: used(10, hours(20)), ..first() };
        assert_eq!(verdict(facts), SendVerdict::PatientDay { opens_at: NOON.plus(hours(4)) });
        assert_eq!(verdict(Facts { patient: used(9, hours(20)), ..first() }), SendVerdict::Go);
        let facts = Facts { destination: used(20, hours(1)), ..first() };
        assert_eq!(verdict(facts), SendVerdict::DestinationDay { opens_at: NOON.plus(hours(23)) });
    }

    #[test]
    fn a_network_opens_within_the_hour() {
        let facts = Facts { network: used(600, minutes(50)), ..first() };
        assert_eq!(verdict(facts), SendVerdict::Network { opens_at: NOON.plus(minutes(10)) });
    }

    #[test]
    fn the_budget_of_texts_holds_texts_back_and_no_email() {
        let spent = used(1000, hours(23));
        assert_eq!(
            verdict(Facts { texts: spent, ..first_text() }),
            SendVerdict::TextBudget { opens_at: NOON.plus(hours(1)) }
        );
        assert_eq!(verdict(Facts { texts: spent, ..first() }), SendVerdict::Go);
    }

    #[test]
    fn of_two_limits_the_one_that_ends_last_is_told() {
        let facts = Facts {
            attempt: ago(1, Duration::from_secs(1), false),
            patient: used(10, hours(20)),
            network: used(600, minutes(1)),
            ..first()
        };
        assert_eq!(verdict(facts), SendVerdict::PatientDay { opens_at: NOON.plus(hours(4)) });
    }

    #[test]
    fn texts_go_to_the_clinics_countries_alone() {
        assert_eq!(verdict(Facts { country: Country::parse("JM"), ..first_text() }), SendVerdict::Country);
        assert_eq!(verdict(Facts { country: None, ..first_text() }), SendVerdict::Country);
        assert_eq!(judge(&first(), &limits(&[])), SendVerdict::Go);
    }

    #[test]
    fn a_number_that_said_stop_gets_no_text_and_its_owner_still_gets_email() {
        assert_eq!(verdict(Facts { opted_out: true, ..first_text() }), SendVerdict::OptedOut);
        assert_eq!(verdict(Facts { opted_out: true, ..first() }), SendVerdict::Go);
    }

    #[test]
    fn what_is_left_is_the_least_that_any_limit_of_the_patient_leaves() {
        let facts = Facts { patient: used(8, hours(1)), destination: used(19, hours(1)), ..first() };
        assert_eq!(left(&facts, &limits(&[])), 1);
        assert_eq!(left(&Facts { patient: used(12, hours(1)), ..first() }, &limits(&[])), 0);
    }

    #[test]
    fn waiting_a_minute_takes_the_place_of_the_captcha() {
        let wait = minutes(1);
        let sent = NOON.minus(Duration::from_secs(20));
        assert_eq!(wait_ends_at(Some(sent), wait, NOON), NOON.plus(Duration::from_secs(40)));
        assert_eq!(wait_ends_at(None, wait, NOON), NOON);
    }

    proptest! {
        #[test]
        fn a_stated_time_is_in_the_future_and_holds(
            sends in 0_u32..6, sent in 0_u64..60, patient in 0_u64..12, destination in 0_u64..25, network in 590_u64..610,
            p in 0_u64..86_400, d in 0_u64..86_400, n in 0_u64..3600
        ) {
            let secs = Duration::from_secs;
            let facts = Facts {
                asked: Asked::Resend,
                attempt: Attempt { sends, last_sent_at: (sends > 0).then(|| NOON.minus(secs(sent))), used_channel: sends > 0 },
                patient: used(patient, secs(p)),
                destination: used(destination, secs(d)),
                network: used(network, secs(n)),
                ..first()
            };
            if let Some(opens_at) = verdict(facts).opens_at() {
                prop_assert!(opens_at > NOON);
                // Nothing else was sent meanwhile, and what was oldest has left its window.
                let then = judge(&Facts { now: opens_at, ..facts }, &limits(&[]));
                prop_assert_eq!(then, SendVerdict::Go);
            }
        }
    }
}
