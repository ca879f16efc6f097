//! A copy of the whole SQLite database, consistent, while others read and write.
//! PostgreSQL brings its own tool.

use std::path::Path;

use diesel::{RunQueryDsl as _, sql_query, sql_types::Text};

use super::{Conn, StoreError};

/// Writes everything committed into `file`, which must be missing or empty, and looks the copy over.
pub fn whole(conn: &mut Conn, file: &Path) -> Result<(), StoreError> {
    // A complete path, or a name like `file:x?mode=…` would be read as a URI.
    let file = &std::path::absolute(file).map_err(|error| StoreError::Down(error.to_string()))?;
    let name = file.to_str().ok_or_else(|| StoreError::Down("the path is not UTF-8".to_owned()))?;
    sql_query("VACUUM INTO ?").bind::<Text, _>(name).execute(conn)?;
    look_over(&mut Conn::open(&super::Link::Sqlite(file.to_owned()))?)
}

#[derive(diesel::QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

fn look_over(copy: &mut Conn) -> Result<(), StoreError> {
    let said: Vec<Said> = sql_query("PRAGMA quick_check(1)").load(copy)?;
    match said.as_slice() {
        [Said { quick_check }] if quick_check == "ok" => Ok(()),
        _ => Err(StoreError::Broken("the copy is damaged".to_owned())),
    }
}
