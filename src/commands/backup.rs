//! `vestibule backup FILE`: a whole copy of the SQLite database, while patients sign in.
//! The key file is not in it: without that the copy says nothing, so the two are kept apart.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use super::{Outcome, house, outcome};
use crate::{
    settings::Settings,
    store::{Conn, Link, copy},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; it must not be there yet
    pub file: PathBuf,
    /// Print the answer as JSON: {"file", "bytes"}
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: Args, settings: &Settings) -> anyhow::Result<Outcome> {
    let (link, file) = (house::link(settings)?, args.file.clone());
    let bytes = tokio::task::spawn_blocking(move || backup(&link, &file)).await??;
    let (name, keys) = (args.file.display(), settings.secret_key_file.display());
    outcome::print(&if args.json {
        format!("{}\n", serde_json::json!({ "file": args.file, "bytes": bytes }))
    } else {
        format!(
            "Wrote {name}, {bytes} bytes.\nWithout the key file {keys} nobody can read it: keep a copy of that elsewhere.\n"
        )
    })?;
    Ok(Outcome::Done)
}

/// Copies the database to `file` and tells its size in bytes.
pub fn backup(link: &Link, file: &Path) -> anyhow::Result<u64> {
    let Link::Sqlite(source) = link else {
        bail!(
            "PostgreSQL has its own: pg_dump --format=custom --file={} with the link of database_url",
            file.display()
        );
    };
    if !source.exists() {
        bail!("there is no database at {}", source.display());
    }
    // Made first, so that nobody else can read it at any time and no file is ever overwritten.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let made = made.with_context(|| format!("{} cannot be made", file.display()))?;
    let done = write(link, file, &made);
    if done.is_err() {
        // Half a copy would be taken for a whole one.
        let _ = fs::remove_file(file);
    }
    done
}

fn write(link: &Link, file: &Path, made: &File) -> anyhow::Result<u64> {
    copy::whole(&mut Conn::open(link)?, file)?;
    // SQLite does not wait for the disk here.
    made.sync_all()?;
    sync_folder(file)?;
    Ok(made.metadata()?.len())
}

/// The file's name, too, must be on the disk.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::store::migrate;

    fn database(dir: &Path) -> Link {
        let link = Link::Sqlite(dir.join("v.db"));
        migrate::run(&mut Conn::open(&link).unwrap()).unwrap();
        link
    }

    #[test]
    fn a_copy_is_whole_private_and_opens_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let link = database(dir.path());
        let file = dir.path().join("copy.db");
        let bytes = backup(&link, &file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().len(), bytes);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(migrate::is_current(&mut Conn::open(&Link::Sqlite(file)).unwrap()).unwrap());
    }

    #[test]
    fn a_file_that_is_there_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let link = database(dir.path());
        let file = dir.path().join("copy.db");
        fs::write(&file, "precious").unwrap();
        assert!(backup(&link, &file).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    }

    #[test]
    fn a_copy_that_fails_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("v.db");
        fs::write(&source, "this is no database, and long enough to be read as one".repeat(100)).unwrap();
        let file = dir.path().join("copy.db");
        assert!(backup(&Link::Sqlite(source), &file).is_err());
        assert!(!file.exists());
    }

    #[test]
    fn on_postgresql_it_says_what_to_use() {
        let dir = tempfile::tempdir().unwrap();
        let error = backup(&Link::Postgres("postgres://h/d".into()), &dir.path().join("x")).unwrap_err();
        assert!(error.to_string().contains("pg_dump"));
    }
}
