//! Email addresses: one mailbox at one site, as mail programs of this century write them.
//! No quoted local part, no address literal, no display name.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::rules::typed::is_invisible;

/// Bytes of the longest address (RFC 5321, erratum 1690) and of its longest local part.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// An address that mail can be sent to. The local part is as its owner wrote it, the site in lower-case ASCII.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    address: String,
    at: usize,
}

/// What is wrong with a typed address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    #[error("it is empty")]
    Empty,
    #[error("it has no @, or more than one")]
    At,
    #[error("what stands before the @ holds a character no address has, or is too long")]
    Local,
    #[error("what follows the @ is no site's name")]
    Site,
    #[error("it is longer than {LONGEST} characters")]
    TooLong,
}

/// What a screen reader says in place of the dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenEmail {
    /// The local part's first character.
    pub first: char,
    /// The site's first character.
    pub site: char,
    /// The site's ending with its dot: ".com".
    pub ending: String,
}

impl Email {
    pub fn parse(typed: &str) -> Result<Self, EmailProblem> {
        if typed.len() > 4 * LONGEST {
            return Err(EmailProblem::TooLong);
        }
        let folded: String = typed.nfkc().filter(|&c| !is_invisible(c)).collect();
        let folded = folded.trim();
        if folded.is_empty() {
            return Err(EmailProblem::Empty);
        }
        let (local, site) = folded.split_once('@').ok_or(EmailProblem::At)?;
        if site.contains('@') {
            return Err(EmailProblem::At);
        }
        if !is_local(local) {
            return Err(EmailProblem::Local);
        }
        let site = site_in_ascii(site).ok_or(EmailProblem::Site)?;
        let address = format!("{local}@{site}");
        if address.len() > LONGEST {
            return Err(EmailProblem::TooLong);
        }
        Ok(Self { address, at: local.len() })
    }

    /// The address to send to.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.address
    }

    /// The form in which addresses are looked up: all lower case, since nobody minds the case of a local part.
    #[must_use]
    pub fn lookup_key(&self) -> String {
        self.address.to_ascii_lowercase()
    }

    /// `j•••@e•••.com`, of the same length whatever the address.
    #[must_use]
    pub fn mask(&self) -> String {
        let SpokenEmail { first, site, ending } = self.spoken();
        format!("{first}•••@{site}•••{ending}")
    }

    /// The same for the ear.
    #[must_use]
    pub fn spoken(&self) -> SpokenEmail {
        let (site, _) = idna::domain_to_unicode(&self.address[self.at + 1..]);
        let ending = site.rfind('.').map_or("", |dot| &site[dot..]).to_owned();
        let first = self.address.chars().next().unwrap_or('•');
        SpokenEmail { first, site: site.chars().next().unwrap_or('•'), ending }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({})", self.mask())
    }
}

fn is_local(local: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    (1..=LONGEST_LOCAL).contains(&local.len())
        && local.bytes().all(sign)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// The site in ASCII, international names in their `xn--` form; at least two labels, the last not a number.
fn site_in_ascii(site: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(site.trim_end_matches('.')).ok()?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let last = labels.last()?;
    let fits = labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty())
        && last.len() >= 2
        && !last.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(ascii)
}
