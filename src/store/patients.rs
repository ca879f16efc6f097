//! Table `patients`: who the clinic's patients are and how they sign in.
//! Contacts and birth date are sealed; `*_key` columns are keyed hashes for look-ups.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::patients};
use crate::rules::{
    moment::Moment,
    names::{Channel, Language, PatientId, Scheme, Status},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = patients)]
pub struct Patient {
    pub id: PatientId,
    /// The clinic's record number.
    pub record: String,
    pub first_name: String,
    pub last_name: String,
    pub birth_date_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    pub email_key: Option<Vec<u8>>,
    /// Codes go to proved contacts alone.
    pub email_proved_at: Option<Moment>,
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_key: Option<Vec<u8>>,
    pub phone_proved_at: Option<Moment>,
    pub language: Language,
    pub username: Option<String>,
    pub username_key: Option<Vec<u8>>,
    pub status: Status,
    /// A PHC string; sealed and in base64 while `password_scheme` is foreign.
    pub password_hash: Option<String>,
    pub password_scheme: Scheme,
    /// Which key peppered the hash; 0 where none did.
    pub password_key: i32,
    pub password_set_at: Option<Moment>,
    /// The channel whose code let the patient in last.
    pub last_channel: Option<Channel>,
    pub last_sign_in_at: Option<Moment>,
    pub last_browser: Option<String>,
    pub created_at: Moment,
}

impl Patient {
    /// The sealed contact of a channel, where it was proved.
    pub fn proved_contact(&self, channel: Channel) -> Option<&[u8]> {
        match channel {
            Channel::Email => self.email_proved_at.and(self.email_sealed.as_deref()),
            Channel::Text => self.phone_proved_at.and(self.phone_sealed.as_deref()),
        }
    }

    /// The look-up hash of the contact of a channel.
    pub fn contact_key(&self, channel: Channel) -> Option<&[u8]> {
        match channel {
            Channel::Email => self.email_key.as_deref(),
            Channel::Text => self.phone_key.as_deref(),
        }
    }
}

pub fn by_username(conn: &mut Conn, username_key: &[u8]) -> Result<Option<Patient>, StoreError> {
    Ok(patients::table
        .filter(patients::username_key.eq(username_key))
        .select(Patient::as_select())
        .first(conn)
        .optional()?)
}

pub fn by_id(conn: &mut Conn, id: PatientId) -> Result<Option<Patient>, StoreError> {
    Ok(patients::table.find(id).select(Patient::as_select()).first(conn).optional()?)
}

pub fn by_record(conn: &mut Conn, record: &str) -> Result<Option<Patient>, StoreError> {
    Ok(patients::table.filter(patients::record.eq(record)).select(Patient::as_select()).first(conn).optional()?)
}

/// All patients from `after` on in the order of their ids, at most `most`.
pub fn page_of(conn: &mut Conn, after: PatientId, most: i64) -> Result<Vec<Patient>, StoreError> {
    Ok(patients::table
        .filter(patients::id.gt(after))
        .order(patients::id)
        .limit(most)
        .select(Patient::as_select())
        .load(conn)?)
}

/// At most `most` patients in the order of their record numbers, from the one behind `after` on.
pub fn page_by_record(conn: &mut Conn, after: Option<&str>, most: i64) -> Result<Vec<Patient>, StoreError> {
    let all = patients::table.order(patients::record).limit(most).select(Patient::as_select());
    match after {
        Some(after) => Ok(all.filter(patients::record.gt(after)).load(conn)?),
        None => Ok(all.load(conn)?),
    }
}

pub fn insert(conn: &mut Conn, patient: &Patient) -> Result<(), StoreError> {
    diesel::insert_into(patients::table).values(patient).execute(conn)?;
    Ok(())
}

/// A sign-in was completed.
pub fn signed_in(
    conn: &mut Conn,
    id: PatientId,
    at: Moment,
    browser: &str,
    channel: Option<Channel>,
    language: Option<Language>,
) -> Result<(), StoreError> {
    diesel::update(patients::table.find(id))
        .set((patients::last_sign_in_at.eq(at), patients::last_browser.eq(browser)))
        .execute(conn)?;
    if let Some(channel) = channel {
        diesel::update(patients::table.find(id)).set(patients::last_channel.eq(channel)).execute(conn)?;
    }
    if let Some(language) = language {
        set_language(conn, id, language)?;
    }
    Ok(())
}

pub fn set_language(conn: &mut Conn, id: PatientId, language: Language) -> Result<(), StoreError> {
    diesel::update(patients::table.find(id)).set(patients::language.eq(language)).execute(conn)?;
    Ok(())
}

/// Replaces a hash by one of the same password under today's parameters and key.
pub fn rehash(conn: &mut Conn, id: PatientId, was: &str, hash: &str, key: i32) -> Result<(), StoreError> {
    diesel::update(patients::table.find(id).filter(patients::password_hash.eq(was)))
        .set((
            patients::password_hash.eq(hash),
            patients::password_scheme.eq(Scheme::Own),
            patients::password_key.eq(key),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether a hash made by another program is still stored for anybody.
pub fn any_foreign(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(patients::table.filter(patients::password_scheme.eq(Scheme::Foreign))))
        .get_result(conn)?)
}
