//! Table `receipts`: what the text provider has told us already, so that a replay counts once.

use diesel::{dsl::exists, prelude::*, select};

use super::{Conn, StoreError, schema::receipts};
use crate::rules::moment::Moment;

/// Notes a receipt; false where it was there already. Call inside a write.
pub fn first_time(conn: &mut Conn, id: &str, at: Moment) -> Result<bool, StoreError> {
    if is_known(conn, id)? {
        return Ok(false);
    }
    diesel::insert_into(receipts::table).values((receipts::id.eq(id), receipts::at.eq(at))).execute(conn)?;
    Ok(true)
}

/// Whether a receipt was noted.
pub fn is_known(conn: &mut Conn, id: &str) -> Result<bool, StoreError> {
    Ok(select(exists(receipts::table.find(id))).get_result(conn)?)
}
