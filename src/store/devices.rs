//! Tables `devices` and `device_tokens`: the browsers a patient signed in with, known or remembered.
//! Only keyed hashes of their tokens are kept, the retired ones too, so that a copy that comes back is noticed.

use diesel::{OptionalExtension as _, prelude::*};

use super::{
    Conn, StoreError,
    schema::{device_tokens, devices},
};
use crate::rules::{
    moment::Moment,
    names::{DeviceId, PatientId},
};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = devices)]
pub struct Device {
    pub id: DeviceId,
    pub patient_id: PatientId,
    pub token_key: Vec<u8>,
    /// The token before the current one.
    pub before_key: Option<Vec<u8>>,
    pub browser: String,
    pub mobile: bool,
    pub first_seen_at: Moment,
    pub last_used_at: Moment,
    /// Until then it replaces the code; none where it is only known.
    pub remembered_until: Option<Moment>,
}

pub fn insert(conn: &mut Conn, device: &Device) -> Result<(), StoreError> {
    diesel::insert_into(devices::table).values(device).execute(conn)?;
    Ok(())
}

/// The patient's device that has, or once had, this token, and since when it has it no more.
pub fn by_token(
    conn: &mut Conn,
    patient: PatientId,
    token_key: &[u8],
) -> Result<Option<(Device, Option<Moment>)>, StoreError> {
    let of_patient = || devices::table.filter(devices::patient_id.eq(patient)).select(Device::as_select());
    let live = of_patient()
        .filter(devices::token_key.eq(token_key).or(devices::before_key.eq(token_key)))
        .first(conn)
        .optional()?;
    if let Some(device) = live {
        return Ok(Some((device, None)));
    }
    let retired: Option<(DeviceId, Moment)> = device_tokens::table
        .find(token_key)
        .select((device_tokens::device_id, device_tokens::retired_at))
        .first(conn)
        .optional()?;
    let Some((id, at)) = retired else { return Ok(None) };
    let device = of_patient().filter(devices::id.eq(id)).first(conn).optional()?;
    Ok(device.map(|device| (device, Some(at))))
}

pub fn by_id(conn: &mut Conn, id: DeviceId) -> Result<Option<Device>, StoreError> {
    Ok(devices::table.find(id).select(Device::as_select()).first(conn).optional()?)
}

/// Least recently used first.
pub fn of_patient(conn: &mut Conn, patient: PatientId) -> Result<Vec<Device>, StoreError> {
    Ok(devices::table
        .filter(devices::patient_id.eq(patient))
        .order(devices::last_used_at)
        .select(Device::as_select())
        .load(conn)?)
}

/// Stores the tokens, use and days of a device after a sign-in.
pub fn update(conn: &mut Conn, device: &Device) -> Result<(), StoreError> {
    diesel::update(devices::table.find(device.id))
        .set((
            devices::token_key.eq(&device.token_key),
            devices::before_key.eq(&device.before_key),
            devices::browser.eq(&device.browser),
            devices::mobile.eq(device.mobile),
            devices::last_used_at.eq(device.last_used_at),
            devices::remembered_until.eq(device.remembered_until),
        ))
        .execute(conn)?;
    Ok(())
}

/// Remembers a token that no longer opens anything.
pub fn retire(conn: &mut Conn, device: DeviceId, token_key: &[u8], at: Moment) -> Result<(), StoreError> {
    diesel::insert_into(device_tokens::table)
        .values((
            device_tokens::token_key.eq(token_key),
            device_tokens::device_id.eq(device),
            device_tokens::retired_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn forget(conn: &mut Conn, id: DeviceId) -> Result<(), StoreError> {
    diesel::delete(devices::table.find(id)).execute(conn)?;
    Ok(())
}
