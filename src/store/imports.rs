//! Many patients at once: laid out in temporary tables first, outside of any lock, then published in one statement
//! a table. Patients sign in meanwhile; what they wait for is that one transaction.

use std::collections::HashSet;

use diesel::{
    connection::SimpleConnection as _,
    prelude::*,
    result::{DatabaseErrorKind, Error},
    sql_query,
    sql_types::BigInt,
};

use super::{
    Conn, Link, StoreError,
    activations::Activation,
    patients::Patient,
    schema::{activations, patients},
};

/// Values asked for in one question; both databases take more, but gain nothing by it.
const ASKED_AT_ONCE: usize = 500;

/// Rows in one statement to PostgreSQL, which takes 65 535 values in one and has a round trip for each.
#[cfg(feature = "postgres")]
const SENT_AT_ONCE: usize = 1000;

/// Tables of the same names, which come before the real ones while they are filled, then step aside under others.
/// Once they have, both databases understand the same statements.
const LAY_OUT_SQLITE: &str = "
    PRAGMA busy_timeout = 60000;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -262144;
    DROP TABLE IF EXISTS temp.laid_patients;
    DROP TABLE IF EXISTS temp.laid_activations;
    CREATE TEMP TABLE patients AS SELECT * FROM main.patients WHERE 0;
    CREATE TEMP TABLE activations AS SELECT * FROM main.activations WHERE 0;";
const STEP_ASIDE_SQLITE: &str = "
    ALTER TABLE temp.patients RENAME TO laid_patients;
    ALTER TABLE temp.activations RENAME TO laid_activations;";
#[cfg(feature = "postgres")]
const LAY_OUT_POSTGRES: &str = "
    SET statement_timeout = '120s';
    DROP TABLE IF EXISTS pg_temp.laid_patients, pg_temp.laid_activations;
    CREATE TEMP TABLE patients (LIKE patients);
    CREATE TEMP TABLE activations (LIKE activations);";
#[cfg(feature = "postgres")]
const STEP_ASIDE_POSTGRES: &str = "
    ALTER TABLE pg_temp.patients RENAME TO laid_patients;
    ALTER TABLE pg_temp.activations RENAME TO laid_activations;
    ANALYZE laid_patients;";

/// Rows that somebody else brought in or took the username of since they were looked at.
const OVERTAKEN: &str = "
    SELECT (SELECT count(*) FROM laid_patients l JOIN patients p ON p.record = l.record)
         + (SELECT count(*) FROM laid_patients l JOIN patients p ON p.username_key = l.username_key) AS number";

/// The subject is written as by [`super::audit::Subject`].
const PUBLISH: &str = "
    INSERT INTO patients SELECT * FROM laid_patients;
    INSERT INTO activations SELECT * FROM laid_activations;
    INSERT INTO audit_entries (at, actor, event, subject, address, outcome, detail)
        SELECT created_at, 'command', 'patient', 'patient:' || id, '', 'imported', status FROM laid_patients;";

/// One import on a connection of its own.
pub struct Import {
    conn: Conn,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Published {
    Done,
    /// Somebody was quicker with a record or a username; nothing was changed. Look again.
    Overtaken,
}

impl Import {
    pub fn open(link: &Link) -> Result<Self, StoreError> {
        Ok(Self { conn: Conn::open(link)? })
    }

    /// Which of these records are there already.
    pub fn known_records(&mut self, records: &[&str]) -> Result<HashSet<String>, StoreError> {
        let mut known = HashSet::new();
        for some in records.chunks(ASKED_AT_ONCE) {
            let there = patients::table.filter(patients::record.eq_any(some)).select(patients::record);
            known.extend(there.load::<String>(&mut self.conn)?);
        }
        Ok(known)
    }

    /// Which of these look-up hashes of usernames are taken.
    pub fn taken_usernames(&mut self, keys: &[&[u8]]) -> Result<HashSet<Vec<u8>>, StoreError> {
        let mut taken = HashSet::new();
        for some in keys.chunks(ASKED_AT_ONCE) {
            let there = patients::table
                .filter(patients::username_key.eq_any(some))
                .select(patients::username_key.assume_not_null());
            taken.extend(there.load::<Vec<u8>>(&mut self.conn)?);
        }
        Ok(taken)
    }

    /// Makes room to lay rows out, empty however far an import before came.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.conn.batch_execute(match &self.conn {
            Conn::Sqlite(_) => LAY_OUT_SQLITE,
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => LAY_OUT_POSTGRES,
        })?;
        Ok(())
    }

    /// Lays rows out beside the tables, where nobody sees or waits for them.
    pub fn lay_out(&mut self, patients: &[Patient], activations: &[Activation]) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.transaction(|conn| {
                for patient in patients {
                    diesel::insert_into(patients::table).values(patient).execute(conn)?;
                }
                for activation in activations {
                    diesel::insert_into(activations::table).values(activation).execute(conn)?;
                }
                Ok(())
            }),
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => conn.transaction(|conn| {
                for some in patients.chunks(SENT_AT_ONCE) {
                    diesel::insert_into(patients::table).values(some).execute(conn)?;
                }
                for some in activations.chunks(SENT_AT_ONCE) {
                    diesel::insert_into(activations::table).values(some).execute(conn)?;
                }
                Ok(())
            }),
        }
    }

    /// Makes everything that was laid out real, with its audit entries, in one short transaction.
    pub fn publish(&mut self) -> Result<Published, StoreError> {
        // Not serializable on PostgreSQL: what it relies on is held by unique indexes, and sign-ins that ran at the
        // same time would be made to start over for its sake.
        let (step_aside, begin) = match &self.conn {
            Conn::Sqlite(_) => (STEP_ASIDE_SQLITE, "BEGIN IMMEDIATE"),
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => (STEP_ASIDE_POSTGRES, "BEGIN"),
        };
        self.conn.batch_execute(step_aside)?;
        self.conn.batch_execute(begin)?;
        let result = self.publish_inside();
        if !matches!(result, Ok(Published::Done)) {
            // Fails where there is no transaction any more, which is what is wanted.
            let _ = self.conn.batch_execute("ROLLBACK");
        }
        match result {
            Err(StoreError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => {
                Ok(Published::Overtaken)
            }
            other => other,
        }
    }

    fn publish_inside(&mut self) -> Result<Published, StoreError> {
        let overtaken: Number = sql_query(OVERTAKEN).get_result(&mut self.conn)?;
        if overtaken.number > 0 {
            return Ok(Published::Overtaken);
        }
        self.conn.batch_execute(PUBLISH)?;
        self.conn.batch_execute("COMMIT")?;
        Ok(Published::Done)
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}
