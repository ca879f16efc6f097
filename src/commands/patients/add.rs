//! `vestibule patients add`: one patient, active with a username and a password, else waiting for sign-up.
//! The password comes through standard input, where no list of processes and no shell history shows it.

use std::{
    io::{self, Read as _},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::{Account, Entry, Fields, Issued, Judge, Person, Problem, Registry, person::imported_username};
use crate::{
    commands::{Outcome, outcome},
    keys::{
        Keys,
        hashing::{Hasher, MOST_CODE_POINTS},
    },
    rules::{activation, event::Event, moment::Moment, names::PatientId},
    store::{
        Conn, Store, StoreError, activations,
        audit::{self, Subject},
        patients,
    },
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("contact").args(["email", "phone"]).required(true).multiple(true))]
pub struct Args {
    /// The clinic's record number
    #[arg(long)]
    pub record: String,
    #[arg(long)]
    pub first_name: String,
    #[arg(long)]
    pub last_name: String,
    /// YYYY-MM-DD
    #[arg(long)]
    pub birth_date: String,
    #[arg(long)]
    pub email: Option<String>,
    /// With its country (+1…), or as written in one of texts.countries
    #[arg(long)]
    pub phone: Option<String>,
    /// en or es
    #[arg(long, default_value = "en")]
    pub language: String,
    /// Makes the account active at once
    #[arg(long, requires = "password_stdin")]
    pub username: Option<String>,
    /// Take the password from the first line of standard input
    #[arg(long, requires = "username")]
    pub password_stdin: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, registry: &Registry) -> anyhow::Result<Outcome> {
    let now = registry.clock.now();
    let username = args.username.as_deref().map(imported_username).transpose();
    let person = Judge::new(&registry.settings, now).person(&args.fields());
    let (person, username) = match (person, username) {
        (Ok(person), Ok(username)) => (person, username),
        (person, username) => {
            let mut problems = person.err().unwrap_or_default();
            problems.extend(username.err().map(|reason| Problem::new("username", reason)));
            return refuse(&problems, args.json, Outcome::WrongUse);
        }
    };
    let account = match &username {
        None => Account::Waiting,
        Some(username) => {
            let password = read_password(io::stdin().lock())?;
            if let Err(reason) = judge_password(&password, registry.settings.passwords.min_length) {
                return refuse(&[Problem::new("password", reason)], args.json, Outcome::Failed);
            }
            let hasher = Hasher::new(registry.keys.clone(), 1, 1).context("no thread for hashing")?;
            Account::with_password(&hasher, username, &password).await?
        }
    };
    match create(&registry.store, &registry.keys, &person, &account, now).await? {
        Creation::Done(created) => {
            outcome::print(&created.said(&person.record, args.json))?;
            Ok(Outcome::Done)
        }
        Creation::RecordKnown => refuse(&[known()], args.json, Outcome::Failed),
        Creation::UsernameTaken => refuse(&[taken()], args.json, Outcome::Failed),
    }
}

fn known() -> Problem {
    Problem::new("record", "a patient with this record number is there already; nothing was changed")
}

fn taken() -> Problem {
    Problem::new("username", "another patient has it")
}

impl Args {
    fn fields(&self) -> Fields<'_> {
        Fields {
            record: &self.record,
            first_name: &self.first_name,
            last_name: &self.last_name,
            birth_date: &self.birth_date,
            email: self.email.as_deref().unwrap_or_default(),
            phone: self.phone.as_deref().unwrap_or_default(),
            language: &self.language,
        }
    }
}

fn refuse(problems: &[Problem], json: bool, outcome: Outcome) -> anyhow::Result<Outcome> {
    if json {
        outcome::print(&format!("{}\n", serde_json::json!({ "errors": problems })))?;
    } else {
        for problem in problems {
            eprintln!("{problem}");
        }
    }
    Ok(outcome)
}

/// The first line of what comes in, without its end.
fn read_password(input: impl io::Read) -> anyhow::Result<SecretString> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
    input.take(8192).read_to_end(&mut bytes).context("standard input")?;
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Ok(text) = str::from_utf8(line) else { bail!("the password on standard input is not UTF-8") };
    Ok(SecretString::from(text))
}

fn judge_password(password: &SecretString, least: usize) -> Result<(), String> {
    let length = password.expose_secret().nfc().count();
    match length {
        _ if length < least => Err(format!("it has {length} characters; {least} are the least")),
        _ if length > MOST_CODE_POINTS => Err(format!("it is longer than {MOST_CODE_POINTS} characters")),
        _ => Ok(()),
    }
}

/// What became of adding a patient.
#[derive(Debug)]
pub enum Creation {
    Done(Created),
    /// A known record is never changed.
    RecordKnown,
    UsernameTaken,
}

#[derive(Debug)]
pub struct Created {
    pub id: PatientId,
    /// For who waits for sign-up.
    pub issued: Option<Issued>,
}

/// Adds one patient, in one transaction with its audit entry. With an account the contacts count as proved.
pub async fn create(
    store: &Store,
    keys: &Keys,
    person: &Person,
    account: &Account,
    now: Moment,
) -> Result<Creation, StoreError> {
    let entry = Arc::new(Entry::new(keys, person, account, now));
    let stored = entry.clone();
    let refused = store.write(move |conn| insert(conn, &stored)).await?;
    Ok(refused.unwrap_or_else(|| Creation::Done(Created { id: entry.patient.id, issued: entry.issued.clone() })))
}

fn insert(conn: &mut Conn, entry: &Entry) -> Result<Option<Creation>, StoreError> {
    let patient = &entry.patient;
    if patients::by_record(conn, &patient.record)?.is_some() {
        return Ok(Some(Creation::RecordKnown));
    }
    if let Some(key) = &patient.username_key
        && patients::by_username(conn, key)?.is_some()
    {
        return Ok(Some(Creation::UsernameTaken));
    }
    patients::insert(conn, patient)?;
    if let Some(activation) = &entry.activation {
        activations::put(conn, activation)?;
    }
    audit::write(
        conn,
        &audit::Entry {
            at: patient.created_at,
            actor: "command".to_owned(),
            event: Event::Patient,
            subject: Subject::Patient(patient.id),
            address: String::new(),
            outcome: "added",
            detail: patient.status.as_str().to_owned(),
        },
    )?;
    Ok(None)
}

impl Created {
    /// The answer: `{"record", "status", "activation", "expires"}`, the last two null for an active account.
    fn said(&self, record: &str, json: bool) -> String {
        let issued = self.issued.as_ref();
        let code = issued.map(|issued| activation::shown(&issued.code));
        let expires = issued.map(|issued| outcome::written(issued.expires_at));
        if json {
            let status = if issued.is_some() { "waiting" } else { "active" };
            let code = code.as_deref();
            let answer =
                serde_json::json!({ "record": record, "status": status, "activation": code, "expires": expires });
            return format!("{answer}\n");
        }
        match (code, expires) {
            (Some(code), Some(expires)) => format!(
                "Added {record}, who can sign up now.\nActivation code: {}\nIt works until {expires}, once.\n",
                *code
            ),
            _ => format!("Added {record}, who can sign in now.\n"),
        }
    }
}
