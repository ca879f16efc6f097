//! Clock times and days as a patient says them, in the clinic's time zone.
//! The patterns are sentences like any other: locales/*/time.ftl.

use fluent::FluentArgs;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::{
    Words,
    argument::{Argument, Value},
};
use crate::rules::{moment::Moment, names::Language};

/// A point in time in words.
///
/// Given to a sentence under the name `at`, it brings `$at` ("10:42 am"), `$at_on` ("at 10:42 am",
/// "el 25 de noviembre a las 10:42 a. m.") and `$at_the` ("las 10:42 a. m.", as it follows "hasta").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The clock alone.
    bare: String,
    /// The clock, with its date when that is not today.
    pub clock: String,
    pub on: String,
    pub the: String,
    /// For machines: `2026-11-24T10:42:00-06:00`.
    pub iso: String,
}

impl When {
    /// One of the forms with the clock marked up as a `<time>`.
    fn marked(&self, form: &str) -> String {
        let time = format!(r#"<time datetime="{}">{}</time>"#, self.iso, self.bare);
        form.replacen(&self.bare, &time, 1)
    }

    /// The clock with its date, as HTML.
    #[must_use]
    pub fn markup(&self) -> super::Markup {
        super::Markup::trusted(self.marked(&self.clock))
    }
}

impl Argument for When {
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::from(self.clock.as_str()));
        into.set(format!("{name}_on"), Value::from(self.on.as_str()));
        into.set(format!("{name}_the"), Value::from(self.the.as_str()));
    }

    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::from(self.marked(&self.clock)));
        into.set(format!("{name}_on"), Value::from(self.marked(&self.on)));
        into.set(format!("{name}_the"), Value::from(self.marked(&self.the)));
    }
}

/// The zone of that IANA name; the machine's where the name is empty or unknown.
pub fn zone(name: &str) -> TimeZone {
    if name.is_empty() {
        return TimeZone::system();
    }
    TimeZone::get(name).unwrap_or_else(|fault| {
        tracing::error!(name, %fault, "unknown time zone; the machine's is used");
        TimeZone::system()
    })
}

/// The time from which something works, told by the first full minute at which it does: whoever comes by the clock at
/// the minute that only began too early would be refused once more. Machines are told the very second.
pub fn opening(words: &Words, language: Language, zone: &TimeZone, at: Moment, now: Moment) -> When {
    let full = Moment(at.0.saturating_add(59_999).div_euclid(60_000) * 60_000);
    let exact = when(words, language, zone, at, now);
    When { iso: exact.iso, ..when(words, language, zone, full, now) }
}

pub fn when(words: &Words, language: Language, zone: &TimeZone, at: Moment, now: Moment) -> When {
    let (at, now) = (zoned(zone, at), zoned(zone, now));
    let hour = match at.hour() % 12 {
        0 => 12_i64,
        other => other.into(),
    };
    let minute = format!("{:02}", at.minute());
    let half = if at.hour() < 12 { "am" } else { "pm" };
    let bare = words.with(language, "time-clock", &[("hour", &hour), ("minute", &minute), ("half", &half)]);
    let today = if at.date() == now.date() { "yes" } else { "no" };
    let date = words.with(language, "time-day", &day(&at).as_arguments());
    let say = |id| words.with(language, id, &[("clock", &bare), ("hour", &hour), ("today", &today), ("day", &date)]);
    When {
        clock: say("time-dated"),
        on: say("time-on"),
        the: say("time-the"),
        iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        bare,
    }
}

pub fn date(words: &Words, language: Language, zone: &TimeZone, at: Moment) -> String {
    words.with(language, "time-date", &day(&zoned(zone, at)).as_arguments())
}

struct Day {
    year: i64,
    month: i64,
    date: i64,
}

impl Day {
    fn as_arguments(&self) -> [(&str, &dyn Argument); 3] {
        // The year as a number would be grouped by no one, yet only a number can choose a month's name.
        [("year", &self.year), ("month", &self.month), ("date", &self.date)]
    }
}

fn day(at: &Zoned) -> Day {
    Day { year: at.year().into(), month: at.month().into(), date: at.day().into() }
}

fn zoned(zone: &TimeZone, at: Moment) -> Zoned {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}
