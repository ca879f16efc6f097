//! `vestibule patients unlock`: opens again what too many wrong passwords or codes closed (rules 2 and 9).
//! Only counters go; passwords, sessions and known browsers stay as they are.

use std::sync::Arc;

use super::{Registry, account::username_key};
use crate::{
    commands::{Outcome, outcome},
    flows::limits,
    outbox::Ctx,
    rules::{event::Event, moment::Moment},
    store::{
        Conn, StoreError,
        audit::{self, Subject},
        patients,
    },
    words::Words,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    pub username: String,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, registry: &Registry) -> anyhow::Result<Outcome> {
    let unlocked = unlock(registry, &args.username).await?;
    let (outcome, text) = match unlocked {
        None => (Outcome::Failed, "There is no such user."),
        Some(true) => (Outcome::Done, "Unlocked."),
        Some(false) => (Outcome::Done, "Nothing was locked or counted; nothing was changed."),
    };
    if args.json {
        outcome::print(&format!(
            "{}\n",
            serde_json::json!({ "found": unlocked.is_some(), "unlocked": unlocked == Some(true) })
        ))?;
    } else if outcome == Outcome::Done {
        outcome::print(&format!("{text}\n"))?;
    } else {
        eprintln!("{text}");
    }
    Ok(outcome)
}

/// Whether anything was closed or counted; none where there is no such user.
pub async fn unlock(registry: &Registry, username: &str) -> Result<Option<bool>, StoreError> {
    let settings = Arc::new(registry.settings.clone());
    let words = Words::new(&settings);
    let ctx = Ctx { settings, keys: registry.keys.clone(), words };
    let (key, now) = (username_key(&registry.keys, username), registry.clock.now());
    registry.store.write(move |conn| lift(conn, &ctx, &key, now)).await
}

fn lift(conn: &mut Conn, ctx: &Ctx, key: &[u8], now: Moment) -> Result<Option<bool>, StoreError> {
    let Some(patient) = patients::by_username(conn, key)? else { return Ok(None) };
    let lifted = limits::unlock(conn, ctx, patient.id, Some(key))?;
    audit::write(
        conn,
        &audit::Entry {
            at: now,
            actor: "command".to_owned(),
            event: Event::Patient,
            subject: Subject::Patient(patient.id),
            address: String::new(),
            outcome: "unlocked",
            detail: if lifted { String::new() } else { "nothing was locked".to_owned() },
        },
    )?;
    Ok(Some(lifted))
}
