//! Which rows of a file come in: each judged by itself first, on all cores, then held against the file's other rows
//! and against the database. Nothing is changed here.

use std::collections::{HashMap, HashSet};

use secrecy::SecretString;

use super::{
    Fields, Judge, Person, Problem,
    account::username_key,
    person::{imported_username, printable},
    rows::{Row, Sheet},
};
use crate::{
    keys::{Keys, foreign::Foreign},
    store::{StoreError, imports::Import},
};

/// A row judged by itself.
pub struct Judged {
    pub line: u64,
    /// Empty where it cannot be read.
    pub record: String,
    pub result: Result<Candidate, Vec<Problem>>,
}

/// A person who could come in.
pub struct Candidate {
    pub person: Person,
    /// With both a username and a password hash.
    pub sign_in: Option<SignIn>,
    /// With one of the two.
    pub is_half: bool,
}

pub struct SignIn {
    pub username: String,
    pub username_key: Vec<u8>,
    pub hash: SecretString,
}

/// Judges one row by what stands in it.
pub fn judge(sheet: &Sheet, row: &Row, judge: &Judge, keys: &Keys) -> Judged {
    let line = row.line;
    let cells = match sheet.cells(row) {
        Ok(cells) => cells,
        Err(problems) => return Judged { line, record: String::new(), result: Err(problems) },
    };
    let record = printable(cells.person.record).unwrap_or_default();
    let result = candidate(&cells.person, (cells.username, cells.password_hash), judge, keys);
    Judged { line, record, result }
}

fn candidate(
    fields: &Fields<'_>,
    (username, hash): (&str, &str),
    judge: &Judge,
    keys: &Keys,
) -> Result<Candidate, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut judged = |column, result: Result<(), String>| {
        problems.extend(result.err().map(|reason| Problem::new(column, reason)));
    };
    if !username.is_empty() {
        judged("username", imported_username(username).map(drop));
    }
    if !hash.is_empty() {
        judged("password_hash", Foreign::parse(hash).map(drop).map_err(|unfit| unfit.to_string()));
    }
    let person = match judge.person(fields) {
        Ok(person) if problems.is_empty() => person,
        other => return Err([other.err().unwrap_or_default(), problems].concat()),
    };
    let sign_in = (!username.is_empty() && !hash.is_empty()).then(|| SignIn {
        username: username.to_owned(),
        username_key: username_key(keys, username),
        hash: SecretString::from(hash),
    });
    let is_half = username.is_empty() != hash.is_empty();
    Ok(Candidate { person, sign_in, is_half })
}

/// Sheet told apart.
#[derive(Default)]
pub struct Sifted<'a> {
    pub fit: Vec<&'a Candidate>,
    /// Their record is there already: whatever else stands in them, nothing is changed.
    pub known: usize,
    pub errors: Vec<(u64, Problem)>,
}

/// Holds judged rows against each other and against the database as it is now.
pub fn sift<'a>(judged: &'a [Judged], import: &mut Import) -> Result<Sifted<'a>, StoreError> {
    let records: Vec<&str> = judged.iter().map(|row| row.record.as_str()).filter(|record| !record.is_empty()).collect();
    let known = import.known_records(&records)?;
    let new = judged.iter().filter(|row| !known.contains(&row.record));
    let keys: Vec<&[u8]> = new.clone().filter_map(Judged::username_key).collect();
    let taken = import.taken_usernames(&keys)?;
    let mut sifted = Sifted { known: judged.len() - new.clone().count(), ..Sifted::default() };
    let mut seen = Seen { taken, ..Seen::default() };
    for row in new {
        let others = seen.clashes(row);
        match &row.result {
            Ok(candidate) if others.is_empty() => sifted.fit.push(candidate),
            result => {
                let own = result.as_ref().err().into_iter().flatten().cloned();
                sifted.errors.extend(own.chain(others).map(|problem| (row.line, problem)));
            }
        }
    }
    Ok(sifted)
}

impl Judged {
    fn username_key(&self) -> Option<&[u8]> {
        self.result.as_ref().ok()?.sign_in.as_ref().map(|sign_in| sign_in.username_key.as_slice())
    }
}

/// What came up so far, and in which line first.
#[derive(Default)]
struct Seen<'a> {
    taken: HashSet<Vec<u8>>,
    records: HashMap<&'a str, u64>,
    usernames: HashMap<&'a [u8], u64>,
}

impl<'a> Seen<'a> {
    fn clashes(&mut self, row: &'a Judged) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !row.record.is_empty() {
            let first = *self.records.entry(&row.record).or_insert(row.line);
            if first != row.line {
                problems.push(Problem::new("record", format!("line {first} has the same")));
            }
        }
        if let Some(key) = row.username_key() {
            let first = *self.usernames.entry(key).or_insert(row.line);
            if first != row.line {
                problems
                    .push(Problem::new("username", format!("line {first} has the same, as usernames are compared")));
            } else if self.taken.contains(key) {
                problems.push(Problem::new("username", "another patient has it"));
            }
        }
        problems
    }
}
