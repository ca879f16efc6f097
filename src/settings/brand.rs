//! `[brand]`: whose door this is.
//! Every page, email and text takes the names, the phone and the colour from here.

use std::path::PathBuf;

use super::{
    contrast, links,
    table::{Wrong, any, must, section},
};

section! {
    /// Whose door this is: the names, the help, the look.
    Brand "brand" {
        organization: String = "Cigna Medical Group", "", must("not empty", filled),
            "The clinic's name, in the header, in every email and at the end of every message.";
        product: String = "MyChart", "", must("not empty, short: it stands in every text", product),
            "What patients call the portal. A text is one SMS of 160 characters, and this name is in it.";
        help_phone: String = "(312) 555-0142", "", must("not empty", filled),
            "The number that help, limits and errors name. The default is made up: give the clinic's own.";
        help_email: String = "", "", must("an address, or empty for none", address_or_empty),
            "Where patients may write for help.";
        help_hours: String = "Monday to Friday, 8 am to 6 pm | De lunes a viernes, de 8 a. m. a 6 p. m.", "", any(),
            "When the help phone is answered, in both languages, English first, a bar between. The default is made up.";
        portal_url: String = "", "", must("https://… (http:// on this machine only), or empty for none", web_or_empty),
            "Where a patient goes once signed in: the clinic's portal.";
        portal_name: String = "the patient portal | el portal del paciente", "", any(),
            "What the portal is called in a sentence, in both languages, English first, a bar between.";
        security_contact: String = "", "", must("mailto:…, https://… or an address; empty: no security.txt", contact),
            "Where researchers report a weakness: /.well-known/security.txt (RFC 9116).";
        logo_file: Option<PathBuf> = "", "file", any(),
            "The clinic's mark as a small plain SVG, cleaned and inlined. Empty: none.";
        accent: String = "#0b544f", "", must("#rrggbb, 7:1 on paper and on its own tint", contrast::judge),
            "The one colour a clinic changes: links, buttons, threshold lines. WCAG 2.2 AAA contrast, checked here.";
        time_zone: String = "", "", must("an IANA name such as America/Chicago, or empty", zone),
            "Every clock time on pages and in messages. Empty: the machine's; PostgreSQL (several servers) needs one.";
    }
}

fn filled(text: &str) -> Result<(), Wrong> {
    if text.is_empty() { Err(Wrong::new("is empty", "give the clinic's own")) } else { Ok(()) }
}

/// Beside the code, its minutes and the host, a longer name would not leave one SMS.
const PRODUCT_MOST: usize = 40;

fn product(text: &str) -> Result<(), Wrong> {
    filled(text)?;
    if text.chars().count() > PRODUCT_MOST {
        return Err(Wrong::new("is too long for a text", format!("give at most {PRODUCT_MOST} characters")));
    }
    Ok(())
}

fn address_or_empty(text: &str) -> Result<(), Wrong> {
    if text.is_empty() || text.parse::<lettre::Address>().is_ok() {
        return Ok(());
    }
    Err(Wrong::new(
        format!("\"{text}\" is not an email address"),
        "give one such as help@clinic.example, or leave it empty",
    ))
}

fn web_or_empty(text: &str) -> Result<(), Wrong> {
    if text.is_empty() { Ok(()) } else { links::service(text) }
}

fn contact(text: &str) -> Result<(), Wrong> {
    let bare = text.strip_prefix("mailto:").unwrap_or(text);
    if text.starts_with("https://") { web_or_empty(text) } else { address_or_empty(bare) }
}

fn zone(name: &str) -> Result<(), Wrong> {
    if name.is_empty() || jiff::tz::TimeZone::get(name).is_ok() {
        return Ok(());
    }
    Err(Wrong::new(format!("there is no time zone \"{name}\""), "give an IANA name such as America/Chicago"))
}
