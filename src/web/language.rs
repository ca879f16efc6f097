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
}
