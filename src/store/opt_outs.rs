//! Table `opt_outs`: phone numbers that texted STOP, by their look-up hash, and since when.
//! START takes the row away again.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::opt_outs};
use crate::rules::moment::Moment;

pub fn since(conn: &mut Conn, phone_key: &[u8]) -> Result<Option<Moment>, StoreError> {
    Ok(opt_outs::table.find(phone_key).select(opt_outs::since).first(conn).optional()?)
}

/// Opts a number out; the first STOP's time stays. Call inside a write.
pub fn add(conn: &mut Conn, phone_key: &[u8], at: Moment) -> Result<(), StoreError> {
    if since(conn, phone_key)?.is_none() {
        diesel::insert_into(opt_outs::table)
            .values((opt_outs::phone_key.eq(phone_key), opt_outs::since.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}

pub fn remove(conn: &mut Conn, phone_key: &[u8]) -> Result<(), StoreError> {
    diesel::delete(opt_outs::table.find(phone_key)).execute(conn)?;
    Ok(())
}
