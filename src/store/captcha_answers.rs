//! Table `captcha_answers`: CAPTCHA answers that were used, kept until they could not pass any more.

use diesel::{dsl::exists, prelude::*, select};

use super::{Conn, StoreError, schema::captcha_answers};
use crate::rules::moment::Moment;

/// Uses an answer up; false where it was used already. Call inside a write.
pub fn use_up(conn: &mut Conn, answer_key: &[u8], expires_at: Moment) -> Result<bool, StoreError> {
    if select(exists(captcha_answers::table.find(answer_key))).get_result(conn)? {
        return Ok(false);
    }
    diesel::insert_into(captcha_answers::table)
        .values((captcha_answers::answer_key.eq(answer_key), captcha_answers::expires_at.eq(expires_at)))
        .execute(conn)?;
    Ok(true)
}
