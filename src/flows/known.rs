//! Browsers a patient is known by: recognised by their cookie, given a new token at each use, remembered where asked.
//! One cookie per patient, so that a family can share a browser.

use std::collections::HashMap;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Caller, Ctx};
use crate::{
    keys::Lookup,
    outbox::{Notice, enqueue_notice},
    rules::{
        device::{self, DeviceVerdict, Rotation},
        event::Event,
        moment::Moment,
        names::{DeviceId, Kind, PatientId},
    },
    store::{
        Conn, StoreError,
        audit::Subject,
        devices::{self, Device},
        patients::Patient,
    },
};

/// What the name of every device cookie begins with.
pub const COOKIE_PREFIX: &str = "__Host-device-";

/// The device cookies of a request, by name.
pub type Cookies = HashMap<String, SecretString>;

/// A device cookie on its way to the browser.
#[derive(Clone, Debug)]
pub struct DeviceCookie {
    pub name: String,
    pub token: SecretString,
    /// When row and cookie end.
    pub ends_at: Moment,
}

/// What the presented cookie says of the browser.
#[derive(Clone, Debug)]
pub enum Recognised {
    /// Its patient knows this browser by the token it presented.
    Known {
        device: Device,
        presented: SecretString,
        /// None for the same click once more.
        rotation: Option<Rotation>,
    },
    /// A token that had its time came back: somebody holds a copy.
    Copied(Device),
    Stranger,
}

/// The name of the cookie by which this patient's browsers are known; it names nobody to anybody else.
pub fn cookie_name(ctx: &Ctx, patient: PatientId) -> String {
    let tag = ctx.keys.lookup(Lookup::DeviceCookieName, &[&patient.0.to_be_bytes()]);
    format!("{COOKIE_PREFIX}{}", data_encoding::HEXLOWER.encode(&tag[..8]))
}

fn token_key(ctx: &Ctx, token: &SecretString) -> Vec<u8> {
    ctx.keys.lookup(Lookup::Device, &[token.expose_secret().as_bytes()])
}

pub fn recognise(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    cookies: &Cookies,
    now: Moment,
) -> Result<Recognised, StoreError> {
    let Some(token) = cookies.get(&cookie_name(ctx, patient.id)) else { return Ok(Recognised::Stranger) };
    let key = token_key(ctx, token);
    let found = devices::by_token(conn, patient.id, &key)?
        .filter(|(device, _)| now < device::ends_at(device.remembered_until, device.last_used_at));
    let Some((device, retired_at)) = found else { return Ok(Recognised::Stranger) };
    let presented = match retired_at {
        Some(at) => device::Presented::Retired { at },
        None if device.token_key == key => device::Presented::Current,
        None => device::Presented::Before,
    };
    Ok(match device::judge(presented, now) {
        DeviceVerdict::Known(rotation) => {
            let repeat = device::is_repeat(presented, device.last_used_at, now);
            Recognised::Known { device, presented: token.clone(), rotation: (!repeat).then_some(rotation) }
        }
        DeviceVerdict::Reused => Recognised::Copied(device),
        DeviceVerdict::Unknown => Recognised::Stranger,
    })
}

/// The token that follows `before`, given out at `at`. Made with a key from what the browser holds, so that a double
/// click can be answered with the same one again.
pub fn next_token(ctx: &Ctx, before: &SecretString, at: Moment) -> SecretString {
    let bytes = ctx.keys.lookup(Lookup::Device, &[b"next", before.expose_secret().as_bytes(), &at.0.to_be_bytes()]);
    SecretString::from(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// What a known browser is answered with at the password: its next token, or, for the same click once more, the same
/// again where it can be made again. Without one, what it presented stays good.
pub fn answer(
    conn: &mut Conn,
    ctx: &Ctx,
    (device, presented, rotation): (&Device, &SecretString, Option<Rotation>),
    caller: &Caller,
) -> Result<(Device, Option<DeviceCookie>), StoreError> {
    if let Some(rotation) = rotation {
        let next = next_token(ctx, presented, caller.now);
        let (device, cookie) = rotate(conn, ctx, (device, rotation), &next, caller)?;
        return Ok((device, Some(cookie)));
    }
    let again = next_token(ctx, presented, device.last_used_at);
    Ok((device.clone(), cookie_if_current(ctx, device, &again)))
}

/// Gives a known browser its next token.
pub fn rotate(
    conn: &mut Conn,
    ctx: &Ctx,
    (device, rotation): (&Device, Rotation),
    next: &SecretString,
    caller: &Caller,
) -> Result<(Device, DeviceCookie), StoreError> {
    let mut device = device.clone();
    let (retired, retired_at) = match rotation {
        Rotation::Forward { retired_at } => (device.before_key.replace(device.token_key.clone()), retired_at),
        Rotation::Replace { retired_at } => (Some(device.token_key.clone()), retired_at),
    };
    if let Some(retired) = retired {
        devices::retire(conn, device.id, &retired, retired_at)?;
    }
    device.token_key = token_key(ctx, next);
    device.last_used_at = caller.now;
    device.browser.clone_from(&caller.browser);
    device.mobile = caller.mobile;
    devices::update(conn, &device)?;
    let cookie = cookie(ctx, &device, next);
    Ok((device, cookie))
}

/// The cookie for a browser whose token is this one, if it still is.
pub fn cookie_if_current(ctx: &Ctx, device: &Device, token: &SecretString) -> Option<DeviceCookie> {
    (token_key(ctx, token) == device.token_key).then(|| cookie(ctx, device, token))
}

/// The cookie that tells a browser its token.
pub fn cookie(ctx: &Ctx, device: &Device, token: &SecretString) -> DeviceCookie {
    DeviceCookie {
        name: cookie_name(ctx, device.patient_id),
        token: token.clone(),
        ends_at: device::ends_at(device.remembered_until, device.last_used_at),
    }
}

/// A copied token ends the browser's row, and the patient is told.
pub fn end_copied(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    device: &Device,
    caller: &Caller,
) -> Result<(), StoreError> {
    devices::forget(conn, device.id)?;
    caller.audit(conn, Event::Device, Subject::Patient(patient.id), "used-twice", device.browser.clone())?;
    enqueue_notice(
        conn,
        ctx,
        &Notice { kind: Kind::DeviceTwice, patient, at: caller.now, browser: &device.browser, count: 0 },
    )
}

/// A browser in which a sign-in was completed for the first time; the least recently used makes room.
pub fn meet(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    (id, token): (DeviceId, &SecretString),
    caller: &Caller,
) -> Result<Device, StoreError> {
    let others: Vec<_> =
        devices::of_patient(conn, patient.id)?.into_iter().map(|device| (device.id, device.last_used_at)).collect();
    for id in device::to_make_room(&others, ctx.settings.remember.most_devices) {
        devices::forget(conn, id)?;
        caller.audit(conn, Event::Device, Subject::Patient(patient.id), "made-room", String::new())?;
    }
    let device = Device {
        id,
        patient_id: patient.id,
        token_key: token_key(ctx, token),
        before_key: None,
        browser: caller.browser.clone(),
        mobile: caller.mobile,
        first_seen_at: caller.now,
        last_used_at: caller.now,
        remembered_until: None,
    };
    devices::insert(conn, &device)?;
    caller.audit(conn, Event::Device, Subject::Patient(patient.id), "known", caller.browser.clone())?;
    enqueue_notice(
        conn,
        ctx,
        &Notice { kind: Kind::NewDevice, patient, at: caller.now, browser: &caller.browser, count: 0 },
    )?;
    Ok(device)
}

/// "Skip this step next time": for the days of this kind of device, counted from now. A browser known from before is
/// given its next token with it, so that its cookie learns the new last day.
pub fn remember(conn: &mut Conn, ctx: &Ctx, device: &mut Device, caller: &Caller) -> Result<(), StoreError> {
    let remember = &ctx.settings.remember;
    let days = if caller.mobile { remember.mobile_days } else { remember.desktop_days };
    device.remembered_until = Some(device::remembered_until(caller.now, days));
    devices::update(conn, device)?;
    caller.audit(conn, Event::Device, Subject::Patient(device.patient_id), "remembered", format!("{days} days"))
}
