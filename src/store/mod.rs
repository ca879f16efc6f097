//! The database: one [`Store`] over SQLite in a file or PostgreSQL, one file per table.
//! `read` looks, `write` is one transaction that no other writer can slip between.

mod conn;
mod pool;
mod schema;
mod types;

pub mod activations;
pub mod attempts;
pub mod audit;
pub mod captcha_answers;
pub mod codes;
pub mod copy;
pub mod devices;
pub mod held;
pub mod imports;
pub mod migrate;
pub mod opt_outs;
pub mod outbox;
pub mod patients;
pub mod receipts;
pub mod retention;
pub mod sessions;
pub mod throttles;

use std::{sync::Arc, time::Duration};

pub use conn::{Conn, Link};
use diesel::{
    connection::SimpleConnection,
    result::{DatabaseErrorKind, Error as Diesel},
};
use pool::Pool;

/// How often a write is tried again after a conflict before it counts as an outage.
/// Fifty clients racing for one row needed 12 at the worst when measured.
const MOST_TRIES: u32 = 40;

/// Why the database did not answer. Every one of these is an outage to a visitor.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database does not answer: {0}")]
    Down(String),
    #[error("the database refused: {0}")]
    Query(#[from] Diesel),
    #[error("a value in the database does not open with this key file")]
    Sealed(#[from] crate::keys::Sealed),
    #[error("the database holds what it must not: {0}")]
    Broken(String),
}

impl StoreError {
    /// Another writer was in the way: the same closure may be run again.
    fn is_conflict(&self) -> bool {
        match self {
            Self::Query(Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Self::Query(Diesel::DatabaseError(_, info)) => {
                let text = info.message();
                text.contains("deadlock detected") || text.contains("database is locked")
            }
            _ => false,
        }
    }

    /// The connection must not be used again.
    fn spoils_connection(&self) -> bool {
        matches!(self, Self::Down(_)) || self.is_lost_connection()
    }

    /// The connection itself is gone: another one may work.
    fn is_lost_connection(&self) -> bool {
        match self {
            Self::Query(
                Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Diesel::BrokenTransactionManager,
            ) => true,
            Self::Query(Diesel::DatabaseError(_, info)) => {
                let text = info.message();
                [
                    "server closed the connection",
                    "terminating connection",
                    "no connection to the server",
                    "connection not open",
                ]
                .iter()
                .any(|sign| text.contains(sign))
            }
            _ => false,
        }
    }
}

/// A shared handle to the database.
#[derive(Clone)]
pub struct Store {
    readers: Arc<Pool>,
    writers: Arc<Pool>,
}

impl Store {
    /// Opens the database that `link` names. Connections are made when first needed.
    pub fn open(link: Link) -> Self {
        match link {
            // SQLite lets one writer in at a time; waiting for it here costs less than in its lock.
            Link::Sqlite(_) => Self { readers: Pool::new(link.clone(), 4), writers: Pool::new(link, 1) },
            Link::Postgres(_) => {
                let pool = Pool::new(link, 12);
                Self { readers: pool.clone(), writers: pool }
            }
        }
    }

    /// Which database this is.
    pub fn link(&self) -> &Link {
        self.readers.link()
    }

    /// Looks something up. Each statement sees the newest committed state.
    pub async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.with(look).await
    }

    /// Runs `change` as one transaction: all of it or nothing, as if no other write ran meanwhile.
    /// It may be run several times, so it must do nothing but talk to the database.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        self.writers.with(move |conn| write_on(conn, &change)).await
    }
}

/// One transaction on this connection, tried again where another writer was in the way.
pub fn write_on<T>(conn: &mut Conn, change: &impl Fn(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let result = once(conn, change);
        match result {
            Err(ref error) if error.is_conflict() && tries < MOST_TRIES => pause(tries),
            other => return other,
        }
    }
}

fn once<T>(conn: &mut Conn, change: &impl Fn(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
    conn.batch_execute(conn.begin_write())?;
    let result = change(conn).and_then(|done| {
        conn.batch_execute("COMMIT").map_err(|error| match StoreError::from(error) {
            // It may have committed, so it must not be run again.
            lost if lost.is_lost_connection() => StoreError::Down("the connection was lost during commit".to_owned()),
            other => other,
        })?;
        Ok(done)
    });
    if result.is_err() {
        // Fails where there is no transaction any more, which is what is wanted.
        let _ = conn.batch_execute("ROLLBACK");
    }
    result
}

/// A pause that grows with the number of tries and differs between racers.
fn pause(tries: u32) {
    let mut byte = [0_u8; 1];
    // Without randomness the pause is merely the same for all.
    let _ = getrandom::fill(&mut byte);
    std::thread::sleep(Duration::from_micros(200 * u64::from(tries.min(20)) + 40 * u64::from(byte[0])));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{event::Event, moment::Moment};

    #[tokio::test]
    async fn fifty_writers_that_read_first_lose_no_count() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Link::Sqlite(dir.path().join("v.db")));
        store.write(|_| Ok(())).await.unwrap();
        migrate::run(&mut Conn::open(store.link()).unwrap()).unwrap();
        let racers: Vec<_> = (0..50)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write(|conn| {
                            let was = throttles::by_key(conn, b"k")?.map_or(0, |t| t.count);
                            throttles::put(
                                conn,
                                &throttles::Throttle {
                                    key: b"k".to_vec(),
                                    question: "test".to_owned(),
                                    count: was + 1,
                                    since: Moment(0),
                                    last_at: Moment(0),
                                    wait_until: None,
                                    locked: false,
                                },
                            )
                        })
                        .await
                })
            })
            .collect();
        for racer in racers {
            racer.await.unwrap().unwrap();
        }
        let count = store.read(|conn| Ok(throttles::by_key(conn, b"k")?.unwrap().count)).await.unwrap();
        assert_eq!(count, 50);
    }

    #[tokio::test]
    async fn a_new_database_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Link::Sqlite(dir.path().join("v.db")));
        store.write(|_| Ok(())).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap()).collect();
        assert!(files.len() > 1, "the file and its WAL");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }

    #[tokio::test]
    async fn an_audit_entry_can_be_neither_changed_nor_deleted() {
        use diesel::RunQueryDsl as _;
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Conn::open(&Link::Sqlite(dir.path().join("v.db"))).unwrap();
        migrate::run(&mut conn).unwrap();
        let entry = audit::Entry {
            at: Moment(1),
            actor: "system".to_owned(),
            event: Event::SignIn,
            subject: audit::Subject::System,
            address: String::new(),
            outcome: "code",
            detail: String::new(),
        };
        audit::write(&mut conn, &entry).unwrap();
        for change in ["UPDATE audit_entries SET at = 2", "DELETE FROM audit_entries"] {
            assert!(diesel::sql_query(change).execute(&mut conn).is_err(), "{change}");
        }
        assert_eq!(audit::about(&mut conn, &audit::Subject::System, 10).unwrap().len(), 1);
    }
}
