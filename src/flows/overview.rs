//! What is known of an attempt: the ways for a code to arrive, the newest message, what is left.
//! Read for the pages; nothing here changes anything.

use std::time::Duration;

use super::{
    Caller, Ctx,
    send::{self, Contact},
};
use crate::{
    rules::{
        moment::{Moment, hours},
        names::{Channel, Delivery},
        sending::{Asked, SendVerdict},
    },
    settings::TextProvider,
    store::{
        Conn, StoreError,
        attempts::Attempt,
        codes::{self, Code},
        opt_outs,
        outbox::{self, Row},
        patients::Patient,
    },
};

/// How long a contact whose messages are refused for good is not offered. Refusals come of full or deleted mailboxes,
/// but also of a mail server set up wrongly for an hour; after this a patient may try again.
const REFUSED_FOR: Duration = hours(1);

/// One way for a code to arrive, and what stands against it.
pub struct Way {
    pub channel: Channel,
    pub contact: Option<Contact>,
    pub obstacle: Option<Obstacle>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    NotOnFile,
    /// The clinic sends no texts.
    NoTexts,
    OptedOut {
        since: Moment,
    },
    Landline,
    Country,
    /// The other side refused the last message for good.
    Refused,
    Limit {
        until: Moment,
    },
}

/// Everything the verify pages show of an attempt.
pub struct Overview {
    pub ways: Vec<Way>,
    /// The newest code and its message.
    pub newest: Option<(Code, Option<Row>)>,
    /// The channels of codes that still work.
    pub alive: Vec<Channel>,
    /// How many more codes can be asked for.
    pub left: u32,
}

pub fn look(
    conn: &mut Conn,
    ctx: &Ctx,
    attempt: &Attempt,
    patient: &Patient,
    caller: &Caller,
) -> Result<Overview, StoreError> {
    let codes = codes::newest(conn, attempt.id, i64::MAX)?;
    let alive = codes.iter().filter(|code| caller.now < code.expires_at).map(|code| code.channel).collect();
    let newest = match codes.first() {
        Some(code) => Some((code.clone(), outbox::by_code(conn, attempt.id, code.id)?)),
        None => None,
    };
    let mut ways = Vec::new();
    let mut left = 0;
    for &channel in Channel::ALL {
        let contact = send::contact(ctx, patient, channel)?;
        let obstacle = match &contact {
            Some(contact) => {
                let facts = send::facts(conn, ctx, (attempt, patient), contact, (channel, Asked::Resend), caller)?;
                left = left.max(send::left(ctx, &facts));
                obstacle(conn, ctx, patient, contact, (channel, send::judge(ctx, &facts)), caller)?
            }
            None => Some(Obstacle::NotOnFile),
        };
        ways.push(Way { channel, contact, obstacle });
    }
    ways.sort_by_key(|way| Some(way.channel) != patient.last_channel);
    Ok(Overview { ways, newest, alive, left })
}

fn obstacle(
    conn: &mut Conn,
    ctx: &Ctx,
    patient: &Patient,
    contact: &Contact,
    (channel, verdict): (Channel, SendVerdict),
    caller: &Caller,
) -> Result<Option<Obstacle>, StoreError> {
    let text = channel == Channel::Text;
    if text && ctx.settings.texts.provider == TextProvider::Off {
        return Ok(Some(Obstacle::NoTexts));
    }
    if text && !contact.can_be_texted {
        return Ok(Some(Obstacle::Landline));
    }
    Ok(match verdict {
        SendVerdict::OptedOut => opt_outs::since(conn, &contact.key)?.map(|since| Obstacle::OptedOut { since }),
        SendVerdict::Country => Some(Obstacle::Country),
        SendVerdict::PatientDay { opens_at }
        | SendVerdict::DestinationDay { opens_at }
        | SendVerdict::Network { opens_at }
        | SendVerdict::TextBudget { opens_at } => Some(Obstacle::Limit { until: opens_at }),
        SendVerdict::Go | SendVerdict::AlreadySent | SendVerdict::NoneLeft | SendVerdict::Gap { .. } => {
            let newest = outbox::newest_to(conn, patient.id, &contact.key)?;
            let refused = newest
                .is_some_and(|row| row.state == Delivery::Refused && caller.now.since(row.state_at) < REFUSED_FOR);
            refused.then_some(Obstacle::Refused)
        }
    })
}

impl Overview {
    pub fn way(&self, channel: Channel) -> Option<&Way> {
        self.ways.iter().find(|way| way.channel == channel)
    }
}
