//! The one code that is meant by what was typed or pasted.
//! One post compares one candidate, so two different ones are no candidate at all.

use unicode_normalization::UnicodeNormalization;

use super::{Alphabet, Code};
use crate::rules::typed::{is_dash, is_invisible};

/// Nothing longer than this is looked at: the largest form we take.
const MOST_TYPED: usize = 64 * 1024;

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
pub(super) fn tidy(typed: &str) -> String {
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
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    const ENCLOSING: &[char] = &['(', ')', '[', ']', '{', '}', '<', '>', '«', '»', '“', '”', '„', '"', '*', '|', '='];
    text.split(|c: char| c == ' ' || c == ';' || ENCLOSING.contains(&c))
        .flat_map(introduced)
        .map(|token| token.trim_matches(['.', ',', ':', '!', '?', '¡', '¿', '\'', '‘', '’', '`', '_', '#', '-']))
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
    let longest = shapes.iter().map(|shape| shape.length()).max().unwrap_or(0);
    let shortest = shapes.iter().map(|shape| shape.length()).min().unwrap_or(0);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{EMAIL_ALPHABET, LENGTH, TEXT_ALPHABET, draw},
        *,
    };

    fn email() -> Alphabet {
        Alphabet::parse(EMAIL_ALPHABET, LENGTH).unwrap()
    }

    fn text() -> Alphabet {
        Alphabet::parse(TEXT_ALPHABET, LENGTH).unwrap()
    }

    /// What is found with codes of both kinds out.
    fn found(typed: &str) -> Candidate {
        candidate(typed, &[&email(), &text()])
    }

    fn code(text: &str) -> Candidate {
        Candidate::Code(Code::new(text.to_owned()))
    }

    fn assert_found(typed: &str, expected: &str) {
        assert_eq!(found(typed), code(expected), "{typed:?}");
        match found(typed) {
            Candidate::Code(found) => assert_eq!(found.reveal(), expected),
            other => panic!("{other:?}"),
        }
    }

    const EMAIL_MESSAGE: &str = "Hello Test!\r\n\r\nWhen prompted, enter the code below to finish authenticating with \
        MyChart.\r\n\r\nTM3KX2\r\n\r\nYour code will expire after 30 minutes, at 10:42 am on November 25, 2026.\r\n\
        Didn't request this code from MyChart? Call (602) 271-3700 or 6022713700.\r\nSent from MyChart.";

    #[test]
    fn a_code_may_be_typed_the_way_people_write_numbers() {
        for typed in [
            "123456",
            " 123456 ",
            "123 456",
            "123-456",
            "12 34 56",
            "1 2 3 4 5 6",
            "#123456",
            "# 123 456",
            "１２３４５６",
            "１２３　４５６",
            "123\u{2013}456",
            "123\u{a0}456",
            "\u{202a}123456\u{202c}",
            "\u{feff}123456",
            "123456.",
            "\"123456\"",
            "(123456)",
            "123456\r\n",
            "123\t456",
            "－123456",
        ] {
            assert_found(typed, "123456");
        }
    }

    #[test]
    fn a_code_may_be_typed_in_lower_case_with_dashes_and_spaces() {
        for typed in ["TM3KX2", "tm3kx2", "TM3-KX2", "tm3 kx2", "#tm3kx2", "ＴＭ３ＫＸ２", "T M 3 K X 2", "Tm3Kx2,"]
        {
            assert_found(typed, "TM3KX2");
        }
    }

    #[test]
    fn a_whole_email_may_be_pasted_line_ends_or_not() {
        assert_found(EMAIL_MESSAGE, "TM3KX2");
        assert_found(&EMAIL_MESSAGE.replace("\r\n", " "), "TM3KX2");
        assert_found(&EMAIL_MESSAGE.replace("TM3KX2", "*TM3KX2*"), "TM3KX2");
        assert_found(&EMAIL_MESSAGE.replace("TM3KX2", "tm3-kx2"), "TM3KX2");
    }

    #[test]
    fn a_whole_text_may_be_pasted() {
        let message =
            "123456 is your MyChart code. It works for 30 minutes, until 10:42 am. @portal.example.org #123456";
        assert_found(message, "123456");
        assert_found("123456 es su codigo de MyChart. Vale 30 minutos. @portal.example.org #123456", "123456");
        assert_found("Your code:123456", "123456");
        assert_found("123456: su codigo de MyChart", "123456");
        assert_found("MyChart: su codigo es TM3KX2; no lo comparta", "TM3KX2");
        assert_found("código: 123456.", "123456");
        assert_found("Your code is #123 456", "123456");
    }

    #[test]
    fn what_follows_the_last_hash_counts_before_all_else() {
        assert_found("Order 777777 is ready. @portal.example.org #123456", "123456");
        assert_found("@portal.example.org #111111 @portal.example.org #222222", "222222");
        assert_found("@portal.example.org #123456 @frame.example.org", "123456");
        assert_found("We are #1. Your code is 123456", "123456");
    }

    #[test]
    fn the_same_code_twice_is_one_code() {
        assert_found("123456 123456", "123456");
        assert_found("Code TM3KX2, again: tm3kx2", "TM3KX2");
    }

    #[test]
    fn two_different_codes_are_not_guessed_between() {
        assert_eq!(found("123456 654321"), Candidate::Ambiguous);
        assert_eq!(found("123456 or TM3KX2"), Candidate::Ambiguous);
        assert_eq!(found("TM3KX2\nTM3KX3"), Candidate::Ambiguous);
    }

    #[test]
    fn numbers_of_another_length_in_a_message_are_no_codes() {
        for around in [
            "in 2026",
            "call 602-271-3700",
            "call 6022713700",
            "call 271-3700",
            "at 10:42:33",
            "on 11-25-26",
            "for $1,234,567",
            "for $123456.78",
            "zip 85001",
            "ref 1234567",
            "see https://example.org/654321",
            "mail 654321@example.org",
            "v654321",
        ] {
            assert_found(&format!("your code is 123456 {around}"), "123456");
            assert_found(&format!("{around} your code is 123456"), "123456");
        }
    }

    #[test]
    fn no_word_and_no_number_looks_like_an_emailed_code() {
        let only_email = |typed| candidate(typed, &[&email()]);
        assert_eq!(only_email("please answer 234567 today, thanks TM3KX2"), code("TM3KX2"));
        assert_eq!(only_email("234567"), Candidate::WrongCharacters);
        assert_eq!(only_email("thanks"), Candidate::WrongCharacters);
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        for (typed, expected) in [
            ("", Candidate::Empty),
            ("   ", Candidate::Empty),
            ("\u{200b}", Candidate::Empty),
            ("#", Candidate::Empty),
            (" - ", Candidate::Empty),
            ("...", Candidate::Empty),
            ("12345", Candidate::TooShort),
            ("TM3KX", Candidate::TooShort),
            ("1", Candidate::TooShort),
            ("1234567", Candidate::TooLong),
            ("TM3KX22", Candidate::TooLong),
            ("123456123456", Candidate::TooLong),
            ("TM3KXL", Candidate::WrongCharacters),
            ("12345$", Candidate::WrongCharacters),
            ("ñandu2", Candidate::WrongCharacters),
            ("12345!6", Candidate::WrongCharacters),
        ] {
            assert_eq!(found(typed), expected, "{typed:?}");
        }
        assert_eq!(candidate("12345O", &[&text()]), Candidate::WrongCharacters);
        assert_eq!(candidate("123456", &[]), Candidate::WrongCharacters);
        assert_eq!(candidate("", &[]), Candidate::Empty);
    }

    #[test]
    fn codes_of_small_letters_are_found_too() {
        let small = Alphabet::parse("abcdefghjkmnpqrstuvwxyz23456789", 6).unwrap();
        assert_eq!(candidate("TM3-KX2", &[&small]), code("tm3kx2"));
        let both = Alphabet::parse("abcdefABCDEF23456789", 6).unwrap();
        assert_eq!(candidate("aB2cD3", &[&both]), code("aB2cD3"));
        assert_eq!(candidate("AB2CD3", &[&both]), code("AB2CD3"));
    }

    #[test]
    fn the_largest_form_is_read_in_no_time() {
        for piece in
            ["1", "123456 ", "#", "- ", "12-34 ", "a:", "\u{fdfa}", "\u{301}\u{316}", "TM3KX2 123456 ", "#123456 "]
        {
            let typed = piece.repeat(MOST_TYPED / piece.len());
            let _ = found(&typed);
        }
        assert_eq!(found(&"1".repeat(MOST_TYPED + 1)), Candidate::TooLong);
    }

    #[test]
    fn a_code_is_not_printed() {
        assert_eq!(format!("{:?}", found("TM3KX2")), "Code(Code(…))");
    }

    proptest! {
        #[test]
        fn a_drawn_code_has_its_shape_and_is_found_however_it_is_typed(
            seed in any::<u64>(), small in any::<bool>(), cut in 1_usize..6, gap in "[ -]{0,2}", emailed in any::<bool>()
        ) {
            let alphabet = if emailed { email() } else { text() };
            let mut state = seed;
            let drawn = draw(&alphabet, |buffer| for byte in buffer {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 56) as u8;
            });
            let code = drawn.reveal();
            prop_assert_eq!(code.len(), LENGTH);
            if emailed {
                prop_assert!(code.bytes().any(|b| b.is_ascii_digit()) && code.bytes().any(|b| b.is_ascii_alphabetic()));
            }
            let written = if small { code.to_lowercase() } else { code.to_owned() };
            let cut_up = format!("{}{gap}{}", &written[..cut], &written[cut..]);
            prop_assert_eq!(found(&cut_up), Candidate::Code(drawn.clone()));
            prop_assert_eq!(found(&format!("Hola, su codigo: {written} y nada mas")), Candidate::Code(drawn.clone()));
            prop_assert_eq!(found(&format!("{written} is your code @host.example #{written}")), Candidate::Code(drawn.clone()));
        }

        #[test]
        fn whatever_is_typed_gives_one_candidate_of_a_shape_or_none(typed in any::<String>()) {
            if let Candidate::Code(found) = found(&typed) {
                prop_assert!(email().code_of(found.reveal()).is_some() || text().code_of(found.reveal()).is_some());
            }
        }

        #[test]
        fn case_and_outer_spaces_never_matter(typed in "[ -~]{0,40}") {
            prop_assert_eq!(found(&typed), found(&format!("  {} ", typed.to_ascii_lowercase())));
        }

        #[test]
        fn two_codes_in_any_words_are_ambiguous(a in "[0-9]{6}", b in "[0-9]{6}", between in "( [a-z]{1,5}){0,4} ") {
            prop_assume!(a != b);
            prop_assert_eq!(found(&format!("{a}{between}{b}")), Candidate::Ambiguous);
        }
    }
}
