//! The standing arguments: what every sentence may use without being handed it.
//! They come from the settings, so that words and behaviour cannot disagree.

use fluent::FluentArgs;

use super::argument::{Value, escape};
use crate::{
    rules::names::Language,
    settings::{Settings, TextProvider},
};

/// Names and values in the order [`FluentArgs`] keeps them, as text and escaped for HTML.
pub struct Standing(Vec<(&'static str, Fact)>);

enum Fact {
    Number(u64),
    Words { text: String, markup: String },
}

impl Standing {
    pub fn new(language: Language, settings: &Settings) -> Self {
        let Settings { brand, codes, resend, remember, passwords, sessions, texts, limits, .. } = settings;
        let mut facts = vec![
            ("organization", words(&brand.organization)),
            ("product", words(&brand.product)),
            ("phone", phone(&brand.help_phone)),
            ("email", words(&brand.help_email)),
            ("open", words(&in_sentence(of_language(&brand.help_hours, language), language))),
            ("hours", words(&unbroken(of_language(&brand.help_hours, language)))),
            ("has_hours", words(if brand.help_hours.is_empty() { "no" } else { "yes" })),
            ("portal", words(of_language(&brand.portal_name, language))),
            ("host", words(settings.public_url.host_str().unwrap_or_default())),
            ("minutes", Fact::Number(codes.minutes)),
            ("length", number(codes.length)),
            ("tries", Fact::Number(codes.tries.into())),
            ("email_shape", words(shape(&codes.email_alphabet))),
            ("text_shape", words(shape(&codes.text_alphabet))),
            ("resends", Fact::Number(resend.per_attempt.into())),
            ("gap", Fact::Number(resend.gap_seconds)),
            ("wait", Fact::Number(resend.wait_without_scripts_seconds)),
            ("desktop_days", Fact::Number(remember.desktop_days)),
            ("mobile_days", Fact::Number(remember.mobile_days)),
            ("most_devices", number(remember.most_devices)),
            ("password_min", number(passwords.min_length)),
            ("idle_minutes", Fact::Number(sessions.idle_minutes)),
            ("hours_most", Fact::Number(sessions.absolute_hours)),
            ("most_sessions", number(sessions.most)),
            ("codes_per_day", Fact::Number(limits.codes_per_day.into())),
            ("password_free", Fact::Number(limits.password_free.into())),
            ("texts", words(if texts.provider == TextProvider::Off { "off" } else { "on" })),
            ("text_from", phone(&readable(&texts.from))),
        ];
        facts.sort_unstable_by_key(|(name, _)| *name);
        Self(facts)
    }

    pub fn text(&self) -> FluentArgs<'_> {
        self.0.iter().map(|(name, fact)| (*name, fact.value(|text, _| text))).collect()
    }

    pub fn markup(&self) -> FluentArgs<'_> {
        self.0.iter().map(|(name, fact)| (*name, fact.value(|_, markup| markup))).collect()
    }
}

impl Fact {
    fn value<'a>(&'a self, form: impl Fn(&'a str, &'a str) -> &'a str) -> Value<'a> {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Words { text, markup } => Value::from(form(text, markup)),
        }
    }
}

fn words(text: &str) -> Fact {
    Fact::Words { text: text.to_owned(), markup: escape(text).into_owned() }
}

/// A number to call: as HTML it never breaks over two lines.
fn phone(number: &str) -> Fact {
    Fact::Words { text: number.to_owned(), markup: format!(r#"<span class="nb">{}</span>"#, escape(number)) }
}

/// Hours as the end of a sentence: without a full stop of their own ("6 p. m."), and in Spanish in lower case.
fn in_sentence(hours: &str, language: Language) -> String {
    let hours = unbroken(hours);
    let hours = hours.trim_end_matches('.');
    let mut letters = hours.chars();
    match (letters.next(), language) {
        (Some(first), Language::Spanish) => first.to_lowercase().chain(letters).collect(),
        _ => hours.to_owned(),
    }
}

/// Hours whose "6 pm" or "6 p. m." never breaks over two lines.
fn unbroken(hours: &str) -> String {
    hours
        .replace(". m.", ".\u{a0}m.")
        .replace(" a.", "\u{a0}a.")
        .replace(" p.", "\u{a0}p.")
        .replace(" am", "\u{a0}am")
        .replace(" pm", "\u{a0}pm")
}

fn number(count: usize) -> Fact {
    Fact::Number(count as u64)
}

/// A setting may hold both languages, English first: `Monday to Friday | De lunes a viernes`.
fn of_language(setting: &str, language: Language) -> &str {
    match (setting.split_once(" | "), language) {
        (Some((english, _)), Language::English) => english.trim(),
        (Some((_, spanish)), Language::Spanish) => spanish.trim(),
        (None, _) => setting,
    }
}

/// What a code is made of, as the sentences tell it apart.
fn shape(alphabet: &str) -> &'static str {
    let digits = alphabet.chars().any(|letter| letter.is_ascii_digit());
    let letters = alphabet.chars().any(char::is_alphabetic);
    match (letters, digits) {
        (false, _) => "digits",
        (true, false) => "letters",
        (true, true) => "mixed",
    }
}

/// `tel:` and the number in digits; ten digits are taken for North American ones.
pub fn phone_link(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let country = match (phone.trim_start().starts_with('+'), digits.len()) {
        (true, _) => "+",
        (false, 10) => "+1",
        (false, _) => "",
    };
    format!("tel:{country}{digits}")
}

/// A North American number as its people write it: `(312) 555-0188`; any other as it is.
fn readable(number: &str) -> String {
    match number.strip_prefix("+1") {
        Some(rest) if rest.len() == 10 && rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("({}) {}-{}", &rest[..3], &rest[3..6], &rest[6..])
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_becomes_a_link_that_phones_understand() {
        assert_eq!(phone_link("(312) 555-0142"), "tel:+13125550142");
        assert_eq!(phone_link("+52 55 5555 0142"), "tel:+525555550142");
    }

    #[test]
    fn a_setting_in_both_languages_is_told_apart() {
        assert_eq!(of_language("Monday | lunes", Language::Spanish), "lunes");
        assert_eq!(of_language("Monday | lunes", Language::English), "Monday");
        assert_eq!(of_language("24 / 7", Language::Spanish), "24 / 7");
    }

    #[test]
    fn a_code_is_named_by_what_its_alphabet_holds() {
        assert_eq!(shape("0123456789"), "digits");
        assert_eq!(shape("ABC"), "letters");
        assert_eq!(shape("AB23"), "mixed");
    }
}
