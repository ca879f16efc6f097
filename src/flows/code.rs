//! The code step: compared, counted and used up in one transaction.
//! Fifty right codes at once let in one; fifty wrong ones are counted as exactly as many as an attempt allows.

use std::time::Duration;

use secrecy::SecretString;

use super::{
    Caller, Closed, Ctx,
    finish::{self, Completed, Fresh},
    known::{self, DeviceCookie},
    limits::Counter,
    send::{mac_parts, person},
};
use crate::{
    keys::Use,
    outbox::{Notice, enqueue_notice},
    rules::{
        code::Code as Typed,
        event::Event,
        names::{AttemptId, CodeId, DeviceId, Kind, SessionId, Status},
    },
    store::{
        Conn, StoreError,
        attempts::{self, Attempt},
        audit::Subject,
        codes::{self, Code},
        devices,
        patients::Patient,
        sessions,
    },
};

/// Of an attempt's codes the newest three work, for mail is slow and arrives out of order (rule 1).
const ALIVE: usize = 3;

/// How long a double click is given the same session again (rule 1).
pub const DOUBLE_CLICK: Duration = Duration::from_secs(10);

/// A typed code on its way to be compared.
#[derive(Clone)]
pub struct Try {
    pub attempt_id: AttemptId,
    /// The session that asks, and its token.
    pub session_id: SessionId,
    pub token: SecretString,
    pub code: Typed,
    pub known_as: Option<DeviceId>,
    pub fresh: Fresh,
    pub caller: Caller,
}

#[derive(Debug)]
pub enum Checked {
    /// Signed in: the session's new token, the browser's cookie where it gets a new one, where the patient wanted to go.
    In { token: SecretString, device: Option<DeviceCookie>, next_path: String },
    /// This many tries are left.
    Wrong { left: u32 },
    /// It was a code of this attempt, but its time is over. Costs no try.
    Expired,
    /// That was one wrong code too many: the attempt is over.
    Over,
    /// Wrong codes over several attempts closed the code step. Costs no try.
    Closed(Closed),
    /// The attempt had ended.
    Gone,
}

/// Compares one code with the attempt's, counts it where it is wrong and uses the attempt up where it is right.
pub fn check(conn: &mut Conn, ctx: &Ctx, with: &Try) -> Result<Checked, StoreError> {
    let now = with.caller.now;
    let Some(attempt) = attempts::by_id(conn, with.attempt_id)? else { return Ok(Checked::Gone) };
    if attempt.ended_at.is_some() {
        return again(conn, ctx, with, &attempt);
    }
    if !attempt.is_open(now) {
        return Ok(Checked::Gone);
    }
    let Some(patient) = person(conn, &attempt)?.filter(|patient| patient.status == Status::Active) else {
        return Ok(Checked::Gone);
    };
    let counter = Counter::person_codes(ctx, patient.id);
    if let Some(closed) = counter.closed(conn, now)? {
        return Ok(Checked::Closed(closed));
    }
    match find(ctx, &attempt, &codes::newest(conn, attempt.id, i64::MAX)?, with) {
        Found::Alive(code) => succeed(conn, ctx, with, (&attempt, &patient), &code),
        Found::Old => Ok(Checked::Expired),
        Found::Nothing => fail(conn, ctx, with, (&attempt, &patient), &counter),
    }
}

enum Found {
    Alive(Code),
    /// Expired, or three newer ones were asked for since.
    Old,
    Nothing,
}

/// Compares with every code of the attempt, whatever the first says, so that time tells nothing.
fn find(ctx: &Ctx, attempt: &Attempt, newest_first: &[Code], with: &Try) -> Found {
    let parts = mac_parts(attempt, with.code.reveal());
    let parts = parts.each_ref().map(Vec::as_slice);
    let mut found = Found::Nothing;
    for (age, code) in newest_first.iter().enumerate() {
        if ctx.keys.fits(Use::Code, &parts, &code.code_mac) && !matches!(found, Found::Alive(_)) {
            let alive = age < ALIVE && code.ended_at.is_none() && with.caller.now < code.expires_at;
            found = if alive { Found::Alive(code.clone()) } else { Found::Old };
        }
    }
    found
}

fn succeed(
    conn: &mut Conn,
    ctx: &Ctx,
    with: &Try,
    (attempt, patient): (&Attempt, &Patient),
    code: &Code,
) -> Result<Checked, StoreError> {
    let caller = &with.caller;
    let now = caller.now;
    caller.audit(conn, Event::Code, Subject::Patient(patient.id), "right", code.channel.as_str().to_owned())?;
    codes::end_all(conn, attempt.id, now)?;
    attempts::end(conn, attempt.id, now, "done", Some(code.id))?;
    sessions::end(conn, with.session_id, now, "promoted")?;
    Counter::person_codes(ctx, patient.id).clear(conn)?;
    let device_token = finish::device_token(ctx, &with.token, attempt.id);
    let (device, cookie) = finish::browser(conn, ctx, patient, with.known_as, (&with.fresh, &device_token), caller)?;
    let token = finish::successor(ctx, &with.token, attempt.id);
    let done = Completed {
        patient,
        session_id: with.fresh.session_id,
        token: &token,
        channel: Some(code.channel),
        attempt_id: Some(attempt.id),
        device: Some(&device),
        language: caller.language.or(attempt.language),
    };
    finish::sign_in(conn, ctx, &done, caller)?;
    Ok(Checked::In { token, device: cookie, next_path: attempt.next_path.clone() })
}

fn fail(
    conn: &mut Conn,
    ctx: &Ctx,
    with: &Try,
    (attempt, patient): (&Attempt, &Patient),
    counter: &Counter,
) -> Result<Checked, StoreError> {
    let caller = &with.caller;
    let now = caller.now;
    let about = || Subject::Patient(patient.id);
    caller.audit(conn, Event::Code, about(), "wrong", String::new())?;
    if let Some(limit) = counter.count(conn, now)?.outcome() {
        caller.audit(conn, Event::Limit, about(), limit, "code".to_owned())?;
    }
    let wrong = u32::try_from(attempts::count_wrong(conn, attempt.id)?).unwrap_or(u32::MAX);
    let left = ctx.settings.codes.tries.saturating_sub(wrong);
    if left > 0 {
        return Ok(Checked::Wrong { left });
    }
    codes::end_all(conn, attempt.id, now)?;
    attempts::end(conn, attempt.id, now, "wrong-codes", None)?;
    sessions::end(conn, with.session_id, now, "wrong-codes")?;
    caller.audit(conn, Event::AttemptEnded, about(), "wrong-codes", String::new())?;
    let notice = Notice { kind: Kind::WrongCodes, patient, at: now, browser: &caller.browser, count: wrong };
    enqueue_notice(conn, ctx, &notice)?;
    Ok(Checked::Over)
}

/// A double click: the code that ended this attempt, posted again by the same browser within ten seconds.
fn again(conn: &mut Conn, ctx: &Ctx, with: &Try, attempt: &Attempt) -> Result<Checked, StoreError> {
    let (Some(used), Some(ended_at)) = (attempt.used_code_id, attempt.ended_at) else { return Ok(Checked::Gone) };
    let in_time = with.caller.now.since(ended_at) < DOUBLE_CLICK;
    let tries = i32::try_from(ctx.settings.codes.tries).unwrap_or(i32::MAX);
    if !in_time || attempt.wrong_codes >= tries {
        return Ok(Checked::Gone);
    }
    let same = codes::newest(conn, attempt.id, i64::MAX)?.iter().any(|code| is_code(ctx, attempt, code, used, with));
    if !same {
        // Whoever holds a copy of the session's cookie must not try them all meanwhile.
        attempts::count_wrong(conn, attempt.id)?;
        return Ok(Checked::Gone);
    }
    let token = finish::successor(ctx, &with.token, attempt.id);
    let session = sessions::by_token(conn, &finish::token_key(ctx, &token))?.filter(|open| open.ended_at.is_none());
    let Some(session) = session else { return Ok(Checked::Gone) };
    let device = match session.device_id {
        Some(id) => devices::by_id(conn, id)?,
        None => None,
    };
    let device_token = finish::device_token(ctx, &with.token, attempt.id);
    let cookie = device.and_then(|device| known::cookie_if_current(ctx, &device, &device_token));
    Ok(Checked::In { token, device: cookie, next_path: attempt.next_path.clone() })
}

fn is_code(ctx: &Ctx, attempt: &Attempt, code: &Code, used: CodeId, with: &Try) -> bool {
    let parts = mac_parts(attempt, with.code.reveal());
    code.id == used && ctx.keys.fits(Use::Code, &parts.each_ref().map(Vec::as_slice), &code.code_mac)
}
