//! Holds code, templates and catalogues together.
//! What a sentence needs and what it is given must be the same in both languages.

use super::*;
use crate::settings::{
    Brand, Captcha, CaptchaProvider, Codes, Email, Limits, Passwords, Remember, Resend, Sessions, Settings, Staff,
    TextProvider, Texts,
};

/// A clinic's settings as the tests and the gallery use them.
pub fn sample() -> Settings {
    Settings {
        listen: "127.0.0.1:8080".parse().unwrap(),
        listen_ops: "127.0.0.1:9090".parse().unwrap(),
        public_url: "http://localhost:8080".parse().unwrap(),
        database_url: String::new().into(),
        secret_key_file: "vestibule.key".into(),
        trusted_proxies: vec![],
        brand: Brand {
            organization: "Cigna Medical Group".into(),
            product: "MyChart".into(),
            help_phone: "(312) 555-0142".into(),
            help_email: "help@example.com".into(),
            help_hours: "Monday to Friday, 8 am to 6 pm | De lunes a viernes, de 8 a. m. a 6 p. m.".into(),
            portal_url: "https://portal.example.com/".into(),
            portal_name: "the patient portal | el portal del paciente".into(),
            security_contact: "mailto:security@example.com".into(),
            logo_file: None,
            accent: "#0b544f".into(),
            time_zone: "America/Chicago".into(),
        },
        codes: Codes {
            minutes: 30,
            length: 6,
            tries: 5,
            email_alphabet: "23456789ABCDEFGHJKMNPQRSTUVWXYZ".into(),
            text_alphabet: "0123456789".into(),
        },
        resend: Resend { gap_seconds: 30, per_attempt: 3, wait_without_scripts_seconds: 60 },
        remember: Remember { desktop_days: 90, mobile_days: 180, most_devices: 10 },
        passwords: Passwords { min_length: 12, expire_days: 0, breached_file: None },
        sessions: Sessions { idle_minutes: 15, warn_seconds: 120, absolute_hours: 8, most: 5 },
        email: Email {
            smtp_url: String::new().into(),
            from: "no-reply@example.com".into(),
            reply_to: String::new(),
            ca_file: None,
        },
        texts: Texts {
            provider: TextProvider::Twilio,
            api_url: "http://127.0.0.1:1".into(),
            account_sid: "AC0".into(),
            auth_token_file: None,
            from: "+13125550188".into(),
            countries: vec!["US".into()],
            per_day: 1000,
        },
        captcha: Captcha {
            provider: CaptchaProvider::BuiltIn,
            site_key: String::new(),
            secret_file: None,
            verify_url: String::new(),
            script_url: String::new(),
        },
        limits: Limits {
            password_free: 5,
            password_wait_seconds: 30,
            password_wait_most_seconds: 3600,
            network_failures_per_hour: 300,
            account_failures: 100,
            code_free: 10,
            code_wait_seconds: 60,
            code_wait_most_seconds: 3600,
            code_failures: 100,
            codes_per_day: 10,
            destination_codes_per_day: 20,
            unproved_codes_per_day: 3,
            codes_per_network_hour: 600,
            hashing: 0,
            hashing_queue: 64,
        },
        staff: Staff { idle_minutes: 10 },
    }
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
