//! Holds code, templates and catalogues together.
//! What a sentence needs and what it is given must be the same in both languages.

use super::*;
use crate::settings::{Settings, TextProvider};

/// A clinic's settings as the tests and the gallery use them.
pub fn sample() -> Settings {
    let mut settings = Settings::defaults(std::path::Path::new("/srv/vestibule"));
    settings.brand.help_email = "help@example.com".into();
    settings.brand.portal_url = "https://portal.example.com/".into();
    settings.brand.security_contact = "mailto:security@example.com".into();
    settings.brand.time_zone = "America/Chicago".into();
    settings.email.from = "no-reply@example.com".into();
    settings.texts.provider = TextProvider::Twilio;
    settings.texts.api_url = "http://127.0.0.1:1".into();
    settings.texts.account_sid = "AC0".into();
    settings.texts.from = "+13125550188".into();
    settings
}

/// 2026-11-24, 10:02 am in Chicago.
pub const NOW: Moment = Moment(1_795_536_120_000);

#[test]
fn a_time_of_today_is_a_clock_time() {
    let words = Words::new(&sample());
    let when = words.when(Language::English, NOW, NOW);
    assert_eq!((when.clock.as_str(), when.on.as_str(), when.the.as_str()), ("10:02 am", "at 10:02 am", "10:02 am"));
    assert_eq!(when.iso, "2026-11-24T10:02:00-06:00");
    let when = words.when(Language::Spanish, NOW, NOW);
    assert_eq!(
        (when.clock.as_str(), when.on.as_str(), when.the.as_str()),
        ("10:02 a. m.", "a las 10:02 a. m.", "las 10:02 a. m.")
    );
}

#[test]
fn a_time_of_another_day_carries_its_date() {
    let words = Words::new(&sample());
    let later = Moment(NOW.0 + 27 * 3_600_000);
    assert_eq!(words.time(Language::English, later, NOW), "November 25, 1:02 pm");
    let when = words.when(Language::Spanish, later, NOW);
    assert_eq!(when.clock, "25 de noviembre, 1:02 p. m.");
    assert_eq!(when.on, "el 25 de noviembre a la 1:02 p. m.");
    assert_eq!(when.the, "el 25 de noviembre a la 1:02 p. m.");
    assert_eq!(words.date(Language::Spanish, later), "25 de noviembre de 2026");
    assert_eq!(words.date(Language::English, later), "November 25, 2026");
}
