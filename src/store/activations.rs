//! Table `activations`: the code with which a waiting patient signs up, one a patient, kept as a keyed hash.
//! A new code takes the place of the old one.

use diesel::{OptionalExtension as _, prelude::*};

use super::{Conn, StoreError, schema::activations};
use crate::rules::{moment::Moment, names::PatientId};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = activations)]
pub struct Activation {
    pub patient_id: PatientId,
    /// Look-up hash of the folded code.
    pub code_key: Vec<u8>,
    pub issued_at: Moment,
    pub expires_at: Moment,
    /// Wrong birth dates that were given with it.
    pub tries: i32,
}

pub fn of_patient(conn: &mut Conn, patient: PatientId) -> Result<Option<Activation>, StoreError> {
    Ok(activations::table.find(patient).select(Activation::as_select()).first(conn).optional()?)
}

/// Stores a patient's code. Call inside the write that made it.
pub fn put(conn: &mut Conn, activation: &Activation) -> Result<(), StoreError> {
    diesel::delete(activations::table.find(activation.patient_id)).execute(conn)?;
    diesel::insert_into(activations::table).values(activation).execute(conn)?;
    Ok(())
}
