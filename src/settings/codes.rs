//! `[codes]`: how one-time codes look and how long they live.

use super::table::{Finding, Wrong, must, section, within};
use crate::rules::code::Alphabet;

section! {
    /// How one-time codes look and how long they live.
    Codes "codes" {
        minutes: u64 = 30, "minutes", within(5, 30),
            "How long a code works. The clinic's figure; NIST SP 800-63B-4 allows 10, and SECURITY.md says so.";
        length: usize = 6, "characters", within(6, 10),
            "How long a code is. Fewer could be guessed, more are hard to carry in the head.";
        tries: u32 = 5, "wrong codes", within(1, 10),
            "How many wrong codes end an attempt.";
        email_alphabet: String = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", "",
            must("letters of one case and digits, each once; with letters: no 0 O 1 I L, and digits among them", alphabet),
            "What an emailed code is made of: letters and digits that no one mistakes, at least one of each.";
        text_alphabet: String = "0123456789", "",
            must("letters of one case and digits, each once; with letters: no 0 O 1 I L, and digits among them", alphabet),
            "What a texted code is made of: digits, so that a phone offers its number pad.";
    }
}

impl Codes {
    /// What only shows with the length: codes that are too easily guessed.
    pub(super) fn unsafe_findings(&self) -> Vec<Finding> {
        [("codes.email_alphabet", &self.email_alphabet), ("codes.text_alphabet", &self.text_alphabet)]
            .into_iter()
            // What is wrong whatever the length, its table's rule says.
            .filter(|(_, letters)| alphabet(letters).is_ok())
            .filter_map(|(key, letters)| {
                let problem = Alphabet::parse(letters, self.length).err()?;
                Some(Finding::new(key, problem.to_string(), "give more characters, or a larger codes.length"))
            })
            .collect()
    }
}

fn alphabet(text: &str) -> Result<(), Wrong> {
    let refuse = |problem: String, mend: &str| Err(Wrong::new(problem, mend));
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_alphanumeric()) {
        return refuse(format!("holds '{odd}'"), "use A to Z and 0 to 9 only");
    }
    if let Some((_, twice)) = text.char_indices().find(|(at, c)| text[..*at].contains(*c)) {
        return refuse(format!("holds '{twice}' twice"), "write every character once");
    }
    let has = |kind: fn(&char) -> bool| text.chars().any(|c| kind(&c));
    if has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) {
        return refuse("mixes capitals and small letters".to_owned(), "use one of them: codes are typed in either");
    }
    if !has(char::is_ascii_alphabetic) {
        return if text.is_empty() { refuse("is empty".to_owned(), "give the characters of a code") } else { Ok(()) };
    }
    if let Some(odd) = text.chars().find(|c| "0O1IL".contains(c.to_ascii_uppercase())) {
        return refuse(format!("mixes letters with '{odd}'"), "leave 0, O, 1, I and L out: people mistake them");
    }
    if !has(char::is_ascii_digit) {
        return refuse("holds letters only".to_owned(), "add digits, so that no word looks like a code");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{super::Settings, alphabet};

    #[test]
    fn an_alphabet_holds_each_clear_character_once() {
        for good in ["0123456789", "23456789ABCDEFGHJKMNPQRSTUVWXYZ", "ABCDEFGH23", "23456789abc", "012345"] {
            assert!(alphabet(good).is_ok(), "{good}");
        }
        for bad in
            ["", "0123456789A", "2345678oabc", "2345AbC", "22345678ABCD", "ABCDEFGHJKMN", "2345678ABÇD", "234567 ABCD"]
        {
            assert!(alphabet(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_that_are_easily_guessed_are_refused() {
        let mut codes = Settings::defaults(Path::new("/")).codes;
        assert_eq!(codes.unsafe_findings(), []);
        codes.text_alphabet = "01234".to_owned();
        assert_eq!(codes.unsafe_findings()[0].key, "codes.text_alphabet");
        codes.length = 9;
        assert_eq!(codes.unsafe_findings(), []);
    }
}
