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
