//! What the text provider tells us: what became of a text, and who texted STOP or START.
//! Twilio's form. A receipt may come twice, out of order, and before our own record of the text.

use super::{Ctx, record::audit_delivery};
use crate::{
    keys::Lookup,
    rules::{
        contact::Phone,
        event::Event,
        moment::Moment,
        names::{Channel, Delivery},
    },
    store::{
        Conn, StoreError,
        audit::{self, Entry, Subject},
        opt_outs, outbox, receipts,
    },
};

/// Twilio's final statuses, and what they are to us. `sent` and those before it say no more than that Twilio has it.
const FINAL: [(&str, Delivery); 5] = [
    ("delivered", Delivery::Delivered),
    ("read", Delivery::Delivered),
    ("undelivered", Delivery::Refused),
    ("failed", Delivery::Refused),
    ("canceled", Delivery::Refused),
];
/// Twilio's error for a phone that opted out, when it comes with a receipt.
const UNSUBSCRIBED: &str = "21610";

/// What the texts of a whole body mean, where the provider does not say. Twilio's own words for STOP, START and HELP,
/// and what people write in Spanish.
const STOP: [&str; 13] = [
    "STOP",
    "STOPALL",
    "STOP ALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "OPTOUT",
    "REVOKE",
    "ALTO",
    "PARAR",
    "BASTA",
    "CANCELAR",
];
const START: [&str; 6] = ["START", "UNSTOP", "YES", "INICIAR", "EMPEZAR", "COMENZAR"];
const HELP: [&str; 3] = ["HELP", "INFO", "AYUDA"];

/// What a message from the provider came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A text moved on.
    Moved,
    OptedOut,
    OptedIn,
    /// Somebody asks for help; the provider answers that.
    Help,
    /// Told before.
    Replay,
    /// Nothing that concerns us.
    Nothing,
}

/// Takes in one signed message of the provider: its parameters as posted, no name twice. Call inside a write.
pub fn receive(
    conn: &mut Conn,
    ctx: &Ctx,
    params: &[(String, String)],
    at: Moment,
    address: &str,
) -> Result<Told, StoreError> {
    let param = |name: &str| params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let Some(id) = param("MessageSid").or_else(|| param("SmsSid")).filter(|id| (1..=64).contains(&id.len())) else {
        return Ok(Told::Nothing);
    };
    match (param("MessageStatus"), param("From")) {
        (Some(status), _) => delivery(conn, id, status, param("ErrorCode"), at),
        (None, Some(from)) => {
            let choice = choice(param("OptOutType"), param("Body").unwrap_or_default());
            incoming(conn, ctx, (id, from), choice, (at, address))
        }
        (None, None) => Ok(Told::Nothing),
    }
}

fn delivery(conn: &mut Conn, id: &str, status: &str, error: Option<&str>, at: Moment) -> Result<Told, StoreError> {
    let Some((status, state)) = FINAL.into_iter().find(|(name, _)| *name == status) else { return Ok(Told::Nothing) };
    if !receipts::first_time(conn, &note(id, status), at)? {
        return Ok(Told::Replay);
    }
    let error = error.filter(|code| !code.is_empty() && code.len() <= 8 && code.bytes().all(|b| b.is_ascii_digit()));
    let answer = error.map_or_else(|| status.to_owned(), |code| format!("{status} {code}"));
    advance(conn, id, state, &answer, at)
}

/// What came before the text's own record is taken in now.
pub(super) fn catch_up(conn: &mut Conn, id: &str, at: Moment) -> Result<(), StoreError> {
    for (status, state) in FINAL {
        if receipts::is_known(conn, &note(id, status))? {
            advance(conn, id, state, status, at)?;
        }
    }
    Ok(())
}

/// Moves a text on, never back: from handed over to its end, and no further.
fn advance(conn: &mut Conn, id: &str, state: Delivery, answer: &str, at: Moment) -> Result<Told, StoreError> {
    match outbox::by_provider_id(conn, Channel::Text, id)? {
        Some(row) if row.state == Delivery::HandedOver => {
            outbox::advance(conn, row.id, state, at, answer)?;
            audit_delivery(conn, &row, state, at)?;
            if answer.ends_with(UNSUBSCRIBED) {
                opt_outs::add(conn, &row.destination_key, at)?;
                audit_choice(conn, &row.destination_key, "stop", at, "")?;
            }
            Ok(Told::Moved)
        }
        _ => Ok(Told::Nothing),
    }
}

fn incoming(
    conn: &mut Conn,
    ctx: &Ctx,
    (id, from): (&str, &str),
    choice: Option<Told>,
    (at, address): (Moment, &str),
) -> Result<Told, StoreError> {
    let (Some(choice), Ok(phone)) = (choice, Phone::parse(from, &[])) else { return Ok(Told::Nothing) };
    if choice == Told::Help {
        return Ok(choice);
    }
    if !receipts::first_time(conn, &note(id, "choice"), at)? {
        return Ok(Told::Replay);
    }
    let key = ctx.keys.lookup(Lookup::Phone, &[phone.reveal().as_bytes()]);
    if choice == Told::OptedOut {
        opt_outs::add(conn, &key, at)?;
        audit_choice(conn, &key, "stop", at, address)?;
    } else {
        opt_outs::remove(conn, &key)?;
        audit_choice(conn, &key, "start", at, address)?;
    }
    Ok(choice)
}

/// What somebody wants who texts us: the provider's word for it, else the whole body's.
fn choice(opt_out_type: Option<&str>, body: &str) -> Option<Told> {
    if let Some(told) = opt_out_type.filter(|told| !told.trim().is_empty()) {
        return match told.trim().to_ascii_uppercase().as_str() {
            "STOP" => Some(Told::OptedOut),
            "START" => Some(Told::OptedIn),
            "HELP" => Some(Told::Help),
            _ => None,
        };
    }
    let whole = body.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase();
    let whole = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    match whole.as_str() {
        word if STOP.contains(&word) => Some(Told::OptedOut),
        word if START.contains(&word) => Some(Told::OptedIn),
        word if HELP.contains(&word) => Some(Told::Help),
        _ => None,
    }
}

/// The entry of a phone that opted out or in.
pub(super) fn audit_choice(
    conn: &mut Conn,
    phone_key: &[u8],
    outcome: &'static str,
    at: Moment,
    address: &str,
) -> Result<(), StoreError> {
    audit::write(
        conn,
        &Entry {
            at,
            actor: if address.is_empty() { "system" } else { "patient" }.to_owned(),
            event: Event::Texts,
            subject: Subject::Unknown(phone_key.to_vec()),
            address: address.to_owned(),
            outcome,
            detail: String::new(),
        },
    )
}

/// Under what a receipt is noted.
fn note(id: &str, what: &str) -> String {
    format!("{id}:{what}")
}

#[cfg(test)]
mod tests;
