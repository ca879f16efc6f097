//! How a counted try ends: the password was wrong, right, or never looked at.
//! The second of the two writes of a password post.

use std::time::Duration;

use secrecy::SecretString;

use super::{Strangers, Ticket, Try};
use crate::{
    flows::{
        Caller, Ctx,
        finish::{self, Completed},
        known::{self, DeviceCookie, Recognised},
        limits::Counter,
        subject,
    },
    keys::{self, Place, hashing::Stored},
    outbox::{Notice, enqueue_notice},
    rules::{
        device,
        event::Event,
        moment::minutes,
        names::{AttemptId, Kind, PatientId, Purpose, Scheme, SessionId, Status},
        throttle,
    },
    store::{
        Conn, StoreError,
        attempts::{self, Attempt},
        devices::Device,
        patients::{self, Patient},
        sessions::{self, Session},
    },
};

/// The queue for hashing was full: the password was never looked at, so the try was none.
pub fn take_back(conn: &mut Conn, ctx: &Ctx, with: &Try, ticket: &Ticket) -> Result<(), StoreError> {
    if let Recognised::Known { device, .. } = &ticket.browser {
        return Counter::known_browser(ctx, device.id).uncount(conn);
    }
    let counters = Strangers::new(ctx, with);
    counters.pair.uncount(conn)?;
    counters.account.uncount(conn)?;
    counters.network.uncount(conn)
}

/// What the password is held against: the patient's hash, or as much work where there is none.
pub fn stored(ctx: &Ctx, ticket: &Ticket) -> Result<Stored, StoreError> {
    let Some((patient, hash)) = ticket.patient.as_ref().and_then(|p| Some((p, p.password_hash.as_ref()?))) else {
        return Ok(Stored::Nobody);
    };
    match patient.password_scheme {
        Scheme::None => Ok(Stored::Nobody),
        Scheme::Own => Ok(Stored::Own { phc: hash.clone(), key: patient.password_key }),
        Scheme::Foreign => {
            let sealed = data_encoding::BASE64.decode(hash.as_bytes()).map_err(|_| keys::Sealed)?;
            Ok(Stored::Foreign { phc: ctx.keys.open_text(hash_place(patient.id), &sealed)? })
        }
    }
}

/// Where an imported hash is sealed to.
pub fn hash_place(patient: PatientId) -> Place {
    Place { table: "patients", column: "password_hash", row: patient.0 }
}

/// The password was wrong, or nobody has that username. True where hashes of other portals are still stored: then
/// every refusal has to take the same time.
pub fn settle_wrong(conn: &mut Conn, ctx: &Ctx, with: &Try, ticket: &Ticket) -> Result<bool, StoreError> {
    let caller = &with.caller;
    let about = || subject(ticket.patient.as_ref().map(|patient| patient.id), &with.username_key);
    caller.audit(conn, Event::Password, about(), "wrong", String::new())?;
    let count = ticket.account_count;
    let lock_at = ctx.settings.limits.account_failures;
    if let Some(limit) = ticket.limit {
        caller.audit(conn, Event::Limit, about(), limit, "password".to_owned())?;
    }
    match &ticket.patient {
        Some(patient) if throttle::is_told(count, lock_at) && patient.status == Status::Active => {
            let notice = Notice { kind: Kind::ManyFailures, patient, at: caller.now, browser: &caller.browser, count };
            enqueue_notice(conn, ctx, &notice)?;
        }
        _ => {}
    }
    patients::any_foreign(conn)
}

/// What the right password opens, drawn before the transaction.
#[derive(Clone)]
pub struct Opening {
    pub session_id: SessionId,
    /// The token of the session that begins.
    pub token: SecretString,
    pub attempt_id: AttemptId,
    /// Where the patient wanted to go; empty for the home page.
    pub next_path: String,
    /// The session whose cookie came along; it ends.
    pub replaces: Option<SessionId>,
    /// A better hash of the same password and its key, where the stored one is stale.
    pub rehash: Option<(String, i32)>,
}

#[derive(Debug)]
pub enum Settled {
    /// On to the choice of a way to get the code.
    Code(Option<DeviceCookie>),
    /// A remembered browser: signed in.
    In(Option<DeviceCookie>),
    /// Switched off by staff; only the right password is told so.
    Disabled,
    /// The account changed while the password was being hashed: the try counts as wrong.
    Changed,
}

/// The password was right: clears the counters and opens the attempt, or the session where the browser is remembered.
pub fn settle_right(
    conn: &mut Conn,
    ctx: &Ctx,
    with: &Try,
    ticket: &Ticket,
    opening: &Opening,
) -> Result<Settled, StoreError> {
    let caller = &with.caller;
    let Some(patient) = still_the_same(conn, ticket)? else { return Ok(Settled::Changed) };
    clear_counters(conn, ctx, with, ticket)?;
    let about = || subject(Some(patient.id), &[]);
    if patient.status != Status::Active {
        caller.audit(conn, Event::Password, about(), "disabled", String::new())?;
        return Ok(Settled::Disabled);
    }
    caller.audit(conn, Event::Password, about(), "right", String::new())?;
    if let (Some((hash, key)), Some(was)) = (&opening.rehash, &patient.password_hash) {
        patients::rehash(conn, patient.id, was, hash, *key)?;
    }
    if let Some(replaced) = opening.replaces
        && sessions::end(conn, replaced, caller.now, "replaced")?
    {
        caller.audit(conn, Event::SessionEnded, about(), "replaced", String::new())?;
    }
    // Anew: another post of this browser may have been answered while this password was being hashed.
    match known::recognise(conn, ctx, &patient, &with.device_cookies, caller.now)? {
        Recognised::Known { device, presented, rotation } => {
            let (device, cookie) = known::answer(conn, ctx, (&device, &presented, rotation), caller)?;
            from_known_browser(conn, ctx, &patient, (&device, cookie), opening, caller)
        }
        Recognised::Copied(device) => {
            known::end_copied(conn, ctx, &patient, &device, caller)?;
            open_attempt(conn, ctx, &patient, None, opening, caller)?;
            Ok(Settled::Code(None))
        }
        Recognised::Stranger => {
            open_attempt(conn, ctx, &patient, None, opening, caller)?;
            Ok(Settled::Code(None))
        }
    }
}

/// The patient, if the password that fitted is still the one that counts.
fn still_the_same(conn: &mut Conn, ticket: &Ticket) -> Result<Option<Patient>, StoreError> {
    let Some(verified) = &ticket.patient else { return Ok(None) };
    Ok(patients::by_id(conn, verified.id)?.filter(|patient| {
        // The hash alone may change meanwhile: a double click finds it made anew from the same password.
        patient.password_hash.is_some() && patient.password_set_at == verified.password_set_at
    }))
}

fn clear_counters(conn: &mut Conn, ctx: &Ctx, with: &Try, ticket: &Ticket) -> Result<(), StoreError> {
    let counters = Strangers::new(ctx, with);
    if let Recognised::Known { device, .. } = &ticket.browser {
        Counter::known_browser(ctx, device.id).clear(conn)?;
        // A known browser's success says nothing of the strangers who are locked out.
        return Ok(());
    }
    counters.pair.clear(conn)?;
    counters.account.clear(conn)?;
    counters.network.uncount(conn)
}

fn from_known_browser(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    (device, cookie): (&Device, Option<DeviceCookie>),
    opening: &Opening,
    caller: &Caller,
) -> Result<Settled, StoreError> {
    // Passwords that must be changed do not exist yet; when they do, this is where the code is asked for all the same.
    if !device::replaces_code(device.remembered_until, false, caller.now) {
        open_attempt(conn, ctx, patient, Some(device), opening, caller)?;
        return Ok(Settled::Code(cookie));
    }
    let done = Completed {
        patient,
        session_id: opening.session_id,
        token: &opening.token,
        channel: None,
        attempt_id: None,
        device: Some(device),
        language: caller.language,
    };
    finish::sign_in(conn, ctx, &done, caller)?;
    Ok(Settled::In(cookie))
}

/// How long the choice of a way may take; a code that is asked for makes the attempt live as long as it.
const CHOICE: Duration = minutes(30);

fn open_attempt(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    device: Option<&Device>,
    opening: &Opening,
    caller: &Caller,
) -> Result<(), StoreError> {
    let now = caller.now;
    let ends_at = now.plus(CHOICE);
    attempts::insert(
        conn,
        &Attempt {
            id: opening.attempt_id,
            purpose: Purpose::SignIn,
            hidden: false,
            patient_id: Some(patient.id),
            language: caller.language,
            next_path: opening.next_path.clone(),
            network_key: caller.network_key.clone(),
            channel: None,
            wrong_codes: 0,
            sends: 0,
            last_sent_at: None,
            began_at: now,
            ends_at,
            ended_at: None,
            outcome: None,
            used_code_id: None,
            draft_sealed: None,
        },
    )?;
    sessions::insert(
        conn,
        &Session {
            id: opening.session_id,
            token_key: finish::token_key(ctx, &opening.token),
            patient_id: Some(patient.id),
            attempt_id: Some(opening.attempt_id),
            full: false,
            browser: caller.browser.clone(),
            device_id: device.map(|device| device.id),
            began_at: now,
            proved_at: None,
            before_at: None,
            before_browser: None,
            last_used_at: now,
            ends_at,
            ended_at: None,
            ended_why: None,
        },
    )
}
