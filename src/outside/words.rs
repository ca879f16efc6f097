//! What may be written into a mail header, and what may be kept of the other side's words.
//! A bare CR or LF ends a header or a message, and an answer often repeats the patient's address.

/// Longest answer kept, in characters: enough for a queue id and an enhanced status code with its sentence.
const ANSWER_MOST: usize = 300;

/// One line: every control character and line separator becomes a space.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Lines that end in LF alone, and no other control character but tabs: what lettre turns into CRLF lines.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect()
}

/// The other side's words as they may be stored: one line, bounded, without the destination
/// and without anything else that looks like an address or a telephone number.
pub(super) fn kept(answer: &str, destination: &str) -> String {
    let line = one_line(answer);
    let line = line.split_whitespace().map(|word| hidden(word, destination)).collect::<Vec<_>>().join(" ");
    line.chars().take(ANSWER_MOST).collect()
}

fn hidden<'a>(word: &'a str, destination: &str) -> &'a str {
    let folded = word.to_lowercase();
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let destination = destination.to_lowercase();
    let repeats = match destination.split_once('@') {
        Some((local, _)) => local.chars().count() > 2 && folded.contains(local),
        None => false,
    };
    if word.contains('@') || folded.contains("%40") || repeats {
        return "(address)";
    }
    let number: String = destination.chars().filter(char::is_ascii_digit).collect();
    let own_number = !destination.contains('@') && number.len() >= 7 && digits.ends_with(&number[number.len() - 7..]);
    if own_number || (word.contains('+') && digits.len() >= 7) { "(number)" } else { word }
}

fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_answer_is_kept_without_the_address_it_repeats() {
        assert_eq!(
            kept("550 5.1.1 <Jo.Doe@example.com>: no such user Jo.Doe\r\nqueued as 4F2A", "jo.doe@example.com"),
            "550 5.1.1 (address) no such user (address) queued as 4F2A"
        );
        assert_eq!(
            kept("The 'To' number +15550123456 is not valid", "+15550123456"),
            "The 'To' number (number) is not valid"
        );
        assert_eq!(kept("number 5550123456, too", "+15550123456"), "number (number) too");
        assert_eq!(kept("queued as 20261124104200", "jo@example.com"), "queued as 20261124104200");
    }

    proptest! {
        #[test]
        fn no_line_break_survives(text in any::<String>()) {
            prop_assert!(!one_line(&text).chars().any(breaks));
            prop_assert!(!lines(&text).contains('\r'));
            prop_assert!(!kept(&text, "jo@example.com").chars().any(breaks));
            prop_assert!(kept(&text, "jo@example.com").chars().count() <= ANSWER_MOST);
        }
    }
}
