//! `/.well-known/security.txt` (RFC 9116): whom to tell of a weakness.
//! From `brand.security_contact`; without one there is no such page.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig},
};

use crate::{
    rules::moment::{Moment, days},
    web::{App, Failure, route},
};

/// RFC 9116 section 2.5.5 advises less than a year ahead.
const GOOD_FOR: Duration = days(180);

/// The file's text; `None` without a contact.
///
/// `contact`: an email address, or a `mailto:`, `https:` or `tel:` URI. `origin`: of the public address.
fn text(contact: &str, origin: &str, now: Moment) -> Option<String> {
    let contact = contact.trim();
    if contact.is_empty() || contact.contains(char::is_control) {
        return None;
    }
    let uri = if contact.contains(':') { contact.to_owned() } else { format!("mailto:{contact}") };
    let midnight = now.plus(GOOD_FOR).seconds().div_euclid(86_400) * 86_400;
    let expires = jiff::Timestamp::from_second(midnight).ok()?;
    Some(format!(
        "Contact: {uri}\nExpires: {expires}\nPreferred-Languages: en, es\nCanonical: {origin}/.well-known/security.txt\n"
    ))
}

async fn show(app: Data<App>) -> Result<HttpResponse, Failure> {
    let origin = app.settings.public_url.origin().ascii_serialization();
    let text = text(&app.settings.brand.security_contact, &origin, app.clock.now()).ok_or(Failure::NotFound)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

pub fn configure(routes: &mut ServiceConfig) {
    routes.service(route::page("/.well-known/security.txt", show));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_contact_and_expires_within_a_year() {
        // 2026-11-24T10:00:00Z
        let now = Moment(1_795_514_400_000);
        assert_eq!(
            text("security@clinic.test", "https://portal.clinic.test", now).unwrap(),
            "Contact: mailto:security@clinic.test\nExpires: 2027-05-23T00:00:00Z\nPreferred-Languages: en, es\n\
             Canonical: https://portal.clinic.test/.well-known/security.txt\n"
        );
        assert!(
            text("https://clinic.test/report", "", now).unwrap().starts_with("Contact: https://clinic.test/report\n")
        );
    }

    #[test]
    fn without_a_contact_there_is_no_such_page() {
        assert_eq!(text("", "", Moment(0)), None);
        assert_eq!(text(" ", "", Moment(0)), None);
        assert_eq!(text("a@b.test\nContact: x", "", Moment(0)), None);
    }
}
