//! One connection to either database, so that each query is written once.
//! PostgreSQL exists only in builds with the feature `postgres`; no other room knows the difference.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

#[cfg(feature = "postgres")]
use diesel::PgConnection;
use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use secrecy::SecretString;

use super::StoreError;

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Link {
    Sqlite(PathBuf),
    /// The whole `postgres://` URL, password and all.
    Postgres(SecretString),
}

#[cfg(not(feature = "postgres"))]
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
}

#[cfg(feature = "postgres")]
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// WAL lets pages read while a sign-in writes; FULL keeps what was answered through a power cut.
const SQLITE: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -2000;";

/// No statement of ours takes long; one that does is stuck, and a visitor waits for it.
#[cfg(feature = "postgres")]
const POSTGRES: &str = "
    SET statement_timeout = '10s';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '15s';";

impl Conn {
    /// A new connection, set up as every other.
    pub fn open(link: &Link) -> Result<Self, StoreError> {
        match link {
            Link::Sqlite(path) => {
                make_private(path);
                let path = path.to_str().ok_or_else(|| StoreError::Down("the path is not UTF-8".to_owned()))?;
                let mut conn = SqliteConnection::establish(path).map_err(|error| StoreError::Down(error.to_string()))?;
                conn.batch_execute(SQLITE)?;
                Ok(Self::Sqlite(conn))
            }
            #[cfg(feature = "postgres")]
            Link::Postgres(url) => {
                use secrecy::ExposeSecret as _;
                let mut conn =
                    PgConnection::establish(url.expose_secret()).map_err(|error| StoreError::Down(error.to_string()))?;
                conn.batch_execute(POSTGRES)?;
                Ok(Self::Postgres(conn))
            }
            #[cfg(not(feature = "postgres"))]
            Link::Postgres(_) => Err(StoreError::Down(
                "this build speaks SQLite only; one that speaks PostgreSQL too is made with `cargo build --release --features postgres`"
                    .to_owned(),
            )),
        }
    }

    /// The statement that opens a transaction no other writer can slip between.
    pub(super) fn begin_write(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }
}

/// A database that is not there yet is made for its owner alone, for SQLite would let everybody on the machine read it.
/// The files beside it take after it. Where none can be made, SQLite says why.
fn make_private(path: &Path) {
    let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}
