//! How many values each key version still holds, so that IT knows when an old key may go.
//! Sealed values and MACs begin with their key's version in two bytes.

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Binary},
};

use super::{Conn, StoreError, schema::patients};

/// Counts by key version and column (`patients.email_sealed`).
pub type Held = BTreeMap<u16, BTreeMap<String, u64>>;

/// Every column whose values name their key.
const COLUMNS: [(&str, &str); 6] = [
    ("patients", "birth_date_sealed"),
    ("patients", "email_sealed"),
    ("patients", "phone_sealed"),
    ("attempts", "draft_sealed"),
    ("codes", "code_mac"),
    ("outbox", "message_sealed"),
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Binary)]
    version: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    values_held: i64,
}

pub fn count(conn: &mut Conn) -> Result<Held, StoreError> {
    let mut held = Held::new();
    for (table, column) in COLUMNS {
        let query = format!(
            "SELECT substr({column}, 1, 2) AS version, count(*) AS values_held FROM {table} \
             WHERE {column} IS NOT NULL GROUP BY 1"
        );
        for row in sql_query(query).load::<Count>(conn)? {
            let version = row.version.try_into().map_or(0, u16::from_be_bytes);
            note(&mut held, version, format!("{table}.{column}"), row.values_held);
        }
    }
    let peppered: Vec<(i32, i64)> = patients::table
        .filter(patients::password_hash.is_not_null())
        .group_by(patients::password_key)
        .select((patients::password_key, diesel::dsl::count_star()))
        .load(conn)?;
    for (version, count) in peppered {
        note(&mut held, u16::try_from(version).unwrap_or(0), "patients.password_hash".to_owned(), count);
    }
    Ok(held)
}

fn note(held: &mut Held, version: u16, column: String, count: i64) {
    let count = u64::try_from(count).unwrap_or(0);
    *held.entry(version).or_default().entry(column).or_default() += count;
}
