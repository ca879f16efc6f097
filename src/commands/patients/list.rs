//! `vestibule patients list`: who is on file and where they stand, in the order of their record numbers.
//! Contacts are shown masked; birth dates and hashes not at all.

use std::io::{self, BufWriter, Write};

use secrecy::ExposeSecret as _;

use super::{Judge, Registry};
use crate::{
    commands::{Outcome, outcome},
    keys::{Keys, Lookup, Place, Sealed},
    rules::{
        contact::{Email, Phone},
        username,
    },
    store::patients::{self, Patient},
};

/// Rows read at a time, so that a million patients need no more memory than these.
const PAGE: i64 = 1000;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Part of a record number, name or username, or a whole email or phone
    #[arg(long)]
    pub search: Option<String>,
    /// Print one JSON object: {"patients": […]}
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, registry: &Registry) -> anyhow::Result<Outcome> {
    match print(&args, registry, &mut BufWriter::new(io::stdout())).await {
        Err(error) if is_closed_pipe(&error) => Ok(Outcome::Done),
        other => other.map(|()| Outcome::Done),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// One patient as listed.
#[derive(Debug, serde::Serialize)]
pub struct Listed {
    pub record: String,
    pub first_name: String,
    pub last_name: String,
    pub username: Option<String>,
    pub status: &'static str,
    pub language: &'static str,
    /// Masked.
    pub email: Option<String>,
    /// Masked.
    pub phone: Option<String>,
    /// RFC 3339, UTC.
    pub last_sign_in: Option<String>,
}

/// Prints everybody who fits.
pub async fn print(args: &Args, registry: &Registry, out: &mut impl Write) -> anyhow::Result<()> {
    let search = args.search.as_deref().map(|text| Search::new(text, registry));
    let (mut after, mut count) = (None::<String>, 0_u64);
    if args.json {
        write!(out, "{{\"patients\":[")?;
    }
    loop {
        let from = after.clone();
        let page = registry.store.read(move |conn| patients::page_by_record(conn, from.as_deref(), PAGE)).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.clone());
        for patient in page.iter().filter(|patient| search.as_ref().is_none_or(|search| search.fits(patient))) {
            let listed = Listed::new(&registry.keys, patient)?;
            if args.json {
                write!(out, "{}\n  {}", if count == 0 { "" } else { "," }, serde_json::to_string(&listed)?)?;
            } else {
                listed.line(out)?;
            }
            count += 1;
        }
    }
    if args.json {
        writeln!(out, "\n]}}")?;
    } else {
        writeln!(out, "{count} patient{}", if count == 1 { "" } else { "s" })?;
    }
    Ok(out.flush()?)
}

impl Listed {
    pub fn new(keys: &Keys, patient: &Patient) -> Result<Self, Sealed> {
        let open = |column, sealed: &Option<Vec<u8>>| {
            let place = Place { table: "patients", column, row: patient.id.0 };
            sealed.as_deref().map(|sealed| keys.open_text(place, sealed)).transpose()
        };
        let email = open("email_sealed", &patient.email_sealed)?;
        let phone = open("phone_sealed", &patient.phone_sealed)?;
        Ok(Self {
            record: patient.record.clone(),
            first_name: patient.first_name.clone(),
            last_name: patient.last_name.clone(),
            username: patient.username.clone(),
            status: patient.status.as_str(),
            language: patient.language.as_str(),
            email: email.map(|text| Email::parse(text.expose_secret()).map_or_else(|_| "•••".to_owned(), |e| e.mask())),
            phone: phone
                .map(|text| Phone::parse(text.expose_secret(), &[]).map_or_else(|_| "•••".to_owned(), |p| p.mask())),
            last_sign_in: patient.last_sign_in_at.map(outcome::written),
        })
    }

    /// Tab-separated, so that `cut` and spreadsheets take it.
    fn line(&self, out: &mut impl Write) -> io::Result<()> {
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        writeln!(
            out,
            "{}\t{}\t{} {}\t{}\t{}\t{}\t{}",
            self.record,
            self.status,
            self.first_name,
            self.last_name,
            or_dash(&self.username),
            or_dash(&self.email),
            or_dash(&self.phone),
            self.last_sign_in.as_deref().unwrap_or("never signed in"),
        )
    }
}

/// What is looked for: text in what is stored in the clear, or a whole contact by its keyed hash.
struct Search {
    folded: String,
    email_key: Option<Vec<u8>>,
    phone_key: Option<Vec<u8>>,
}

impl Search {
    fn new(text: &str, registry: &Registry) -> Self {
        let judge = Judge::new(&registry.settings, registry.clock.now());
        let email = Email::parse(text).ok();
        Self {
            folded: username::fold(text),
            email_key: email.map(|email| registry.keys.lookup(Lookup::Email, &[email.lookup_key().as_bytes()])),
            phone_key: judge.phone(text).map(|phone| registry.keys.lookup(Lookup::Phone, &[phone.reveal().as_bytes()])),
        }
    }

    fn fits(&self, patient: &Patient) -> bool {
        let holds = |text: &str| username::fold(text).contains(&self.folded);
        let same = |key: &Option<Vec<u8>>, sought: &Option<Vec<u8>>| sought.is_some() && key == sought;
        holds(&patient.record)
            || holds(&format!("{} {}", patient.first_name, patient.last_name))
            || patient.username.as_deref().is_some_and(holds)
            || same(&patient.email_key, &self.email_key)
            || same(&patient.phone_key, &self.phone_key)
    }
}
