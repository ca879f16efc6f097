//! Our cookies: their names, their attributes, and which of a request's are believed.
//! `__Host-` with Secure is also kept by browsers on `http://localhost` and `http://127.0.0.1`, on no other plain name.

use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{self, HeaderMap, HeaderValue},
};

use crate::rules::names::Language;

pub const SESSION: &str = "__Host-session";
pub const STAFF: &str = "__Host-staff";
pub const FORM: &str = "__Host-form";
pub const LANG: &str = "__Host-lang";
/// A known browser's cookie is named this and a keyed hash of its patient, so that a family can share a browser.
pub const DEVICE_PREFIX: &str = "__Host-device-";

/// Chrome keeps no cookie longer.
const MOST_DAYS: i64 = 400;
/// How long a language choice stays; a year outlives the usual gap between two visits.
const LANGUAGE_DAYS: i64 = 365;

fn host(name: String, value: String, same_site: SameSite) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(same_site).finish()
}

/// The stranger's form cookie: for the browser session, like the page it belongs to.
#[must_use]
pub fn form(value: &str) -> Cookie<'static> {
    host(FORM.into(), value.into(), SameSite::Lax)
}

#[must_use]
pub fn language(language: Language) -> Cookie<'static> {
    let mut cookie = host(LANG.into(), language.as_str().into(), SameSite::Lax);
    cookie.set_max_age(Duration::days(LANGUAGE_DAYS));
    cookie
}

/// A known browser's cookie; `name` is what follows [`DEVICE_PREFIX`], `seconds` the time to its last day.
/// Strict: it is read at `POST /login` alone, which is always our own form.
#[must_use]
pub fn device(name: &str, token: &str, seconds: i64) -> Cookie<'static> {
    let mut cookie = host(format!("{DEVICE_PREFIX}{name}"), token.into(), SameSite::Strict);
    cookie.set_max_age(Duration::seconds(seconds).min(Duration::days(MOST_DAYS)));
    cookie
}

/// Takes a cookie away: same name and attributes, no value, no time left.
#[must_use]
pub fn removal(name: &str) -> Cookie<'static> {
    let same_site = if name.starts_with(DEVICE_PREFIX) { SameSite::Strict } else { SameSite::Lax };
    let mut cookie = host(name.into(), String::new(), same_site);
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// Leaves in the request only cookies of ours, each name at most once; a name that came twice is dropped.
///
/// Compared as sent: parsers downstream undo percent-encoding, and browsers do not protect `__Host%2Dsession`, so a
/// sibling host could plant what would then read as ours. A cookie of someone else's that does not parse would also
/// make the whole header unreadable, and one with a letter that is not ASCII does.
pub fn keep_own(headers: &mut HeaderMap) {
    let mut own: Vec<(&str, &str)> = Vec::new();
    let mut doubled: Vec<&str> = Vec::new();
    let lines = headers.get_all(header::COOKIE).map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|&byte| byte == b';'));
    for pair in pairs.filter(|pair| pair.is_ascii()).filter_map(|pair| std::str::from_utf8(pair).ok()) {
        let Some((name, value)) = pair.trim().split_once('=') else {
            continue;
        };
        if !is_own(name) || Cookie::parse_encoded(pair.trim()).is_err() {
            continue;
        }
        if own.iter().any(|(seen, _)| *seen == name) {
            doubled.push(name);
        } else {
            own.push((name, value));
        }
    }
    own.retain(|(name, _)| !doubled.contains(name));
    let line = own.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    headers.remove(header::COOKIE);
    if let (false, Ok(line)) = (line.is_empty(), HeaderValue::from_str(&line)) {
        headers.insert(header::COOKIE, line);
    }
}

fn is_own(name: &str) -> bool {
    [SESSION, STAFF, FORM, LANG].contains(&name)
        || name.strip_prefix(DEVICE_PREFIX).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

/// The value of one of our cookies, as sent. Only after [`keep_own`].
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(header::COOKIE)?.to_str().ok()?.split("; ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        keep_own(&mut headers);
        assert!(headers.get_all(header::COOKIE).count() <= 1);
        headers.get(header::COOKIE).map(|line| line.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_cookies_of_ours_are_kept() {
        assert_eq!(
            kept(&["a=b; __Host-form=x; broken; __Host-device-ab=y"]).unwrap(),
            "__Host-form=x; __Host-device-ab=y"
        );
        assert_eq!(kept(&["a=b; session=1"]), None);
        assert_eq!(kept(&[]), None);
    }

    #[test]
    fn a_cookie_of_someone_elses_in_another_script_takes_none_of_ours_along() {
        let mut headers = HeaderMap::new();
        let line = "__Host-lang=es; visited=médico; __Host-form=x".as_bytes();
        headers.insert(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        keep_own(&mut headers);
        assert_eq!(headers.get(header::COOKIE).unwrap(), "__Host-lang=es; __Host-form=x");
    }

    #[test]
    fn a_name_that_came_twice_is_treated_as_none() {
        assert_eq!(kept(&["__Host-form=x; __Host-lang=es; __Host-form=x"]).unwrap(), "__Host-lang=es");
        assert_eq!(kept(&["__Host-form=x", "__Host-form=y; __Host-form=z"]), None);
    }

    #[test]
    fn a_name_that_only_decodes_to_ours_is_not_ours() {
        assert_eq!(kept(&["__Host%2Dsession=planted"]), None);
        assert_eq!(kept(&["__host-session=planted"]), None);
        assert_eq!(kept(&["__Host-device-%61=planted; __Host-device-=x"]), None);
    }

    #[test]
    fn every_cookie_carries_the_attributes_its_prefix_asks_for() {
        for cookie in [form("v"), language(Language::Spanish), device("ab", "t", 86_400), removal(SESSION)] {
            let line = cookie.to_string();
            for part in ["; Secure", "; HttpOnly", "; Path=/", "; SameSite="] {
                assert!(line.contains(part), "{line}");
            }
            assert!(line.starts_with("__Host-") && !line.contains("Domain"), "{line}");
        }
        assert!(!form("v").to_string().contains("Max-Age"));
        assert!(device("ab", "t", 86_400).to_string().contains("SameSite=Strict"));
        assert!(device("ab", "t", i64::MAX / 2).to_string().contains("Max-Age=34560000"));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_the_kept_line_parses(line in "[ -~]{0,80}") {
            if let Some(line) = kept(&[&line, "__Host-lang=es"]) {
                prop_assert!(line.split("; ").all(|pair| Cookie::parse_encoded(pair).is_ok_and(|c| c.name().starts_with("__Host-"))));
            }
        }
    }
}
