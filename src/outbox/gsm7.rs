//! The alphabet of a text: GSM 03.38, 160 septets a segment. One character beyond it, and a segment holds 70.
//! Source: 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1.

use unicode_normalization::UnicodeNormalization as _;

/// Septets of one unsplit text.
pub const SEGMENT: usize = 160;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Each of these takes two septets.
const EXTENDED: &str = "^{}\\[~]|€";

/// `text` in the alphabet: what it lacks loses its accents, or becomes the nearest plain sign, or a question mark.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if has(c) { c.to_string() } else { nearest(c) }).collect()
}

/// Septets that `text` takes; `None` where it does not fit the alphabet.
pub fn septets(text: &str) -> Option<usize> {
    text.chars()
        .map(|c| match (BASIC.contains(c), EXTENDED.contains(c)) {
            (true, _) => Some(1),
            (_, true) => Some(2),
            _ => None,
        })
        .sum()
}

fn has(c: char) -> bool {
    BASIC.contains(c) || EXTENDED.contains(c)
}

fn nearest(c: char) -> String {
    match c {
        '\u{2018}' | '\u{2019}' | '`' | '´' => return "'".to_owned(),
        '\u{201c}' | '\u{201d}' | '«' | '»' => return "\"".to_owned(),
        '\u{2010}'..='\u{2015}' => return "-".to_owned(),
        '…' => return "...".to_owned(),
        _ if c.is_whitespace() => return " ".to_owned(),
        _ => {}
    }
    let base: String = c.nfkd().filter(|part| has(*part)).collect();
    if base.is_empty() { "?".to_owned() } else { base }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_alphabet_lacks_loses_its_accents() {
        assert_eq!(
            plain("Su código de Clínica Peña: 1 a.\u{a0}m. “sí” – ½…"),
            "Su codigo de Clinica Peña: 1 a. m. \"si\" - 12..."
        );
        assert_eq!(plain("日"), "?");
        assert_eq!(plain("ü é ñ ¿ @ #"), "ü é ñ ¿ @ #");
    }

    #[test]
    fn septets_are_counted_as_phones_count_them() {
        assert_eq!(septets("abc@#"), Some(5));
        assert_eq!(septets("[€]"), Some(6));
        assert_eq!(septets("código"), None);
    }

    proptest! {
        #[test]
        fn plain_text_always_fits_the_alphabet(text in any::<String>()) {
            prop_assert!(septets(&plain(&text)).is_some());
        }
    }
}
