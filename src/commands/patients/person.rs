//! One person as a clinic writes them down, read and judged field by field.
//! A problem names its column and says what is wrong, never what was written: it may be a contact.

use jiff::{civil::Date, tz::TimeZone};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    rules::{
        contact::{Country, Email, Phone},
        moment::{Moment, hours},
        names::Language,
        username,
    },
    settings::Settings,
};

/// Code points of the longest record number, name and username.
const LONGEST: usize = 128;

/// The oldest person on record reached 122.
const MOST_YEARS: i16 = 130;

/// What is known of a person, as written. Empty where unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    pub record: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    /// YYYY-MM-DD.
    pub birth_date: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    /// `en` or `es`; English where empty.
    pub language: &'a str,
}

/// A person of whom everything needed is known.
#[derive(Clone, Debug)]
pub struct Person {
    /// The clinic's record number.
    pub record: String,
    pub first_name: String,
    pub last_name: String,
    pub birth_date: Date,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub language: Language,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub column: &'static str,
    pub reason: String,
}

impl Problem {
    pub fn new(column: &'static str, reason: impl Into<String>) -> Self {
        Self { column, reason: reason.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.column, self.reason)
    }
}

/// What fields are judged by.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Whose national form a phone number without a + may have.
    countries: Vec<Country>,
    /// The latest birth date: today, wherever on earth.
    latest: Date,
}

impl Judge {
    pub fn new(settings: &Settings, now: Moment) -> Self {
        let ahead = jiff::Timestamp::from_millisecond(now.plus(hours(14)).0).unwrap_or(jiff::Timestamp::MAX);
        Self {
            countries: settings.texts.countries.iter().filter_map(|letters| Country::parse(letters)).collect(),
            latest: ahead.to_zoned(TimeZone::UTC).date(),
        }
    }

    /// Reads a person, or names everything that is wrong.
    pub fn person(&self, fields: &Fields<'_>) -> Result<Person, Vec<Problem>> {
        let mut problems = Vec::new();
        let record = kept(&mut problems, "record", printable(fields.record));
        let first_name = kept(&mut problems, "first_name", printable(fields.first_name));
        let last_name = kept(&mut problems, "last_name", printable(fields.last_name));
        let birth_date = kept(&mut problems, "birth_date", self.birth_date(fields.birth_date));
        let email = kept(&mut problems, "email", optional(fields.email, Email::parse));
        let phone = kept(&mut problems, "phone", optional(fields.phone, |text| Phone::parse(text, &self.countries)));
        let language = kept(&mut problems, "language", language(fields.language));
        if let (Some(None), Some(None)) = (&email, &phone) {
            problems.push(Problem::new("email", "there is neither an email nor a phone: one is needed"));
        }
        match (record, first_name, last_name, birth_date, email, phone, language) {
            (
                Some(record),
                Some(first_name),
                Some(last_name),
                Some(birth_date),
                Some(email),
                Some(phone),
                Some(language),
            ) if problems.is_empty() => {
                Ok(Person { record, first_name, last_name, birth_date, email, phone, language })
            }
            _ => Err(problems),
        }
    }

    /// A phone number that was typed to look somebody up.
    pub fn phone(&self, text: &str) -> Option<Phone> {
        Phone::parse(text, &self.countries).ok()
    }

    fn birth_date(&self, text: &str) -> Result<Date, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let strict = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = text.parse::<Date>().ok().filter(|_| strict).ok_or("it is no date written YYYY-MM-DD")?;
        if date > self.latest {
            return Err("it lies in the future".to_owned());
        }
        if date.year() < self.latest.year() - MOST_YEARS {
            return Err(format!("it is more than {MOST_YEARS} years ago"));
        }
        Ok(date)
    }
}

fn kept<T, E: ToString>(problems: &mut Vec<Problem>, column: &'static str, read: Result<T, E>) -> Option<T> {
    read.map_err(|reason| problems.push(Problem::new(column, reason.to_string()))).ok()
}

fn optional<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() { Ok(None) } else { read(text).map(Some) }
}

fn language(text: &str) -> Result<Language, &'static str> {
    match text.trim() {
        "" => Ok(Language::English),
        text => Language::parse(text).ok_or("it is neither en nor es"),
    }
}

/// A name or number that can be shown: trimmed, NFC, without control characters.
pub fn printable(text: &str) -> Result<String, String> {
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("it holds a character that cannot be printed".to_owned());
    }
    if text.chars().count() > LONGEST {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    Ok(text)
}

/// A username as other portals allow them: any printable name up to 128 characters (contract, section 9).
pub fn imported_username(text: &str) -> Result<String, String> {
    let name = printable(text)?;
    if username::fold(&name).is_empty() {
        return Err("it holds nothing that can be seen".to_owned());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// 2026-11-24, 12:00 UTC.
    const NOW: Moment = Moment(1_795_521_600_000);

    const JANE: Fields<'static> = Fields {
        record: "R-1",
        first_name: "Jane",
        last_name: "Doe",
        birth_date: "1987-03-14",
        email: "jane@example.com",
        phone: "(602) 555-0112",
        language: "es",
    };

    fn judge() -> Judge {
        Judge::new(&Settings::defaults(Path::new("/tmp")), NOW)
    }

    fn columns(fields: &Fields<'_>) -> Vec<&'static str> {
        judge().person(fields).unwrap_err().into_iter().map(|problem| problem.column).collect()
    }

    #[test]
    fn a_person_is_read() {
        let jane = judge().person(&JANE).unwrap();
        assert_eq!((jane.record.as_str(), jane.language), ("R-1", Language::Spanish));
        assert_eq!(jane.phone.unwrap().reveal(), "+16025550112");
        assert_eq!(jane.birth_date, jiff::civil::date(1987, 3, 14));
    }

    #[test]
    fn one_contact_is_enough_and_english_is_the_language_of_who_gave_none() {
        let jane = judge().person(&Fields { email: " ", language: "", ..JANE }).unwrap();
        assert!(jane.email.is_none());
        assert_eq!(jane.language, Language::English);
        assert!(judge().person(&Fields { phone: "", ..JANE }).is_ok());
        assert_eq!(columns(&Fields { phone: "", email: "", ..JANE }), ["email"]);
    }

    #[test]
    fn everything_wrong_is_named_at_once_and_nothing_is_repeated() {
        let bad = Fields {
            record: "",
            first_name: "a\u{7}",
            last_name: &"x".repeat(129),
            birth_date: "14.3.1987",
            email: "jane@",
            phone: "12",
            language: "fr",
        };
        assert_eq!(columns(&bad), ["record", "first_name", "last_name", "birth_date", "email", "phone", "language"]);
        let said = judge().person(&bad).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(!said.contains("jane") && !said.contains("14.3"), "{said}");
    }

    #[test]
    fn a_birth_date_is_a_day_that_was() {
        for good in ["2026-11-24", "1900-01-01", "2000-02-29"] {
            assert!(judge().birth_date(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "2026-12-01",
            "1890-01-01",
            "2001-02-29",
            "2000-13-01",
            "20000101",
            "2000-1-1",
            "2000-01-01T00:00",
            "-00001-01-1",
        ] {
            assert!(judge().birth_date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_username_of_another_portal_may_be_any_printable_name() {
        for good in ["jane", "José Ñ", "jane@example.com", "王", &"x".repeat(128)] {
            assert!(imported_username(good).is_ok(), "{good}");
        }
        for bad in ["", "  ", "a\u{0}b", "\u{200b}", &"x".repeat(129)] {
            assert!(imported_username(bad).is_err(), "{bad:?}");
        }
    }
}
