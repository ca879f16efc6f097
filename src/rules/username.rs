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
