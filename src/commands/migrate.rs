//! `vestibule migrate`: brings the database to the schema of this program, making it where there is none.
//! Running it again changes nothing.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::Context as _;

use super::{Outcome, house, outcome};
use crate::{
    settings::Settings,
    store::{Conn, Link, StoreError, migrate},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the answer as JSON: {"ran": […]}
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, settings: &Settings) -> anyhow::Result<Outcome> {
    let ran = migrate(house::link(settings)?).await?;
    let text = match (args.json, ran.as_slice()) {
        (true, ran) => format!("{}\n", serde_json::json!({ "ran": ran })),
        (false, []) => "The schema is up to date; nothing was run.\n".to_owned(),
        (false, ran) => format!("ran {}\n", ran.join("\nran ")),
    };
    outcome::print(&text)?;
    Ok(Outcome::Done)
}

/// Runs what is pending and names it. A new SQLite file can be read by its owner alone.
pub async fn migrate(link: Link) -> anyhow::Result<Vec<String>> {
    let work = move || {
        if let Link::Sqlite(path) = &link {
            create_private(path).with_context(|| format!("database_url: {} cannot be made", path.display()))?;
        }
        let ran = Conn::open(&link).and_then(|mut conn| migrate::run(&mut conn));
        ran.map_err(|error: StoreError| anyhow::Error::new(error).context("database_url"))
    };
    tokio::task::spawn_blocking(work).await?
}

/// SQLite gives its `-wal` and `-shm` files the permissions of the database.
fn create_private(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_new_database_is_private_and_the_second_run_has_nothing_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("v.db");
        let link = Link::Sqlite(path.clone());
        assert!(!migrate(link.clone()).await.unwrap().is_empty());
        assert!(migrate(link).await.unwrap().is_empty());
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let error = migrate(Link::Sqlite("/no/such/folder/v.db".into())).await.unwrap_err();
        assert!(format!("{error:#}").contains("/no/such/folder/v.db"), "{error:#}");
    }
}
