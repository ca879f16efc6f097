//! `vestibule patients`: who may sign in, from one person at the desk to everybody in a file.
//! Names, dates and contacts are judged once, in `person`, whichever command they come through.

mod account;
pub mod add;
pub mod import;
pub mod list;
mod person;
mod progress;
mod report;
mod rows;
mod sift;
#[cfg(test)]
mod tests;
pub mod unlock;

pub use account::{Account, Entry, Issued};
pub use add::{Created, Creation, create};
pub use person::{Fields, Judge, Person, Problem};

use anyhow::{Context as _, bail};

use super::{Outcome, house};
use crate::{
    keys::Keys,
    rules::moment::Clock,
    settings::Settings,
    store::{Link, Store, migrate},
};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add one patient, active with a username and password, else waiting with an activation code
    Add(add::Args),
    /// Add everybody in a CSV file; all or nothing, known records are skipped
    Import(import::Args),
    /// List patients, contacts masked
    List(list::Args),
    /// Open again what too many wrong passwords or codes closed
    Unlock(unlock::Args),
}

/// Runs one of the commands on the database that the settings name.
pub async fn run(command: Command, settings: &Settings) -> anyhow::Result<Outcome> {
    let clock = Clock::system();
    let registry = Registry {
        store: ready_store(settings).await?,
        keys: house::keys(settings, &clock)?,
        settings: settings.clone(),
        clock,
    };
    match command {
        Command::Add(args) => add::run(args, &registry).await,
        Command::Import(args) => import::run(args, &registry).await,
        Command::List(args) => list::run(args, &registry).await,
        Command::Unlock(args) => unlock::run(args, &registry).await,
    }
}

/// What these commands work on.
pub struct Registry {
    pub store: Store,
    pub keys: Keys,
    pub settings: Settings,
    pub clock: Clock,
}

/// The database, if it is there and its schema is this program's.
async fn ready_store(settings: &Settings) -> anyhow::Result<Store> {
    let link = house::link(settings)?;
    if let Link::Sqlite(path) = &link
        && !path.exists()
    {
        bail!("there is no database at {}: run `vestibule migrate` first", path.display());
    }
    let store = Store::open(link);
    if !store.read(migrate::is_current).await.context("database_url")? {
        bail!("the database's schema is not this program's: run `vestibule migrate` first");
    }
    Ok(store)
}
