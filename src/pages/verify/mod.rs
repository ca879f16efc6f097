//! The three verify pages, which every flow passes through.
//! They know whether an attempt may show what is known, and nothing of what comes after.

pub mod choose;
pub mod code;
pub mod resend;

use secrecy::ExposeSecret as _;

use super::turn::Turn;
use crate::{
    flows::{
        self,
        overview::Overview,
        send::{Contact, Outcome, Wish},
    },
    keys,
    rules::{
        code::{Alphabet, draw},
        contact::{Email, Phone},
        moment::Moment,
        names::{Channel, CodeId},
        sending::Asked,
    },
    web::{Failure, page::Destination, visit::Walking},
    words::Voice,
};

/// What is known of the attempt, read anew for each page.
pub async fn overview(turn: &Turn, walking: &Walking) -> Result<Overview, Failure> {
    let (ctx, caller) = (turn.app.ctx.clone(), turn.caller());
    let (attempt, patient) = (walking.attempt.clone(), walking.patient.clone());
    Ok(turn.app.store.read(move |conn| flows::overview::look(conn, &ctx, &attempt, &patient, &caller)).await?)
}

/// Asks for a code over a channel, with the CAPTCHA answer that it uses up.
pub async fn send(
    turn: &Turn,
    walking: &Walking,
    channel: Channel,
    asked: Asked,
    answer: Option<(Vec<u8>, Moment)>,
) -> Result<Outcome, Failure> {
    let wish = Wish {
        attempt_id: walking.attempt.id,
        channel,
        asked,
        answer,
        code_id: CodeId(keys::random_id()),
        code: draw(alphabet(turn, channel), keys::fill_random),
        caller: turn.caller(),
    };
    let ctx = turn.app.ctx.clone();
    let outcome = turn.app.store.write(move |conn| flows::send::ask(conn, &ctx, &wish)).await?;
    turn.app.outbox.wake();
    Ok(outcome)
}

/// What the codes of a channel are made of.
pub fn alphabet(turn: &Turn, channel: Channel) -> &Alphabet {
    match channel {
        Channel::Email => &turn.app.alphabets.email,
        Channel::Text => &turn.app.alphabets.text,
    }
}

/// A contact as a page may show it.
pub fn destination(voice: &Voice, channel: Channel, contact: &Contact) -> Option<Destination> {
    match channel {
        Channel::Email => {
            let email = Email::parse(contact.address.expose_secret()).ok()?;
            let spoken = email.spoken();
            Some(Destination::email(voice, &email.mask(), spoken.first, spoken.site, &spoken.ending))
        }
        Channel::Text => {
            let phone = Phone::parse(contact.address.expose_secret(), &[]).ok()?;
            Some(Destination::phone(voice, &phone.mask(), phone.last_two()))
        }
    }
}
