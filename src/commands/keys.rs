//! `keys new`, `keys list`, `keys rotate`: the key file from the outside.
//! Nothing printed here holds any part of a secret.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
};

use serde::Serialize;

use crate::{
    keys::{
        file::{KeyFile, KeyFileError, SIGNS_AFTER},
        written_time,
    },
    rules::moment::Moment,
    store::held::Held,
};

/// Why a command failed; exit code 1.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error("cannot print the answer: {0}")]
    Print(#[from] io::Error),
}

/// What a program reads.
#[derive(Serialize)]
struct Listed<'a> {
    file: String,
    /// The version that signs now.
    signing: Option<u16>,
    keys: Vec<ListedKey<'a>>,
}

#[derive(Serialize)]
struct ListedKey<'a> {
    id: u16,
    created: String,
    signs_from: String,
    state: &'static str,
    /// Absent when the database was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<&'a BTreeMap<String, u64>>,
}

/// Makes the key file at `path`. Fails where there is one.
pub fn new(out: &mut dyn Write, path: &Path, now: Moment, json: bool) -> Result<(), Failure> {
    let file = KeyFile::create(path, now)?;
    if json {
        return print_json(out, &listed(path, &file, now, None));
    }
    writeln!(out, "Made the key file {} (mode 0600).", path.display())?;
    writeln!(out, "Back it up now, apart from the database: what it seals opens with no other.")?;
    Ok(())
}

/// Says what keys the file at `path` holds, which one signs, and what the others are still needed for, where `held`
/// tells; without it only the file is described.
pub fn list(out: &mut dyn Write, path: &Path, now: Moment, held: Option<&Held>, json: bool) -> Result<(), Failure> {
    let file = KeyFile::read(path)?;
    let listed = listed(path, &file, now, held);
    if json {
        return print_json(out, &listed);
    }
    for key in &listed.keys {
        writeln!(out, "key {}: {}, made {}, signs from {}", key.id, key.state, key.created, key.signs_from)?;
        let Some(holds) = key.holds else { continue };
        for (what, values) in holds {
            writeln!(out, "    {values} in {what}")?;
        }
        if holds.is_empty() && key.state == OLD {
            writeln!(out, "    nothing in the database; {LEAVE}")?;
        }
    }
    writeln!(out, "look-up key: one, does not rotate")?;
    Ok(())
}

/// Adds a key to the file at `path` that verifies at once and signs in 5 minutes.
pub fn rotate(out: &mut dyn Write, path: &Path, now: Moment, json: bool) -> Result<(), Failure> {
    let file = KeyFile::rotate(path, now)?;
    let listed = listed(path, &file, now, None);
    if json {
        return print_json(out, &listed);
    }
    let minutes = SIGNS_AFTER.as_secs() / 60;
    if let Some(key) = listed.keys.last() {
        writeln!(
            out,
            "Key {} is in {} and signs from {}, in {minutes} minutes.",
            key.id,
            path.display(),
            key.signs_from
        )?;
    }
    writeln!(out, "Running servers read the file every 10 seconds; no restart is needed.")?;
    writeln!(out, "Before those {minutes} minutes are over, put this file on every server, and into the backup.")?;
    Ok(())
}

const OLD: &str = "verifies";

/// A key is in more places than the database: sign-in pages stand open for a day, and backups come back.
const LEAVE: &str = "take it out a day after the next key began to sign, and when no backup needs it";

fn listed<'a>(path: &Path, file: &KeyFile, now: Moment, held: Option<&'a Held>) -> Listed<'a> {
    static NOTHING: BTreeMap<String, u64> = BTreeMap::new();
    let signing = file.signing(now);
    let keys = file.keys().iter().map(|key| ListedKey {
        id: key.version,
        created: written_time(key.created),
        signs_from: written_time(key.signs_from),
        state: match key.signs_from > now {
            _ if signing == Some(key.version) => "signs",
            true => "waits",
            false => OLD,
        },
        holds: held.map(|held| held.get(&key.version).unwrap_or(&NOTHING)),
    });
    Listed { file: path.display().to_string(), signing, keys: keys.collect() }
}

fn print_json(out: &mut dyn Write, listed: &Listed<'_>) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, listed).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;
    use crate::rules::moment::minutes;

    const START: Moment = Moment(1_764_000_000_000);

    fn place() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("vestibule.key");
        (folder, path)
    }

    fn said(command: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> String {
        let mut out = Vec::new();
        command(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json(command: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Value {
        serde_json::from_str(&said(command)).unwrap()
    }

    #[test]
    fn a_rotated_key_waits_then_signs_and_the_old_one_verifies() {
        let (_folder, path) = place();
        said(|out| new(out, &path, START, false));
        let rotated = json(|out| rotate(out, &path, START.plus(minutes(60)), true));
        assert_eq!(rotated["signing"], json!(1));
        assert_eq!(rotated["keys"][1]["signs_from"], json!("2025-11-24T17:05:00Z"));
        let states = |now| {
            let listed = json(|out| list(out, &path, now, None, true));
            [listed["keys"][0]["state"].clone(), listed["keys"][1]["state"].clone(), listed["signing"].clone()]
        };
        assert_eq!(states(START.plus(minutes(64))), [json!("signs"), json!("waits"), json!(1)]);
        assert_eq!(states(START.plus(minutes(65))), [json!("verifies"), json!("signs"), json!(2)]);
    }

    #[test]
    fn list_says_what_each_old_key_still_holds() {
        let (_folder, path) = place();
        said(|out| new(out, &path, START, false));
        said(|out| rotate(out, &path, START, false));
        let held = Held::from([(2, BTreeMap::from([("patients.email_sealed".to_owned(), 7)]))]);
        let later = START.plus(minutes(5));
        assert_eq!(
            said(|out| list(out, &path, later, Some(&held), false)),
            "key 1: verifies, made 2025-11-24T16:00:00Z, signs from 2025-11-24T16:00:00Z\n    \
                 nothing in the database; take it out a day after the next key began to sign, and when no backup needs it\n\
             key 2: signs, made 2025-11-24T16:00:00Z, signs from 2025-11-24T16:05:00Z\n    \
                 7 in patients.email_sealed\n\
             look-up key: one, does not rotate\n"
        );
        let listed = json(|out| list(out, &path, later, Some(&held), true));
        assert_eq!(listed["keys"][0]["holds"], json!({}));
        assert_eq!(listed["keys"][1]["holds"], json!({ "patients.email_sealed": 7 }));
    }

    #[test]
    fn nothing_printed_holds_a_secret() {
        let (_folder, path) = place();
        let mut all = String::new();
        for json in [false, true] {
            let _ = fs::remove_file(&path);
            all += &said(|out| new(out, &path, START, json));
            all += &said(|out| rotate(out, &path, START, json));
            all += &said(|out| list(out, &path, START, Some(&Held::new()), json));
            let text = fs::read_to_string(&path).unwrap();
            for secret in text.lines().filter_map(|line| line.strip_prefix("secret = ")) {
                assert!(!all.contains(&secret[1..9]));
            }
        }
    }

    #[test]
    fn a_second_new_fails_and_leaves_the_file_alone() {
        let (_folder, path) = place();
        said(|out| new(out, &path, START, false));
        let before = fs::read(&path).unwrap();
        let failure = new(&mut Vec::new(), &path, START, false).unwrap_err();
        assert!(failure.to_string().contains("already"), "{failure}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}
