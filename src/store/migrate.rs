//! The schema: embedded, one folder per database with the same names, run by `demo` and `migrate`, checked by `serve`.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::{Conn, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not been run yet and names it.
pub fn run(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let done = match conn {
        Conn::Sqlite(conn) => {
            conn.run_pending_migrations(SQLITE).map(|ran| ran.iter().map(ToString::to_string).collect())
        }
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => {
            conn.run_pending_migrations(POSTGRES).map(|ran| ran.iter().map(ToString::to_string).collect())
        }
    };
    done.map_err(|error| StoreError::Broken(format!("a migration failed: {error}")))
}

/// Whether the schema is the one this program was built for.
pub fn is_current(conn: &mut Conn) -> Result<bool, StoreError> {
    let pending = match conn {
        Conn::Sqlite(conn) => conn.has_pending_migration(SQLITE),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.has_pending_migration(POSTGRES),
    };
    pending.map(|pending| !pending).map_err(|error| StoreError::Broken(error.to_string()))
}
