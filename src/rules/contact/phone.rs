//! Phone numbers in one form (E.164), with the country they belong to.
//! Checked for what their country's numbers can look like, not against who has them.

use std::{fmt, str::FromStr};

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
    ValidationError,
};
use unicode_normalization::UnicodeNormalization;

use crate::rules::typed::{is_dash, is_invisible};

/// Bytes of the longest text that is read as a number.
const LONGEST: usize = 64;

/// A country by its two letters (ISO 3166 alpha-2), in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country written so, in either case, if phone numbers are known of it.
    #[must_use]
    pub fn parse(letters: &str) -> Option<Self> {
        let region = Region::from_str(&letters.trim().to_ascii_uppercase()).ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
        Self::of(region)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    fn of(region: Region) -> Option<Self> {
        let code = region.as_region_str();
        let letters: [u8; 2] = code.as_str().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    fn region(self) -> Option<Region> {
        Region::from_str(self.as_str()).ok()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A number that can be dialled.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    e164: String,
    country: Option<Country>,
    kind: PhoneNumberType,
}

/// What is wrong with a typed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneProblem {
    #[error("it is empty")]
    Empty,
    #[error("it holds something else than digits, spaces, dashes, dots, slashes, brackets and a leading +")]
    WrongCharacters,
    #[error("it has too few digits")]
    TooShort,
    #[error("it has too many digits")]
    TooLong,
    #[error("no country's numbers look like it")]
    NoSuchNumber,
}

impl Phone {
    /// Reads a number in international form, or in the national form of one of `countries`, tried in their order: the
    /// first in which such a number is given out, else the first in which it could be.
    pub fn parse(typed: &str, countries: &[Country]) -> Result<Self, PhoneProblem> {
        let text = tidy(typed)?;
        let regions = countries.iter().filter_map(|country| country.region()).map(Some);
        let tries: Vec<Option<Region>> = if text.starts_with('+') { vec![None] } else { regions.collect() };
        let read: Vec<Result<PhoneNumber, PhoneProblem>> =
            tries.into_iter().map(|region| read_in(&text, region)).collect();
        let possible = || read.iter().filter_map(|number| number.as_ref().ok());
        if let Some(number) = possible().find(|number| number.is_valid()).or_else(|| possible().next()) {
            return Ok(Self::of(number));
        }
        Err(read.into_iter().find_map(Result::err).unwrap_or(PhoneProblem::NoSuchNumber))
    }

    fn of(number: &PhoneNumber) -> Self {
        // A number its country has not given out still belongs to that country, as far as what texts cost.
        let region =
            number.get_region_code().or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code));
        Self {
            e164: number.format_as(PhoneNumberFormat::E164).into_owned(),
            country: region.and_then(Country::of),
            kind: number.get_type(),
        }
    }

    /// `+16025550112`: the form to dial and to look up.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.e164
    }

    /// None for numbers of no country, such as satellites'.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// Whether a text could arrive: a known landline, hotline or voicemail box cannot show one.
    #[must_use]
    pub fn can_be_mobile(&self) -> bool {
        !matches!(
            self.kind,
            PhoneNumberType::FixedLine
                | PhoneNumberType::TollFree
                | PhoneNumberType::PremiumRate
                | PhoneNumberType::SharedCost
                | PhoneNumberType::UAN
                | PhoneNumberType::VoiceMail
        )
    }

    /// `•••-•••-••12`, of the same length whatever the number.
    #[must_use]
    pub fn mask(&self) -> String {
        format!("•••-•••-••{}", self.last_two())
    }

    /// For the ear: "the number ending in 12".
    #[must_use]
    pub fn last_two(&self) -> &str {
        &self.e164[self.e164.len().saturating_sub(2)..]
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.mask())
    }
}

fn tidy(typed: &str) -> Result<String, PhoneProblem> {
    if typed.len() > LONGEST {
        return Err(PhoneProblem::TooLong);
    }
    let folded: String = typed.nfkc().filter(|&c| !is_invisible(c)).map(|c| if is_dash(c) { '-' } else { c }).collect();
    let text = folded.trim();
    if text.is_empty() {
        return Err(PhoneProblem::Empty);
    }
    let rest = text.strip_prefix('+').unwrap_or(text);
    if rest.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-./()".contains(c)) {
        Ok(text.to_owned())
    } else {
        Err(PhoneProblem::WrongCharacters)
    }
}

fn read_in(text: &str, region: Option<Region>) -> Result<PhoneNumber, PhoneProblem> {
    let dialled = possible(text, region)?.format_as(PhoneNumberFormat::E164).into_owned();
    // Some number plans drop zeros at each reading: what does not read as itself would be looked up as another's.
    let again = possible(&dialled, None)?;
    if again.format_as(PhoneNumberFormat::E164) == dialled { Ok(again) } else { Err(PhoneProblem::NoSuchNumber) }
}

fn possible(text: &str, region: Option<Region>) -> Result<PhoneNumber, PhoneProblem> {
    let number = PhoneNumber::parse(text, region).map_err(|problem| match problem {
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneProblem::TooShort,
        ParseError::TooLongNsn => PhoneProblem::TooLong,
        ParseError::InvalidCountryCode | ParseError::NotANumber(_) => PhoneProblem::NoSuchNumber,
    })?;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok(number),
        // A number without its area code.
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => Err(PhoneProblem::TooShort),
        Err(ValidationError::TooLong) => Err(PhoneProblem::TooLong),
        Err(_) => Err(PhoneProblem::NoSuchNumber),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn countries(codes: &[&str]) -> Vec<Country> {
        codes.iter().map(|code| Country::parse(code).unwrap()).collect()
    }

    fn read(typed: &str) -> Phone {
        Phone::parse(typed, &countries(&["US"])).unwrap()
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for typed in [
            "6025550112",
            "(602) 555-0112",
            "602.555.0112",
            "1-602-555-0112",
            "+1 602 555 0112",
            "+16025550112",
            " 602\u{2011}555\u{2011}0112 ",
            "６０２５５５０１１２",
            "\u{202a}+1 602-555-0112\u{202c}",
            "602/555/0112",
        ] {
            assert_eq!(read(typed).reveal(), "+16025550112", "{typed}");
        }
        assert_eq!(read("011 52 55 1234 5678").reveal(), "+525512345678");
    }

    #[test]
    fn a_number_belongs_to_its_country() {
        assert_eq!(read("+16025550112").country(), Country::parse("us"));
        assert_eq!(read("+525512345678").country(), Country::parse("MX"));
        assert_eq!(read("+18765550112").country(), Country::parse("JM"));
        assert_eq!(read("+15555550112").country(), Country::parse("US"));
        assert_eq!(read("+447400123456").country().unwrap().as_str(), "GB");
        assert_eq!(read("+870773111632").country(), None);
    }

    #[test]
    fn a_national_number_is_tried_in_the_clinics_countries_in_their_order() {
        let phone = Phone::parse("07400 123456", &countries(&["US", "GB"])).unwrap();
        assert_eq!(phone.reveal(), "+447400123456");
        assert_eq!(Phone::parse("6025550112", &[]), Err(PhoneProblem::NoSuchNumber));
        assert_eq!(Phone::parse("+16025550112", &[]).unwrap().reveal(), "+16025550112");
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        use PhoneProblem::{Empty, NoSuchNumber, TooLong, TooShort, WrongCharacters};
        let us = countries(&["US"]);
        for (typed, problem) in [
            ("", Empty),
            (" ", Empty),
            ("call me", WrongCharacters),
            ("602-555-0112 x5", WrongCharacters),
            ("1-800-FLOWERS", WrongCharacters),
            ("602+5550112", WrongCharacters),
            ("602-555-0112;ext=5", WrongCharacters),
            ("555-0112", TooShort),
            ("602555", TooShort),
            ("60255501123456", TooLong),
            ("+999123456789", NoSuchNumber),
            ("+", NoSuchNumber),
            ("()", NoSuchNumber),
            ("+43000000", NoSuchNumber),
        ] {
            assert_eq!(Phone::parse(typed, &us), Err(problem), "{typed:?}");
        }
        assert_eq!(Phone::parse(&"1".repeat(10_000), &us), Err(TooLong));
    }

    #[test]
    fn a_landline_that_is_known_as_one_gets_no_text() {
        assert!(read("+16025550112").can_be_mobile());
        assert!(read("+447400123456").can_be_mobile());
        assert!(!read("+442079460018").can_be_mobile());
        assert!(!read("+18005550112").can_be_mobile());
    }

    #[test]
    fn a_masked_number_shows_its_last_two_digits() {
        assert_eq!(read("6025550112").mask(), "•••-•••-••12");
        assert_eq!(read("6025550112").last_two(), "12");
        assert_eq!(format!("{:?}", read("6025550112")), "Phone(•••-•••-••12)");
    }

    #[test]
    fn a_country_is_two_letters_that_have_phones() {
        assert_eq!(Country::parse("us").map(|c| c.as_str().to_owned()), Some("US".to_owned()));
        for wrong in ["", "U", "USA", "ZZ", "001", "U$", "World"] {
            assert_eq!(Country::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_the_same_again(typed in "[+]?[0-9 ()./-]{5,20}") {
            if let Ok(phone) = Phone::parse(&typed, &countries(&["US", "MX", "ES"])) {
                prop_assert_eq!(Phone::parse(phone.reveal(), &[]), Ok(phone));
            }
        }

        #[test]
        fn a_mask_shows_two_digits_whatever_the_number(typed in "\\+[0-9]{8,15}") {
            if let Ok(phone) = Phone::parse(&typed, &[]) {
                prop_assert_eq!(phone.mask().chars().filter(char::is_ascii_digit).count(), 2);
                prop_assert_eq!(phone.mask().chars().count(), 12);
            }
        }

        #[test]
        fn nothing_typed_makes_it_panic(typed in any::<String>()) {
            let _ = Phone::parse(&typed, &countries(&["US"]));
        }
    }
}
