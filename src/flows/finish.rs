//! The end of a sign-in: the session becomes full, the browser known, the patient in.
//! The only place where a sign-in succeeds.

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Caller, Ctx,
    known::{self, DeviceCookie},
};
use crate::{
    keys::Lookup,
    rules::{
        device,
        event::Event,
        moment::{Moment, hours, minutes},
        names::{AttemptId, Channel, DeviceId, Language, SessionId},
        session,
    },
    store::{
        Conn, StoreError,
        audit::{self, Entry, Subject},
        devices::{self, Device},
        patients::{self, Patient},
        sessions::{self, Session},
    },
};

/// The look-up hash under which a session's token is kept.
pub fn token_key(ctx: &Ctx, token: &SecretString) -> Vec<u8> {
    ctx.keys.lookup(Lookup::Session, &[token.expose_secret().as_bytes()])
}

/// The token of the session that follows the code. Made from the token before it, so that a double click, which still
/// carries that one, can be given the same session again; made with a key, so that nobody else can tell it.
pub fn successor(ctx: &Ctx, before: &SecretString, attempt: AttemptId) -> SecretString {
    let bytes = ctx
        .keys
        .lookup(Lookup::Session, &[b"after the code", before.expose_secret().as_bytes(), &attempt.0.to_be_bytes()]);
    SecretString::from(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// The token by which the browser is known after the code; made like [`successor`], and for the same reason.
pub fn device_token(ctx: &Ctx, before: &SecretString, attempt: AttemptId) -> SecretString {
    let bytes = ctx
        .keys
        .lookup(Lookup::Device, &[b"after the code", before.expose_secret().as_bytes(), &attempt.0.to_be_bytes()]);
    SecretString::from(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// What a sign-in may need that is drawn at random, and what the patient ticked.
#[derive(Clone)]
pub struct Fresh {
    pub session_id: SessionId,
    pub device_id: DeviceId,
    /// "Skip this step next time".
    pub skip: bool,
}

/// How a sign-in was completed.
pub struct Completed<'a> {
    pub patient: &'a Patient,
    pub session_id: SessionId,
    pub token: &'a SecretString,
    /// The channel whose code it was; none where a remembered browser stood in for it.
    pub channel: Option<Channel>,
    pub attempt_id: Option<AttemptId>,
    /// The known browser it happened in, if it is one.
    pub device: Option<&'a Device>,
    /// The language explicitly chosen on the way; saved with the patient.
    pub language: Option<Language>,
}

/// Writes the full session, ends the oldest where there are too many, and notes the sign-in.
pub fn sign_in(conn: &mut Conn, ctx: &Ctx, done: &Completed<'_>, caller: &Caller) -> Result<(), StoreError> {
    let (patient, now) = (done.patient, caller.now);
    make_room(conn, ctx, patient, caller)?;
    sessions::insert(
        conn,
        &Session {
            id: done.session_id,
            token_key: token_key(ctx, done.token),
            patient_id: Some(patient.id),
            attempt_id: done.attempt_id,
            full: true,
            browser: caller.browser.clone(),
            device_id: done.device.map(|device| device.id),
            began_at: now,
            proved_at: done.channel.map(|_| now),
            before_at: patient.last_sign_in_at,
            before_browser: patient.last_browser.clone(),
            last_used_at: now,
            ends_at: now.plus(hours(ctx.settings.sessions.absolute_hours)),
            ended_at: None,
            ended_why: None,
        },
    )?;
    patients::signed_in(conn, patient.id, now, &caller.browser, done.channel, done.language)?;
    let how = if done.channel.is_some() { "code" } else { "remembered" };
    caller.audit(conn, Event::SignIn, Subject::Patient(patient.id), how, caller.browser.clone())
}

fn make_room(conn: &mut Conn, ctx: &Ctx, patient: &Patient, caller: &Caller) -> Result<(), StoreError> {
    let (limits, now) = (limits(ctx), caller.now);
    let mut alive = Vec::new();
    for open in sessions::open_of(conn, patient.id)? {
        let facts = session::Facts { began_at: open.began_at, last_used_at: open.last_used_at };
        let why = match session::judge(facts, limits, now) {
            session::SessionVerdict::Alive { .. } => {
                alive.push((open.id, open.began_at));
                continue;
            }
            session::SessionVerdict::Idle => "idle",
            session::SessionVerdict::Over => "absolute",
        };
        sessions::end(conn, open.id, now, why)?;
        caller.audit(conn, Event::SessionEnded, Subject::Patient(patient.id), why, String::new())?;
    }
    for id in session::to_make_room(&alive, ctx.settings.sessions.most) {
        sessions::end(conn, id, now, "evicted")?;
        caller.audit(conn, Event::SessionEnded, Subject::Patient(patient.id), "evicted", String::new())?;
    }
    Ok(())
}

/// The spans of rule 11 from the settings.
pub fn limits(ctx: &Ctx) -> session::Limits {
    let settings = &ctx.settings.sessions;
    session::Limits {
        idle: minutes(settings.idle_minutes),
        warn: std::time::Duration::from_secs(settings.warn_seconds),
        absolute: hours(settings.absolute_hours),
    }
}

/// The browser after a code: known from now on, remembered where the box was ticked. The cookie is there where there
/// is a new token to tell the browser.
pub fn browser(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    known_as: Option<DeviceId>,
    (fresh, token): (&Fresh, &SecretString),
    caller: &Caller,
) -> Result<(Device, Option<DeviceCookie>), StoreError> {
    let found = match known_as {
        Some(id) => devices::by_id(conn, id)?.filter(|device| device.patient_id == patient.id),
        None => None,
    };
    let is_known = found.is_some();
    let mut device = match found {
        Some(device) => device,
        None => known::meet(conn, ctx, patient, (fresh.device_id, token), caller)?,
    };
    if fresh.skip {
        known::remember(conn, ctx, &mut device, caller)?;
    }
    match (is_known, fresh.skip) {
        (true, false) => Ok((device, None)),
        (true, true) => {
            let forward = device::Rotation::Forward { retired_at: caller.now };
            let (device, cookie) = known::rotate(conn, ctx, (&device, forward), token, caller)?;
            Ok((device, Some(cookie)))
        }
        (false, _) => {
            let cookie = known::cookie(ctx, &device, token);
            Ok((device, Some(cookie)))
        }
    }
}

/// Most sessions that one sweep ends, so that it holds the database for a moment only.
const SWEPT: i64 = 500;

/// Writes down the end of sessions that nobody came back to. They are worth nothing from that moment on in any case:
/// this is for the audit and for the patient's list. Tells how many there were.
pub fn sweep(conn: &mut Conn, ctx: &Ctx, now: Moment) -> Result<usize, StoreError> {
    let limits = limits(ctx);
    let over = sessions::run_out(conn, now.minus(limits.idle), now, SWEPT)?;
    for open in &over {
        let why = if open.ends_at <= now { "absolute" } else { "idle" };
        sessions::end(conn, open.id, now, why)?;
        let entry = Entry {
            at: now,
            actor: "system".to_owned(),
            event: Event::SessionEnded,
            subject: open.patient_id.map_or(Subject::System, Subject::Patient),
            address: String::new(),
            outcome: why,
            detail: open.browser.clone(),
        };
        audit::write(conn, &entry)?;
    }
    Ok(over.len())
}
