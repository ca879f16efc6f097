//! Which language a visitor gets: what they chose, what we know of them, what their browser asks for.
//! The weights of `Accept-Language` count; fluent-langneg and its like ignore them, so they are read here.

use crate::rules::names::Language;

/// The latest explicit choice in this browser, else the patient's saved language, else the first of
/// ours in `Accept-Language` by weight, else English.
#[must_use]
pub fn pick(chosen: Option<Language>, saved: Option<Language>, accept_language: Option<&str>) -> Language {
    chosen.or(saved).or_else(|| accept_language.and_then(accepted)).unwrap_or(Language::English)
}

/// The best of ours in an `Accept-Language` header; the earlier of two equals.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let primary = parts.next().unwrap_or_default().trim().split('-').next().unwrap_or_default();
        let Some(language) = Language::parse(&primary.to_ascii_lowercase()) else { continue };
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// "0.8" as 800; what is no weight counts as none.
fn thousandths(weight: &str) -> u16 {
    let (whole, rest) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits = format!("{rest:0<3}");
    match (whole, digits.get(..3).and_then(|text| text.parse::<u16>().ok())) {
        ("1", _) => 1000,
        ("0" | "", Some(part)) => part,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_choice_beats_what_is_saved_and_that_beats_the_browser() {
        let spanish = Some(Language::Spanish);
        assert_eq!(pick(spanish, Some(Language::English), Some("en")), Language::Spanish);
        assert_eq!(pick(None, spanish, Some("en")), Language::Spanish);
        assert_eq!(pick(None, None, Some("es-MX,es;q=0.9,en;q=0.8")), Language::Spanish);
        assert_eq!(pick(None, None, None), Language::English);
    }

    #[test]
    fn the_browser_is_heard_by_weight() {
        assert_eq!(accepted("en;q=0.3, es;q=0.7"), Some(Language::Spanish));
        assert_eq!(accepted("fr-CA, fr;q=0.9, es-419;q=0.2"), Some(Language::Spanish));
        assert_eq!(accepted("es;q=0, en;q=0.1"), Some(Language::English));
        assert_eq!(accepted("de"), None);
        assert_eq!(accepted("*"), None);
    }

    proptest! {
        #[test]
        fn no_header_breaks_it(header in ".{0,80}") {
            let _ = accepted(&header);
        }
    }
}
