//! Alphabets and the codes drawn from them.
//! Uniformly, by rejection, so that no code is likelier than another.

use std::fmt;

use zeroize::Zeroizing;

use super::candidate::{tidy, tokens};

/// Letters and digits without those taken for one another (0 O, 1 I L): for codes that are read in a mail.
pub const EMAIL_ALPHABET: &str = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/// Digits: for codes that are read in a text, often off another screen.
pub const TEXT_ALPHABET: &str = "0123456789";

/// Characters of a code, unless the settings say otherwise.
pub const LENGTH: usize = 6;

/// The fewest different codes an alphabet and a length must allow: what six digits allow (NIST SP 800-63B-4, 3.1.3).
pub const FEWEST_CODES: u128 = 1_000_000;

/// The longest code that anybody would copy by hand.
pub const LONGEST: usize = 16;

/// The characters a code is made of, and how many of them make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabet {
    symbols: Vec<u8>,
    length: usize,
    case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
    /// Both cases are symbols: what is typed is left alone.
    AsTyped,
}

/// Why an alphabet cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlphabetProblem {
    #[error("{0:?} is neither an ASCII letter nor a digit")]
    NotLetterOrDigit(char),
    #[error("{0:?} stands in it twice")]
    Twice(char),
    #[error("codes have 4 to {LONGEST} characters")]
    Length,
    #[error("its codes are too easily guessed: fewer than {FEWEST_CODES} of this length")]
    Guessable,
}

impl Alphabet {
    /// The alphabet written as all its characters in a row, for codes of `length` characters.
    pub fn parse(symbols: &str, length: usize) -> Result<Self, AlphabetProblem> {
        if !(4..=LONGEST).contains(&length) {
            return Err(AlphabetProblem::Length);
        }
        let mut seen = Vec::new();
        for c in symbols.chars() {
            if !c.is_ascii_alphanumeric() {
                return Err(AlphabetProblem::NotLetterOrDigit(c));
            }
            if seen.contains(&(c as u8)) {
                return Err(AlphabetProblem::Twice(c));
            }
            seen.push(c as u8);
        }
        let case = match (seen.iter().any(u8::is_ascii_lowercase), seen.iter().any(u8::is_ascii_uppercase)) {
            (false, _) => Case::Upper,
            (true, false) => Case::Lower,
            (true, true) => Case::AsTyped,
        };
        let alphabet = Self { symbols: seen, length, case };
        if alphabet.codes() < FEWEST_CODES {
            return Err(AlphabetProblem::Guessable);
        }
        Ok(alphabet)
    }

    /// Characters of a code.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether codes are digits alone: a phone then shows its number pad.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.symbols.iter().all(u8::is_ascii_digit)
    }

    /// Whether codes hold letters and digits, and then at least one of each, so that no word or number looks like one.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        self.symbols.iter().any(u8::is_ascii_digit) && self.symbols.iter().any(u8::is_ascii_alphabetic)
    }

    /// How many different codes there are.
    #[must_use]
    pub fn codes(&self) -> u128 {
        let power = |n: usize| (n as u128).saturating_pow(u32::try_from(self.length).unwrap_or(u32::MAX));
        let all = power(self.symbols.len());
        if self.is_mixed() {
            let digits = self.symbols.iter().filter(|s| s.is_ascii_digit()).count();
            all.saturating_sub(power(digits)).saturating_sub(power(self.symbols.len() - digits))
        } else {
            all
        }
    }

    /// Which of the letters and digits people mix up (0 O 1 I L) no code ever holds; in the alphabet's case.
    #[must_use]
    pub fn spared(&self) -> Vec<char> {
        let look_alikes: &[u8] = if self.is_numeric() { b"" } else { b"0O1IL" };
        look_alikes.iter().map(|&c| self.fold_byte(c)).filter(|c| !self.symbols.contains(c)).map(char::from).collect()
    }

    /// The words in a text that look like a code: a product or clinic named so would spoil every pasted message.
    #[must_use]
    pub fn look_alikes(&self, text: &str) -> Vec<String> {
        tokens(&tidy(text)).filter_map(|token| self.code_of(token)).map(|code| code.reveal().to_owned()).collect()
    }

    fn fold_byte(&self, byte: u8) -> u8 {
        match self.case {
            Case::Upper => byte.to_ascii_uppercase(),
            Case::Lower => byte.to_ascii_lowercase(),
            Case::AsTyped => byte,
        }
    }

    pub(super) fn holds(&self, c: char) -> bool {
        u8::try_from(c).is_ok_and(|byte| self.symbols.contains(&self.fold_byte(byte)))
    }

    fn is_code(&self, folded: &[u8]) -> bool {
        folded.len() == self.length
            && folded.iter().all(|byte| self.symbols.contains(byte))
            && (!self.is_mixed()
                || (folded.iter().any(u8::is_ascii_digit) && folded.iter().any(u8::is_ascii_alphabetic)))
    }

    /// The code that `token` is, standing alone, whatever its case.
    pub(super) fn code_of(&self, token: &str) -> Option<Code> {
        if token.len() != self.length {
            return None;
        }
        let folded: Vec<u8> = token.bytes().map(|byte| self.fold_byte(byte)).collect();
        self.is_code(&folded).then(|| Code::new(folded.into_iter().map(char::from).collect()))
    }
}

/// One code in the clear. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The code, to be hashed or put into its message.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A code, each equally likely. `random` fills what it is given with random bytes; it must be a real source, for a
/// constant one may never yield a code.
pub fn draw(alphabet: &Alphabet, mut random: impl FnMut(&mut [u8])) -> Code {
    let symbols = alphabet.symbols.len();
    // Bytes beyond the last whole round over the alphabet would favour its first characters.
    let fair = 256 - 256 % symbols;
    loop {
        let mut code = Zeroizing::new(Vec::with_capacity(alphabet.length));
        while code.len() < alphabet.length {
            let mut bytes = Zeroizing::new([0_u8; LONGEST]);
            random(&mut bytes[..]);
            let fitting = bytes.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < fair);
            let missing = alphabet.length - code.len();
            code.extend(fitting.take(missing).map(|byte| alphabet.symbols[byte % symbols]));
        }
        if alphabet.is_code(&code) {
            return Code::new(code.iter().copied().map(char::from).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> Alphabet {
        Alphabet::parse(EMAIL_ALPHABET, LENGTH).unwrap()
    }

    fn text() -> Alphabet {
        Alphabet::parse(TEXT_ALPHABET, LENGTH).unwrap()
    }

    #[test]
    fn an_alphabet_that_makes_weak_or_unreadable_codes_is_refused() {
        assert_eq!(Alphabet::parse("0123456789", 5), Err(AlphabetProblem::Guessable));
        assert_eq!(Alphabet::parse("", 6), Err(AlphabetProblem::Guessable));
        assert_eq!(Alphabet::parse("AB1", 3), Err(AlphabetProblem::Length));
        assert_eq!(Alphabet::parse("AB1", 17), Err(AlphabetProblem::Length));
        assert_eq!(Alphabet::parse("01234567899", 6), Err(AlphabetProblem::Twice('9')));
        assert_eq!(Alphabet::parse("0123456789é", 6), Err(AlphabetProblem::NotLetterOrDigit('é')));
        assert_eq!(Alphabet::parse("012345-789", 6), Err(AlphabetProblem::NotLetterOrDigit('-')));
    }

    #[test]
    fn the_default_codes_are_as_hard_to_guess_as_we_say() {
        assert_eq!(text().codes(), 1_000_000);
        assert_eq!(email().codes(), 31_u128.pow(6) - 23_u128.pow(6) - 8_u128.pow(6));
        assert!(text().is_numeric() && !email().is_numeric());
        assert_eq!(email().spared(), ['0', 'O', '1', 'I', 'L']);
        assert!(text().spared().is_empty());
    }

    #[test]
    fn a_clinic_named_like_a_code_is_noticed() {
        assert_eq!(email().look_alikes("The Care24 clinic"), ["CARE24"]);
        assert!(email().look_alikes("MyChart of Cigna Medical Group, (602) 271-3700").is_empty());
    }

    #[test]
    fn every_character_is_drawn_equally_often() {
        let alphabet = Alphabet::parse("ABCDEFGHJKMNPQRSTUVWXYZ", 6).unwrap();
        let mut state = 1_u64;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 56) as u8;
            }
        };
        let mut seen = [0_u32; 256];
        for _ in 0..20_000 {
            for byte in draw(&alphabet, &mut random).reveal().bytes() {
                seen[usize::from(byte)] += 1;
            }
        }
        // 120 000 characters over 23: 5 217 each, give or take five standard deviations.
        assert!(seen.iter().filter(|&&n| n > 0).all(|n| (4_860..5_570).contains(n)), "{seen:?}");
        assert_eq!(seen.iter().filter(|&&n| n > 0).count(), 23);
    }
}
