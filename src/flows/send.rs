//! Asking for a code: judged by what was sent before; then code, audit entry and outbox row in one transaction.
//! What can be done about a refusal is told by the value that comes back.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Caller, Closed, Ctx, limits::Counter};
use crate::{
    keys::{Place, Use},
    outbox::{CodeMessage, enqueue_code},
    rules::{
        code::Code as Drawn,
        contact::{Country, Phone},
        event::Event,
        moment::{Moment, hours, minutes},
        names::{AttemptId, Channel, CodeId, Status},
        sending::{self, Asked, Facts, SendVerdict, Used},
    },
    settings::TextProvider,
    store::{
        Conn, StoreError,
        attempts::{self, Attempt},
        audit::Subject,
        captcha_answers,
        codes::{self, Code, Tally},
        opt_outs,
        patients::{self, Patient},
        sessions,
    },
};

/// No attempt lasts longer, however many codes it sends (rule 1).
const LONGEST_ATTEMPT: Duration = hours(2);

/// A wish for a code, with what is drawn for it.
#[derive(Clone)]
pub struct Wish {
    pub attempt_id: AttemptId,
    pub channel: Channel,
    pub asked: Asked,
    /// The CAPTCHA answer that came along, to be used up with the send, and when it could not pass any more.
    pub answer: Option<(Vec<u8>, Moment)>,
    pub code_id: CodeId,
    pub code: Drawn,
    pub caller: Caller,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// Nothing was sent, by a limit or because it was sent already.
    Refused(SendVerdict),
    /// The CAPTCHA answer was used before.
    AnswerUsed,
    /// Too many wrong codes were typed: no new code before this is over.
    Closed(Closed),
    /// There is no proved contact for this channel.
    NoContact,
    /// The attempt is over.
    Gone,
}

/// Queues a code, unless something stands against it.
pub fn ask(conn: &mut Conn, ctx: &Ctx, wish: &Wish) -> Result<Outcome, StoreError> {
    let now = wish.caller.now;
    let Some(attempt) = attempts::by_id(conn, wish.attempt_id)?.filter(|attempt| attempt.is_open(now)) else {
        return Ok(Outcome::Gone);
    };
    let Some(patient) = person(conn, &attempt)? else { return Ok(Outcome::Gone) };
    if let Some(closed) = Counter::person_codes(ctx, patient.id).closed(conn, now)? {
        return Ok(Outcome::Closed(closed));
    }
    let Some(contact) = contact(ctx, &patient, wish.channel)?.filter(|contact| can_carry(ctx, wish.channel, contact))
    else {
        return Ok(Outcome::NoContact);
    };
    let facts = facts(conn, ctx, (&attempt, &patient), &contact, (wish.channel, wish.asked), &wish.caller)?;
    let verdict = judge(ctx, &facts);
    if verdict != SendVerdict::Go {
        return Ok(Outcome::Refused(verdict));
    }
    if let Some((answer, expires_at)) = &wish.answer
        && !captcha_answers::use_up(conn, answer, *expires_at)?
    {
        return Ok(Outcome::AnswerUsed);
    }
    queue(conn, ctx, wish, (&attempt, &patient), &contact)?;
    Ok(Outcome::Sent)
}

fn queue(
    conn: &mut Conn,
    ctx: &Ctx,
    wish: &Wish,
    (attempt, patient): (&Attempt, &Patient),
    contact: &Contact,
) -> Result<(), StoreError> {
    let now = wish.caller.now;
    let expires_at = now.plus(minutes(ctx.settings.codes.minutes)).min(attempt.began_at.plus(LONGEST_ATTEMPT));
    codes::insert(
        conn,
        &Code {
            id: wish.code_id,
            attempt_id: attempt.id,
            patient_id: Some(patient.id),
            purpose: attempt.purpose,
            channel: wish.channel,
            code_mac: ctx.keys.mac(Use::Code, &mac_parts(attempt, wish.code.reveal()).each_ref().map(Vec::as_slice)),
            destination_key: contact.key.clone(),
            network_key: wish.caller.network_key.clone(),
            asked_at: now,
            expires_at,
            ended_at: None,
        },
    )?;
    attempts::sent(conn, attempt.id, wish.channel, now, expires_at)?;
    sessions::extend_attempt(conn, attempt.id, expires_at)?;
    let detail = wish.channel.as_str().to_owned();
    wish.caller.audit(conn, Event::CodeAsked, Subject::Patient(patient.id), "queued", detail)?;
    enqueue_code(
        conn,
        ctx,
        &CodeMessage {
            first_name: &patient.first_name,
            language: wish.caller.language.or(attempt.language).unwrap_or(patient.language),
            channel: wish.channel,
            destination: &contact.address,
            destination_key: &contact.key,
            code: &SecretString::from(wish.code.reveal()),
            asked_at: now,
            expires_at,
            patient_id: Some(patient.id),
            attempt_id: attempt.id,
            code_id: wish.code_id,
        },
    )
}

/// What a code's MAC is over: a code is worth something in its attempt and for its purpose alone.
pub(super) fn mac_parts(attempt: &Attempt, code: &str) -> [Vec<u8>; 3] {
    [attempt.id.0.to_be_bytes().to_vec(), attempt.purpose.as_str().into(), code.into()]
}

/// The person an attempt is about; nobody once staff switched the account off.
pub fn person(conn: &mut Conn, attempt: &Attempt) -> Result<Option<Patient>, StoreError> {
    match attempt.patient_id {
        Some(id) => Ok(patients::by_id(conn, id)?.filter(|patient| patient.status != Status::Disabled)),
        None => Ok(None),
    }
}

/// A proved contact in the clear.
pub struct Contact {
    pub address: SecretString,
    /// Its look-up hash.
    pub key: Vec<u8>,
    /// A number's country; none for an email.
    pub country: Option<Country>,
    /// Whether a text could arrive there.
    pub can_be_texted: bool,
}

/// The patient's proved contact of a channel.
pub fn contact(ctx: &Ctx, patient: &Patient, channel: Channel) -> Result<Option<Contact>, StoreError> {
    let (Some(sealed), Some(key)) = (patient.proved_contact(channel), patient.contact_key(channel)) else {
        return Ok(None);
    };
    let column = match channel {
        Channel::Email => "email_sealed",
        Channel::Text => "phone_sealed",
    };
    let address = ctx.keys.open_text(Place { table: "patients", column, row: patient.id.0 }, sealed)?;
    let phone = match channel {
        Channel::Email => None,
        Channel::Text => Phone::parse(address.expose_secret(), &[]).ok(),
    };
    Ok(Some(Contact {
        address,
        key: key.to_vec(),
        country: phone.as_ref().and_then(Phone::country),
        can_be_texted: phone.is_some_and(|phone| phone.can_be_mobile()),
    }))
}

fn can_carry(ctx: &Ctx, channel: Channel, contact: &Contact) -> bool {
    channel == Channel::Email || (ctx.settings.texts.provider != TextProvider::Off && contact.can_be_texted)
}

/// Everything that decides about one send.
pub fn facts(
    conn: &mut Conn,
    ctx: &Ctx,
    (attempt, patient): (&Attempt, &Patient),
    contact: &Contact,
    (channel, asked): (Channel, Asked),
    caller: &Caller,
) -> Result<Facts, StoreError> {
    let now = caller.now;
    let day = now.minus(sending::DAY);
    let text = channel == Channel::Text;
    let limits = &ctx.settings.limits;
    let used_channel = codes::newest(conn, attempt.id, i64::MAX)?.iter().any(|code| code.channel == channel);
    Ok(Facts {
        now,
        asked,
        channel,
        attempt: sending::Attempt {
            sends: u32::try_from(attempt.sends).unwrap_or(0),
            last_sent_at: attempt.last_sent_at,
            used_channel,
        },
        patient: used(codes::of_patient(conn, patient.id, attempt.purpose, day)?),
        destination: used(codes::of_destination(conn, &contact.key, day)?),
        network: match limits.codes_per_network_hour {
            0 => Used::default(),
            _ => used(codes::of_network(conn, &caller.network_key, now.minus(sending::HOUR))?),
        },
        texts: if text { used(codes::of_texts(conn, day)?) } else { Used::default() },
        country: contact.country,
        opted_out: text && opt_outs::since(conn, &contact.key)?.is_some(),
    })
}

fn used(tally: Tally) -> Used {
    Used { count: u64::try_from(tally.count).unwrap_or(0), oldest: tally.oldest }
}

/// The rules' verdict under the clinic's limits for a sign-in.
pub fn judge(ctx: &Ctx, facts: &Facts) -> SendVerdict {
    with_limits(ctx, |limits| sending::judge(facts, limits))
}

/// How many more codes can be asked for here.
pub fn left(ctx: &Ctx, facts: &Facts) -> u32 {
    with_limits(ctx, |limits| sending::left(facts, limits))
}

fn with_limits<T>(ctx: &Ctx, run: impl Fn(&sending::Limits<'_>) -> T) -> T {
    let settings = &ctx.settings;
    let countries: Vec<Country> = settings.texts.countries.iter().filter_map(|c| Country::parse(c)).collect();
    run(&sending::Limits {
        gap: Duration::from_secs(settings.resend.gap_seconds),
        per_attempt: settings.resend.per_attempt,
        patient_day: settings.limits.codes_per_day.into(),
        destination_day: settings.limits.destination_codes_per_day.into(),
        network_hour: settings.limits.codes_per_network_hour.into(),
        texts_day: Some(settings.texts.per_day),
        countries: &countries,
    })
}
