//! Phone numbers in one form (E.164), with the country they belong to.
//! Checked for what their country's numbers can look like, not against who has them.

use std::{fmt, str::FromStr};

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region, ValidationError,
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
    use rlibphonenumber::ParseError;
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
