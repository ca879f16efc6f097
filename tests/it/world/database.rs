//! A database of a test's own, on SQLite in its folder or on the PostgreSQL that `tests/run` starts.
//! Questions are put in plain SQL, on a connection that is not the program's.

use std::path::Path;

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::BigInt};

/// Names the server, in a database that is there already: `postgres://vestibule@127.0.0.1:5433/postgres`.
const POSTGRES: &str = "VESTIBULE_TEST_POSTGRES";
/// Set to 1 where a test that skips PostgreSQL must fail.
const REQUIRED: &str = "VESTIBULE_TEST_REQUIRE_POSTGRES";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The databases a story is told on; says so where PostgreSQL is left out.
    pub fn all() -> Vec<Self> {
        if cfg!(feature = "postgres") && std::env::var_os(POSTGRES).is_some() {
            return vec![Self::Sqlite, Self::Postgres];
        }
        let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
        assert!(!required, "{REQUIRED} is set, but {POSTGRES} is not, or the feature postgres is off");
        println!("skipped on PostgreSQL: {POSTGRES} is not set, or the feature postgres is off");
        vec![Self::Sqlite]
    }
}

/// One database, dropped with its test.
pub struct Database {
    pub kind: Kind,
    pub url: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Database {
    pub fn new(kind: Kind, folder: &Path) -> Self {
        match kind {
            Kind::Sqlite => Self { kind, url: format!("sqlite://{}", folder.join("vestibule.db").display()) },
            Kind::Postgres => postgres::create(),
        }
    }

    /// The answer to a question that has one number for an answer; name it `number`:
    /// `SELECT count(*) AS number FROM sessions`.
    pub fn number(&self, question: &str) -> i64 {
        self.ask(question).first().map_or_else(|| panic!("no row: {question}"), |row| row.number)
    }

    /// How many rows a table has, where that holds.
    pub fn count(&self, table_where: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM {table_where}"))
    }

    fn ask(&self, question: &str) -> Vec<Number> {
        match self.kind {
            Kind::Sqlite => {
                let path = self.url.trim_start_matches("sqlite://");
                let mut conn = SqliteConnection::establish(path).expect("SQLite opens");
                sql_query("PRAGMA busy_timeout = 10000").execute(&mut conn).expect("a pragma");
                sql_query(question).load(&mut conn).unwrap_or_else(|error| panic!("{question}: {error}"))
            }
            Kind::Postgres => postgres::ask(&self.url, question),
        }
    }
}

impl Database {
    /// The database is gone, as after a power cut of its machine.
    pub fn vanishes(&self) {
        match self.kind {
            // A folder in its place: neither the file nor a new one can be opened.
            Kind::Sqlite => {
                let path = Path::new(self.url.trim_start_matches("sqlite://"));
                for end in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{end}", path.display()));
                }
                std::fs::create_dir(path).expect("a folder in its place");
            }
            Kind::Postgres => postgres::drop_database(&self.url),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.kind == Kind::Postgres && !std::thread::panicking() {
            postgres::drop_database(&self.url);
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

    use super::{Database, Kind, Number, POSTGRES};

    fn connect(url: &str) -> PgConnection {
        PgConnection::establish(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn server() -> String {
        std::env::var(POSTGRES).expect("Kind::all looked")
    }

    pub fn create() -> Database {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("random bytes");
        let name = format!("test_{:016x}", u64::from_ne_bytes(random));
        sql_query(format!("CREATE DATABASE {name}")).execute(&mut connect(&server())).expect("a new database");
        let mut url = url::Url::parse(&server()).expect("a URL");
        url.set_path(&name);
        Database { kind: Kind::Postgres, url: url.into() }
    }

    pub fn ask(url: &str, question: &str) -> Vec<Number> {
        sql_query(question).load(&mut connect(url)).unwrap_or_else(|error| panic!("{question}: {error}"))
    }

    pub fn drop_database(url: &str) {
        let url = url::Url::parse(url).expect("a URL");
        let name = url.path().trim_start_matches('/');
        let _ = sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut connect(&server()));
    }
}

#[cfg(not(feature = "postgres"))]
mod postgres {
    use super::{Database, Number};

    const OFF: &str = "Kind::all leaves PostgreSQL out without its feature";

    pub fn create() -> Database {
        unreachable!("{OFF}")
    }

    pub fn ask(_: &str, _: &str) -> Vec<Number> {
        unreachable!("{OFF}")
    }

    pub fn drop_database(_: &str) {
        unreachable!("{OFF}")
    }
}
