//! Which language a visitor is answered in, from the request's side.
//! `?lang=` chooses and is remembered in a cookie; an unknown one is a bad request.

use crate::{rules::names::Language, web::Failure};

/// The language asked for by `?lang=` in this query, if any.
pub fn asked(query: &str) -> Result<Option<Language>, Failure> {
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("lang="));
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Language::parse(value).map(Some).ok_or(Failure::BadRequest("unknown language")),
        (Some(_), Some(_)) => Err(Failure::BadRequest("two languages asked for")),
    }
}

/// What the browser prefers. English where it says nothing we have.
pub fn negotiate(accepts: Option<&str>) -> Language {
    let mut best = (Language::English, 0_u16);
    for entry in accepts.unwrap_or_default().split(',').take(32) {
        let mut parts = entry.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default();
        let Some(language) = Language::parse(&primary.to_ascii_lowercase()) else {
            continue;
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_asked_for_once_and_by_its_name() {
        assert_eq!(asked("").unwrap(), None);
        assert_eq!(asked("resend=1&lang=es").unwrap(), Some(Language::Spanish));
        for bad in ["lang=", "lang=fr", "lang=ES", "lang=es&lang=es"] {
            assert!(matches!(asked(bad), Err(Failure::BadRequest(_))), "{bad}");
        }
    }

    #[test]
    fn the_browser_is_answered_in_what_it_prefers() {
        for (accepts, language) in [
            ("es", Language::Spanish),
            ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
            ("en;q=0.5, ES-419;q=0.7", Language::Spanish),
            ("fr, es;q=0.2", Language::Spanish),
            ("en-US,en;q=0.9,es;q=0.9", Language::English),
            ("fr,de", Language::English),
            ("es;q=0", Language::English),
            ("es;q=x", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(negotiate(Some(accepts)), language, "{accepts}");
        }
        assert_eq!(negotiate(None), Language::English);
    }
}
