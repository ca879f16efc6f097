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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> String {
        Email::parse(typed).unwrap().reveal().to_owned()
    }

    #[test]
    fn an_address_is_read_as_people_type_it() {
        assert_eq!(read(" Jane.Doe+clinic@Example.COM "), "Jane.Doe+clinic@example.com");
        assert_eq!(read("jane@mail.example.co.uk"), "jane@mail.example.co.uk");
        assert_eq!(read("ｊａｎｅ＠example.com"), "jane@example.com");
        assert_eq!(read("jane@example.com."), "jane@example.com");
        assert_eq!(read("jane@bücher.example"), "jane@xn--bcher-kva.example");
        assert_eq!(read("o'neil_2@example.com"), "o'neil_2@example.com");
    }

    #[test]
    fn addresses_that_differ_in_case_alone_are_looked_up_as_one() {
        let key = |typed| Email::parse(typed).unwrap().lookup_key();
        assert_eq!(key("Jane@Example.com"), key("jANE@example.COM"));
        assert_ne!(key("jane@example.com"), key("jane@example.org"));
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        use EmailProblem::{At, Empty, Local, Site, TooLong};
        for (typed, problem) in [
            ("", Empty),
            ("  ", Empty),
            ("jane", At),
            ("jane@@example.com", At),
            ("a@b@example.com", At),
            ("@example.com", Local),
            ("ja ne@example.com", Local),
            (".jane@example.com", Local),
            ("jane.@example.com", Local),
            ("ja..ne@example.com", Local),
            ("\"jane\"@example.com", Local),
            ("Jane <jane@example.com", Local),
            ("josé@example.com", Local),
            ("jane\r\nBcc:x@example.com", Local),
            ("jane\0@example.com", Local),
            ("jane@", Site),
            ("jane@localhost", Site),
            ("jane@.com", Site),
            ("jane@example..com", Site),
            ("jane@example.c", Site),
            ("jane@192.0.2.1", Site),
            ("jane@[192.0.2.1]", Site),
            ("jane@exa mple.com", Site),
            ("jane@-example.com", Site),
            ("jane@exam_ple.com", Site),
            ("jane@example.com\r\nBcc: x", Site),
            ("jane@example.com>", Site),
        ] {
            assert_eq!(Email::parse(typed), Err(problem), "{typed:?}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(65))), Err(Local));
        assert_eq!(Email::parse(&format!("{}@{}com", "a".repeat(64), "abcdefghi.".repeat(19))), Err(TooLong));
        assert_eq!(Email::parse(&"a".repeat(100_000)), Err(TooLong));
    }

    #[test]
    fn a_masked_address_reads_well_for_eye_and_ear() {
        let jane = Email::parse("jane.doe@example.com").unwrap();
        assert_eq!(jane.mask(), "j•••@e•••.com");
        assert_eq!(jane.spoken(), SpokenEmail { first: 'j', site: 'e', ending: ".com".to_owned() });
        assert_eq!(Email::parse("x@mail.clinic.org").unwrap().mask(), "x•••@m•••.org");
        assert_eq!(Email::parse("x@bücher.example").unwrap().mask(), "x•••@b•••.example");
    }

    #[test]
    fn an_address_prints_masked() {
        assert_eq!(format!("{:?}", Email::parse("jane@example.com").unwrap()), "Email(j•••@e•••.com)");
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_the_same_again(typed in "[a-zA-Z0-9.+_-]{1,20}@[a-zA-Z0-9.-]{1,20}\\.[a-z]{2,6}") {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert_eq!(Email::parse(email.reveal()), Ok(email.clone()));
                prop_assert_eq!(Email::parse(&email.lookup_key()).map(|e| e.lookup_key()), Ok(email.lookup_key()));
            }
        }

        #[test]
        fn a_mask_shows_two_letters_and_the_ending_whatever_the_address(local in "[a-z][a-z0-9.]{0,30}[a-z]", site in "[a-z]{1,20}") {
            if let Ok(email) = Email::parse(&format!("{local}@{site}.com")) {
                let shown: Vec<char> = email.mask().chars().collect();
                prop_assert_eq!(shown.len(), "j•••@e•••.com".chars().count());
                let expected = format!("{}•••@{}•••.com", &local[..1], &site[..1]);
                prop_assert_eq!(email.mask(), expected);
            }
        }

        #[test]
        fn nothing_typed_makes_it_panic_or_yields_a_line_end(typed in any::<String>()) {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert!(email.reveal().bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
