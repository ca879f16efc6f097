//! One-time codes: what they are drawn from, and which one a patient means by what was typed.
//! Rule 1. Whether a code is right, alive or used is decided where codes are kept.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::typed::{is_dash, is_invisible};

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

/// Nothing longer than this is looked at: the largest form we take.
const MOST_TYPED: usize = 64 * 1024;

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

    fn holds(&self, c: char) -> bool {
        u8::try_from(c).is_ok_and(|byte| self.symbols.contains(&self.fold_byte(byte)))
    }

    fn is_code(&self, folded: &[u8]) -> bool {
        folded.len() == self.length
            && folded.iter().all(|byte| self.symbols.contains(byte))
            && (!self.is_mixed()
                || (folded.iter().any(u8::is_ascii_digit) && folded.iter().any(u8::is_ascii_alphabetic)))
    }

    /// The code that `token` is, standing alone, whatever its case.
    fn code_of(&self, token: &str) -> Option<Code> {
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
    fn new(text: String) -> Self {
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

/// Which code was meant by what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// The one to compare.
    Code(Code),
    Empty,
    TooShort,
    TooLong,
    /// A character that no code holds, or letters or digits alone where every code holds both.
    WrongCharacters,
    /// Two different codes.
    Ambiguous,
}

/// Finds the one code in what was typed or pasted, among the shapes of the codes that are out.
///
/// What follows the last `#` (a text ends in `@host #123456`), else the only token of a shape. Spaces, dashes, case,
/// full-width characters and a leading `#` do not matter. The work grows with the input's length and no faster.
#[must_use]
pub fn candidate(typed: &str, shapes: &[&Alphabet]) -> Candidate {
    if typed.len() > MOST_TYPED {
        return Candidate::TooLong;
    }
    let text = tidy(typed);
    let bare = join(text.trim_start_matches([' ', '#']));
    if bare.is_empty() {
        return Candidate::Empty;
    }
    if let Some(code) = one_of(shapes, &bare) {
        return Candidate::Code(code);
    }
    if let Some(code) = after_last_hash(&text, shapes) {
        return Candidate::Code(code);
    }
    match only_token(&text, shapes) {
        Tokens::One(code) => Candidate::Code(code),
        Tokens::Several => Candidate::Ambiguous,
        Tokens::None => wrong_shape(&bare, shapes),
    }
}

/// The text in one form of every character: full-width folded, white space to spaces, dashes to `-`, invisibles gone.
fn tidy(typed: &str) -> String {
    typed
        .nfkc()
        .filter(|&c| !is_invisible(c))
        .map(|c| match c {
            _ if is_dash(c) => '-',
            _ if c.is_whitespace() || c.is_control() => ' ',
            _ => c,
        })
        .collect()
}

fn join(text: &str) -> String {
    text.chars().filter(|&c| c != ' ' && c != '-').collect()
}

fn one_of(shapes: &[&Alphabet], token: &str) -> Option<Code> {
    shapes.iter().find_map(|shape| shape.code_of(token))
}

fn after_last_hash(text: &str, shapes: &[&Alphabet]) -> Option<Code> {
    let (_, rest) = text.rsplit_once('#')?;
    let first = tokens(rest).next().unwrap_or_default();
    one_of(shapes, first).or_else(|| one_of(shapes, &join(first))).or_else(|| one_of(shapes, &join(rest)))
}

enum Tokens {
    None,
    One(Code),
    Several,
}

fn only_token(text: &str, shapes: &[&Alphabet]) -> Tokens {
    let whole = distinct(tokens(text).filter_map(|token| one_of(shapes, token)));
    match whole {
        // Only where no unbroken code stands: a date or a phone number has dashes too.
        Tokens::None => distinct(tokens(text).filter_map(|token| one_of(shapes, &halves(token)?))),
        found => found,
    }
}

fn distinct(mut codes: impl Iterator<Item = Code>) -> Tokens {
    let Some(first) = codes.next() else {
        return Tokens::None;
    };
    if codes.all(|code| code == first) { Tokens::One(first) } else { Tokens::Several }
}

/// `TM3-KX2` joined; nothing that a dash does not cut in the middle.
fn halves(token: &str) -> Option<String> {
    let (left, right) = token.split_once('-')?;
    let even = left.len().abs_diff(right.len()) <= 1;
    (even && !right.contains('-')).then(|| format!("{left}{right}"))
}

/// The words of a message: cut at white space and at signs that enclose or introduce, freed of what ends a sentence.
/// An address, an amount or a time stays one token, so that no part of it stands alone.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    const ENCLOSING: &[char] = &['(', ')', '[', ']', '{', '}', '<', '>', '«', '»', '“', '”', '„', '"', '*', '|', '='];
    text.split(|c: char| c == ' ' || c == ';' || ENCLOSING.contains(&c))
        .flat_map(introduced)
        .map(|token| token.trim_matches(['.', ',', '!', '?', '¡', '¿', '\'', '‘', '’', '`', '_', '#', '-']))
        .filter(|token| !token.is_empty())
}

/// `code:123456` is a word and a code; `10:42` and `https://…` are one token each.
fn introduced(token: &str) -> impl Iterator<Item = &str> {
    let (before, after) = token.split_once(':').unwrap_or((token, ""));
    let word = before.chars().all(char::is_alphabetic) && !after.starts_with('/') && !after.contains(':');
    if word { [before, after] } else { [token, ""] }.into_iter()
}

fn wrong_shape(bare: &str, shapes: &[&Alphabet]) -> Candidate {
    let bare = bare.trim_matches(['.', ',', '!', '?', '\'', '"', '#']);
    let longest = shapes.iter().map(|shape| shape.length).max().unwrap_or(0);
    let shortest = shapes.iter().map(|shape| shape.length).min().unwrap_or(0);
    if bare.is_empty() {
        return Candidate::Empty;
    }
    if bare.chars().any(|c| !shapes.iter().any(|shape| shape.holds(c))) {
        return Candidate::WrongCharacters;
    }
    match bare.chars().count() {
        n if n < shortest => Candidate::TooShort,
        n if n > longest => Candidate::TooLong,
        _ => Candidate::WrongCharacters,
    }
}
