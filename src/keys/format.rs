//! What a key file looks like: TOML, read and written here alone.
//! Nothing said about a broken one repeats any of its text.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::{
    derive::Secret,
    file::{FileKey, KeyFile},
};
use crate::rules::moment::Moment;

const HEAD: &str = "\
# The keys of Vestibule. Whoever reads this file can read what the database keeps secret;
# whoever loses it can never read it again. Back it up, apart from the database.
# Change it by `vestibule keys rotate` alone. The newest key whose time has come signs; all others still verify.
";

/// Why a key file does not parse. Holds nothing of its text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("line {0} is not what a key file holds there")]
    Line(usize),
    #[error("it holds no key")]
    NoKey,
    #[error("key {0} is there twice")]
    Twice(u16),
    #[error("the id of a key is not from 1 to 65535")]
    Id,
    #[error("the secret of {0} is not 32 bytes of base64")]
    Secret(String),
    #[error("{0} and {1} hold the same secret")]
    SameSecret(String, String),
    #[error("a time of key {0} is not like 2026-11-24T10:42:00Z")]
    Time(u16),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    key: Vec<WrittenKey>,
    lookup: WrittenSecret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: i64,
    created: String,
    signs_from: String,
    secret: Zeroed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecret {
    secret: Zeroed,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Zeroed(String);

impl Drop for Zeroed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

pub fn parse(text: &str) -> Result<KeyFile, Malformed> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        Malformed::Line(before.map_or(1, |before| before.split('\n').count()))
    })?;
    let keys = written.key.iter().map(parse_key).collect::<Result<Vec<_>, _>>()?;
    let lookup = parse_secret("lookup".to_owned(), &written.lookup.secret)?;
    check(&keys, &lookup)?;
    Ok(KeyFile::from_parts(keys, lookup))
}

fn parse_key(written: &WrittenKey) -> Result<FileKey, Malformed> {
    let version = u16::try_from(written.id).ok().filter(|id| *id > 0).ok_or(Malformed::Id)?;
    Ok(FileKey {
        version,
        created: parse_time(&written.created).ok_or(Malformed::Time(version))?,
        signs_from: parse_time(&written.signs_from).ok_or(Malformed::Time(version))?,
        secret: parse_secret(name(version), &written.secret)?,
    })
}

fn parse_secret(owner: String, text: &Zeroed) -> Result<Secret, Malformed> {
    let mut secret = Secret::default();
    // One byte more than a secret, so that a longer one is told from a fitting one.
    let mut bytes = Zeroizing::new([0; 33]);
    match STANDARD_NO_PAD.decode_slice(&text.0, bytes.as_mut_slice()) {
        Ok(32) => secret.copy_from_slice(&bytes[..32]),
        _ => return Err(Malformed::Secret(owner)),
    }
    Ok(secret)
}

fn parse_time(text: &str) -> Option<Moment> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Moment(time.as_millisecond()))
}

fn check(keys: &[FileKey], lookup: &Secret) -> Result<(), Malformed> {
    if keys.is_empty() {
        return Err(Malformed::NoKey);
    }
    for (n, key) in keys.iter().enumerate() {
        for other in &keys[n + 1..] {
            if key.version == other.version {
                return Err(Malformed::Twice(key.version));
            }
            if key.secret == other.secret {
                return Err(Malformed::SameSecret(name(key.version), name(other.version)));
            }
        }
        if key.secret == *lookup {
            return Err(Malformed::SameSecret(name(key.version), "lookup".to_owned()));
        }
    }
    Ok(())
}

fn name(version: u16) -> String {
    format!("key {version}")
}

/// The text of a key file, zeroed when dropped.
pub fn write(file: &KeyFile) -> Zeroizing<String> {
    // Room for all of it: a string that grows leaves copies of itself behind.
    let mut text = Zeroizing::new(String::with_capacity(1024 + 256 * file.keys().len()));
    text.push_str(HEAD);
    for key in file.keys() {
        let (created, signs_from) = (write_time(key.created), write_time(key.signs_from));
        let secret = write_secret(&key.secret);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[key]]\nid = {}\ncreated = \"{created}\"\nsigns_from = \"{signs_from}\"\nsecret = \"{}\"\n",
            key.version, *secret,
        );
    }
    let secret = write_secret(file.lookup());
    let _ = write!(
        text,
        "\n# Finds patients by username, email and phone. It never rotates with the others.\n[lookup]\nsecret = \"{}\"\n",
        *secret,
    );
    text
}

fn write_secret(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(STANDARD_NO_PAD.encode(secret.as_slice()))
}

/// RFC 3339 in UTC, as the file and `keys list` write it.
pub fn write_time(at: Moment) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment(1_764_000_000_000);
    const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    fn written() -> String {
        write(&KeyFile::fixed(START)).to_string()
    }

    fn problem(text: &str) -> Malformed {
        parse(text).err().expect("it must not parse")
    }

    #[test]
    fn a_key_file_looks_so() {
        let body = written().replace(HEAD, "");
        let expected = format!(
            "\n[[key]]\nid = 1\ncreated = \"2025-11-24T16:00:00Z\"\nsigns_from = \"2025-11-24T16:00:00Z\"\n\
             secret = \"{ONES}\"\n\n\
             # Finds patients by username, email and phone. It never rotates with the others.\n\
             [lookup]\nsecret = \"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI\"\n"
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut file = KeyFile::new(START);
        file.add(START.plus(crate::rules::moment::days(400))).unwrap();
        let read = parse(&write(&file)).unwrap();
        assert_eq!(*write(&read), *write(&file));
    }

    #[test]
    fn each_kind_of_damage_is_named() {
        let text = written();
        assert_eq!(problem(""), Malformed::Line(1));
        assert_eq!(problem(&text.replace("id = 1", "id = 0")), Malformed::Id);
        assert_eq!(problem(&text.replace("id = 1", "id = 65536")), Malformed::Id);
        assert_eq!(
            problem(&text.replace("created = \"2025-11-24T16", "created = \"2025-13-24T16")),
            Malformed::Time(1)
        );
        let key = &text[text.find("[[key]]").unwrap()..text.find("\n# Finds").unwrap()];
        assert_eq!(problem(&format!("{key}{text}")), Malformed::Twice(1));
        let copy = key.replace("id = 1", "id = 2");
        let same = Malformed::SameSecret("key 2".into(), "key 1".into());
        assert_eq!(problem(&format!("{copy}{text}")), same);
        assert_eq!(problem(&text.replace(key, "")), Malformed::NoKey);
        assert_eq!(
            problem(&text.replace("AgIC", "AQEB").replace("AgI", "AQE")),
            Malformed::SameSecret("key 1".into(), "lookup".into())
        );
        for secret in ["", "AQEB", &ONES[..42], &format!("{ONES}AQEB"), &ONES.replace('A', "*"), &"A".repeat(5000)] {
            assert_eq!(problem(&text.replace(ONES, secret)), Malformed::Secret("key 1".into()));
        }
    }

    #[test]
    fn nothing_said_about_a_broken_file_repeats_its_text() {
        let text = written();
        let broken = [
            text.replace("id = 1", "id = \"1\""),
            text.replace("secret = \"AQ", "secret = AQ"),
            text.replace("secret = \"AQ", "secrets = \"AQ"),
            text.replace("id = 1", "id = 1\nid = 2"),
            text.replace("[lookup]", "[look]"),
            text.replace("AQE\"", "AQE"),
            text.replace("id = 1", &format!("id = \"{ONES}\"")),
            text.replace("created = \"", &format!("created = \"{ONES}")),
        ];
        for text in broken {
            let problem = problem(&text);
            let said = format!("{problem} {problem:?}");
            assert!(!said.contains("AQEB") && !said.contains("AgIC"), "{said}");
        }
    }

    #[test]
    fn the_line_of_a_mistake_is_named() {
        let text = written().replace("id = 1", "id = \"1\"");
        let line = text.lines().position(|line| line.starts_with("id")).unwrap() + 1;
        assert_eq!(problem(&text), Malformed::Line(line));
    }

    proptest! {
        #[test]
        fn garbage_is_refused_without_a_panic(text in "\\PC*") {
            prop_assert!(parse(&text).is_err());
        }

        #[test]
        fn a_file_with_one_changed_byte_parses_or_is_refused(at in 0usize..600, byte in 0u8..128) {
            let mut bytes = written().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = parse(std::str::from_utf8(&bytes).unwrap());
        }
    }
}
