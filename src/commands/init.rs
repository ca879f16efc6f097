//! `vestibule init`: a commented settings file and a key file, and what to do next.
//! It never writes over a file: a key that is lost takes every sealed contact with it.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::{
    keys::file::{KeyFile, KeyFileError},
    rules::moment::Moment,
    settings::Settings,
};

/// Group-readable, so that the service's account can be given it; never for others, for a URL in it may come to hold a
/// password.
const MODE: u32 = 0o640;

#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error("{} there already; nothing was written. Take another folder, or -c FILE", stand(.0))]
    Exists(Vec<PathBuf>),
    #[error("cannot write {path}: {error}")]
    Write { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Key(#[from] KeyFileError),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

fn stand(files: &[PathBuf]) -> String {
    let names = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" and ");
    if files.len() == 1 { format!("{names} stands") } else { format!("{names} stand") }
}

/// Writes `file` and the key file that its defaults name, and says to `out` what to do next.
///
/// # Errors
/// When either file is there already (nothing is written then), or cannot be written.
pub fn run(file: &Path, json: bool, now: Moment, out: &mut impl Write) -> Result<(), InitError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let key = Settings::defaults(folder).secret_key_file;
    let there: Vec<PathBuf> =
        [file, &key].into_iter().filter(|path| path.symlink_metadata().is_ok()).map(Path::to_owned).collect();
    if !there.is_empty() {
        return Err(InitError::Exists(there));
    }
    write_settings(file).map_err(|error| InitError::Write { path: file.to_owned(), error })?;
    if let Err(error) = KeyFile::create(&key, now) {
        // Without its key the settings file would only stand in the way of the next try.
        let _ = std::fs::remove_file(file);
        return Err(error.into());
    }
    if json {
        let report = serde_json::json!({ "settings": file.display().to_string(), "key": key.display().to_string() });
        writeln!(out, "{report}")?;
    } else {
        write!(out, "{}", next(file, &key))?;
    }
    Ok(())
}

fn write_settings(file: &Path) -> io::Result<()> {
    let mut made = OpenOptions::new().write(true).create_new(true).mode(MODE).open(file)?;
    made.write_all(Settings::sample().as_bytes()).and_then(|()| made.sync_all()).inspect_err(|_| {
        let _ = std::fs::remove_file(file);
    })
}

fn next(file: &Path, key: &Path) -> String {
    let (file, key) = (file.display(), key.display());
    format!(
        "\
Written: {file} (every setting, with its reason) and {key} (the keys).

Next:
  1. Keep a copy of {key} in a safe place, apart from the database's: without it no contact in the database opens.
  2. In {file} set public_url, [brand], and smtp_url and from in [email]; [texts] if codes may go by text.
     A setting left out, or left as it is, keeps its default.
  3. vestibule migrate -c {file}    makes the tables
  4. vestibule check -c {file}      says what is missing or unsafe, all at once, and whether mail and texts answer
  5. vestibule patients import FILE.csv -c {file}
  6. vestibule serve -c {file}
"
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: Moment = Moment(1_795_536_120_000);

    fn init(file: &Path, json: bool) -> Result<String, InitError> {
        let mut out = Vec::new();
        run(file, json, NOW, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_init_writes_is_safe_to_serve_with() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vestibule.toml");
        let said = init(&file, false).unwrap();
        assert!(said.contains("vestibule check -c "));
        let mode = |name: &str| folder.path().join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("vestibule.key"), mode("vestibule.toml") & 0o007), (0o600, 0));
        let (_, findings) = Settings::examine(Some(&file), std::iter::empty());
        assert_eq!(findings, []);
        assert!(KeyFile::read(&folder.path().join("vestibule.key")).is_ok());
    }

    #[test]
    fn init_never_writes_over_a_file() {
        for name in ["vestibule.toml", "vestibule.key"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(name), "mine").unwrap();
            let error = init(&folder.path().join("vestibule.toml"), false).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
            assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), "mine");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else was written");
        }
    }

    #[test]
    fn init_tells_a_program_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let said = init(&folder.path().join("door.toml"), true).unwrap();
        let report: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert!(report["settings"].as_str().unwrap().ends_with("door.toml"));
        assert!(report["key"].as_str().unwrap().ends_with("vestibule.key"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        assert!(matches!(init(Path::new("/nowhere/at/all/v.toml"), false), Err(InitError::Write { .. })));
    }
}
