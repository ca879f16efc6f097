//! Activation codes: what the clinic hands to a patient who has yet to sign up.
//! Ten characters that nobody takes for one another, written as two groups of five.

use std::time::Duration;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{
    code::{Alphabet, Code, EMAIL_ALPHABET, draw},
    moment::days,
    typed::{is_dash, is_invisible},
};

/// Characters of a code: 31 letters and digits give 49 bits, beyond guessing within its tries.
pub const LENGTH: usize = 10;

/// How long a code works: time for a letter to arrive and be answered.
pub const LIFE: Duration = days(14);

#[expect(clippy::expect_used, reason = "a constant that a test parses")]
fn alphabet() -> Alphabet {
    Alphabet::parse(EMAIL_ALPHABET, LENGTH).expect("a sound alphabet")
}

/// A new code, to be looked up by its [`fold`]ed form; `random` fills what it is given with random bytes.
pub fn new(random: impl FnMut(&mut [u8])) -> Code {
    draw(&alphabet(), random)
}

/// A code as it is handed out: `ABCDE-FGHJK`.
#[must_use]
pub fn shown(code: &Code) -> Zeroizing<String> {
    let (first, second) = code.reveal().split_at(LENGTH / 2);
    Zeroizing::new(format!("{first}-{second}"))
}

/// What is looked up for what was typed: full-width forms, case, dashes and white space folded away.
#[must_use]
pub fn fold(typed: &str) -> Zeroizing<String> {
    let kept = typed.nfkc().filter(|&c| !c.is_whitespace() && !is_dash(c) && !is_invisible(c));
    Zeroizing::new(kept.map(|c| c.to_ascii_uppercase()).take(4 * LENGTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_code() -> Code {
        let mut next = 0_u8;
        new(|bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
        })
    }

    #[test]
    fn a_code_is_shown_as_two_groups_of_five() {
        let code = a_code();
        let shown = shown(&code);
        assert_eq!(shown.len(), 11);
        assert_eq!(shown.as_bytes()[5], b'-');
        assert!(shown.bytes().all(|byte| byte == b'-' || EMAIL_ALPHABET.as_bytes().contains(&byte)));
    }

    #[test]
    fn however_a_code_is_copied_it_is_the_same() {
        let code = a_code();
        let shown = shown(&code);
        let wide: String =
            shown.chars().map(|c| if c == '-' { '－' } else { char::from_u32(c as u32 + 0xfee0).unwrap() }).collect();
        for typed in
            [shown.to_string(), shown.to_lowercase(), shown.replace('-', " – "), format!(" {} ", code.reveal()), wide]
        {
            assert_eq!(*fold(&typed), code.reveal(), "{typed}");
        }
    }
}
