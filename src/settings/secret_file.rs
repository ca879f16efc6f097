//! Files that hold a secret: never readable by others, never empty.

use std::path::Path;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::table::Finding;

/// A token is a line; a larger file is not one.
const MOST_BYTES: u64 = 4_096;

/// The secret in the file, without the white space around it.
pub(super) fn read(key: &str, path: Option<&Path>) -> Result<SecretString, Finding> {
    let Some(path) = path else {
        return Err(Finding::new(key, "is empty", "name a file that holds the secret and nothing else (chmod 640)"));
    };
    guard(key, path)?;
    let shown = path.display();
    if std::fs::metadata(path).is_ok_and(|facts| facts.len() > MOST_BYTES) {
        return Err(Finding::new(
            key,
            format!("{shown} is too large for a secret"),
            "name a file that holds the secret alone",
        ));
    }
    let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|why| {
        Finding::new(key, format!("{shown} cannot be read: {why}"), "write the secret into it as text")
    })?;
    match text.trim() {
        "" => Err(Finding::new(key, format!("{shown} holds nothing"), "write the secret into it")),
        secret if secret.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            Err(Finding::new(key, format!("{shown} holds more than one word"), "leave the secret alone in it"))
        }
        secret => Ok(SecretString::from(secret)),
    }
}

/// Whether the file exists, can be read by us and not by others. Group-readable is accepted.
pub(super) fn guard(key: &str, path: &Path) -> Result<(), Finding> {
    let shown = path.display();
    let facts = std::fs::metadata(path).map_err(|why| {
        Finding::new(key, format!("{shown} cannot be read: {why}"), "make the file, or name the right one")
    })?;
    if !facts.is_file() {
        return Err(Finding::new(key, format!("{shown} is not a file"), "name a file"));
    }
    std::fs::File::open(path).map_err(|why| {
        Finding::new(key, format!("{shown} cannot be read: {why}"), "let the account that runs vestibule read it")
    })?;
    if open_to_others(&facts) {
        let problem = format!("{shown} can be used by everyone on this machine");
        return Err(Finding::new(key, problem, format!("chmod o-rwx {shown}")));
    }
    Ok(())
}

#[cfg(unix)]
fn open_to_others(facts: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o007 != 0
}

#[cfg(not(unix))]
fn open_to_others(_facts: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    fn file(text: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn a_secret_is_read_without_its_line_end() {
        let file = file("s3cret\n", 0o640);
        assert_eq!(read("k", Some(file.path())).unwrap().expose_secret(), "s3cret");
    }

    #[test]
    fn any_permission_for_others_is_refused() {
        for mode in [0o604, 0o602, 0o601, 0o644] {
            let finding = read("k", Some(file("s3cret", mode).path())).unwrap_err();
            assert!(finding.mend.starts_with("chmod o-rwx "), "{mode:o}: {finding}");
        }
    }

    #[test]
    fn a_missing_or_empty_secret_says_so_and_quotes_nothing() {
        assert!(read("k", None).is_err());
        assert!(read("k", Some(Path::new("/nowhere/at/all"))).is_err());
        assert!(read("k", Some(file(" \n", 0o600).path())).is_err());
        let two = read("k", Some(file("one two", 0o600).path())).unwrap_err();
        assert!(!two.to_string().contains("one two"));
    }
}
