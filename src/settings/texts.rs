//! `[texts]`: the provider that takes our texts.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{
    links, secret_file,
    table::{Finding, Raw, Shape, Value, Wrong, any, must, one_of, section, within, written},
};

/// Who sends texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextProvider {
    /// Twilio, or a gateway that speaks its API.
    Twilio,
    Off,
}

impl Value for TextProvider {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        one_of(raw, &[("twilio", Self::Twilio), ("off", Self::Off)])
    }
}

section! {
    /// The provider that takes our texts.
    Texts "texts" {
        provider: TextProvider = "off", "", written("\"twilio\" or \"off\""),
            "Who sends texts: Twilio or a gateway that speaks its API; off: codes go by email alone.";
        api_url: String = "https://api.twilio.com", "", must("https://…; http:// on this machine only", links::service),
            "The API's address, without the path.";
        account_sid: String = "", "", must("letters and digits", sid),
            "The account at the provider; required with \"twilio\".";
        auth_token_file: Option<PathBuf> = "", "file", any(),
            "A file that holds the account's auth token and nothing else (chmod 640); required with \"twilio\".";
        from: String = "", "", must("+ and digits (E.164), or a short code", sender),
            "The number texts come from; required with \"twilio\". Patients see it and text START to it.";
        countries: Vec<String> = ["US"], "ISO 3166 alpha-2", must("such as [\"US\", \"PR\"]", countries),
            "Where texts may go; the first is the country of numbers typed without one. Others cost, and draw fraud.";
        per_day: u64 = 1000, "texts in 24 hours", within(0, 10_000_000),
            "The budget: beyond it email alone is offered, so that an attack cannot run up a bill.";
    }
}

impl Texts {
    /// The provider's auth token, from its file.
    pub fn auth_token(&self) -> Result<SecretString, Finding> {
        secret_file::read("texts.auth_token_file", self.auth_token_file.as_deref())
    }

    /// What sending by the provider lacks.
    pub(super) fn unsafe_findings(&self) -> Vec<Finding> {
        if self.provider == TextProvider::Off {
            return Vec::new();
        }
        let lacks = |key: &str, mend: &str| Finding::new(key, "is empty; provider = \"twilio\" needs it", mend);
        let mut findings = Vec::new();
        if self.account_sid.is_empty() {
            findings.push(lacks("texts.account_sid", "give the account SID from the provider's console"));
        }
        if self.from.is_empty() {
            findings.push(lacks("texts.from", "give the number texts come from, such as +13125550188"));
        }
        if self.countries.is_empty() {
            findings.push(lacks("texts.countries", "give at least one country, such as [\"US\"]"));
        }
        findings.extend(self.auth_token().err());
        findings
    }
}

/// It becomes part of a path.
fn sid(text: &str) -> Result<(), Wrong> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Ok(());
    }
    Err(Wrong::new(format!("\"{text}\" holds more than letters and digits"), "copy it from the provider's console"))
}

fn sender(text: &str) -> Result<(), Wrong> {
    let is_digits =
        |text: &str, least, most| (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    // E.164: at most 15 digits; short codes have 3 to 8.
    let good = text.strip_prefix('+').map_or_else(|| is_digits(text, 3, 8), |digits| is_digits(digits, 7, 15));
    if text.is_empty() || good {
        return Ok(());
    }
    Err(Wrong::new(
        format!("\"{text}\" is not a number in international form"),
        "write + and digits alone, such as +13125550188",
    ))
}

fn countries(list: &[String]) -> Result<(), Wrong> {
    let odd = list.iter().find(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()));
    match odd {
        None => Ok(()),
        Some(odd) => Err(Wrong::new(
            format!("\"{odd}\" is not a country code"),
            "write the two capital letters of ISO 3166, such as US, CA or MX",
        )),
    }
}
