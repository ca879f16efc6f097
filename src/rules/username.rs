//! Which typed usernames are the same one.
//! Matching only: what is shown stays as its owner wrote it.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use super::typed::is_invisible;

/// The form in which usernames are compared and looked up: surrounding white space and invisible characters gone,
/// compatibility forms (NFKC) and case folded. Folding twice changes nothing.
#[must_use]
pub fn fold(username: &str) -> String {
    // Unicode's compatibility caseless match (definition 146) folds twice: either step can undo the other's work.
    let visible = username.trim().chars().filter(|&c| !is_invisible(c));
    let folded: String = visible.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect();
    folded.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_username_matches_however_it_is_typed() {
        for typed in
            ["maria.lopez", " Maria.Lopez ", "MARIA.LOPEZ", "ｍａｒｉａ．ｌｏｐｅｚ", "maria\u{200b}.lopez\u{feff}"]
        {
            assert_eq!(fold(typed), "maria.lopez");
        }
        assert_eq!(fold("JOSÉ"), fold("jose\u{301}"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ΟΔΥΣΣΕΥΣ"), fold("οδυσσευς"));
    }

    #[test]
    fn different_usernames_stay_different() {
        assert_ne!(fold("jose"), fold("josé"));
        assert_ne!(fold("maria lopez"), fold("marialopez"));
        assert_ne!(fold("l"), fold("1"));
    }

    #[test]
    fn white_space_alone_is_no_username() {
        assert_eq!(fold(" \t\u{3000}\u{200b} "), "");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(name in any::<String>()) {
            prop_assert_eq!(fold(&fold(&name)), fold(&name));
        }

        #[test]
        fn case_never_matters(name in "[ -~áéíóúñü]{0,20}") {
            prop_assert_eq!(fold(&name.to_uppercase()), fold(&name.to_lowercase()));
        }
    }
}
