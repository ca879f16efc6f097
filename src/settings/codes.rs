//! `[codes]`: how one-time codes look and how long they live.

use super::table::{Wrong, must, section, within};

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
            must("A-Z and 0-9, each once; with letters: no 0 O 1 I L, and digits among them", alphabet),
            "What an emailed code is made of: letters and digits that no one mistakes, at least one of each.";
        text_alphabet: String = "0123456789", "",
            must("A-Z and 0-9, each once; with letters: no 0 O 1 I L, and digits among them", alphabet),
            "What a texted code is made of: digits, so that a phone offers its number pad.";
    }
}

/// Ten digits six times are a million codes; a smaller alphabet would leave fewer.
const ALPHABET_LEAST: usize = 10;

fn alphabet(text: &str) -> Result<(), Wrong> {
    let refuse = |problem: String, mend: &str| Err(Wrong::new(problem, mend));
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit()) {
        return refuse(format!("holds '{odd}'"), "use A to Z and 0 to 9 only; typed codes are read in capitals");
    }
    if let Some((at, twice)) = text.char_indices().find(|(at, c)| text[..*at].contains(*c)) {
        return refuse(format!("holds '{twice}' twice (again at {})", at + 1), "write every character once");
    }
    if text.len() < ALPHABET_LEAST {
        return refuse(format!("has {} characters", text.len()), "give at least 10, so that codes cannot be guessed");
    }
    let has_letters = text.chars().any(|c| c.is_ascii_uppercase());
    if !has_letters {
        return Ok(());
    }
    if let Some(odd) = text.chars().find(|c| "0O1IL".contains(*c)) {
        return refuse(format!("mixes letters with '{odd}'"), "leave 0, O, 1, I and L out: people mistake them");
    }
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return refuse("holds letters only".to_owned(), "add digits, so that no word looks like a code");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::alphabet;

    #[test]
    fn an_alphabet_holds_each_clear_character_once() {
        for good in ["0123456789", "23456789ABCDEFGHJKMNPQRSTUVWXYZ", "ABCDEFGH23"] {
            assert!(alphabet(good).is_ok(), "{good}");
        }
        for bad in
            ["", "01234", "0123456789A", "23456789abc", "22345678ABCD", "ABCDEFGHJKMN", "2345678ABÇD", "234567 ABCD"]
        {
            assert!(alphabet(bad).is_err(), "{bad}");
        }
    }
}
