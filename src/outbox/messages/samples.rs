//! One of every message in both languages, filled with a made-up person: for the demo's gallery.

use super::{Facts, filled, host};
use crate::{
    outbox::{Ctx, Message},
    rules::{
        moment::{Moment, minutes},
        names::{Channel, Kind, Language, OutboxId},
    },
    store::StoreError,
};

/// A message as its reader would see it.
pub struct Sample {
    pub kind: Kind,
    pub channel: Channel,
    pub language: Language,
    /// Empty for texts.
    pub subject: String,
    pub text: String,
    /// Empty for texts.
    pub html: String,
}

/// Every message there is.
///
/// # Errors
/// When a template cannot be rendered.
pub fn samples(ctx: &Ctx, now: Moment) -> Result<Vec<Sample>, StoreError> {
    let mut all = Vec::new();
    for &kind in Kind::ALL {
        for &language in Language::ALL {
            for &channel in Channel::ALL {
                all.push(sample(ctx, (kind, channel, language), now)?);
            }
        }
    }
    Ok(all)
}

fn sample(ctx: &Ctx, (kind, channel, language): (Kind, Channel, Language), now: Moment) -> Result<Sample, StoreError> {
    let voice = &ctx.words.voice(language);
    let codes = &ctx.settings.codes;
    let code = match channel {
        Channel::Email => "TM3KX2",
        Channel::Text => "194728",
    };
    let facts = Facts {
        voice,
        first_name: "Jordan",
        accent: &ctx.settings.brand.accent,
        host: host(&ctx.settings),
        code,
        at: &voice.words.when(language, now, now),
        until: &voice.words.when(language, now.plus(minutes(codes.minutes)), now),
        browser: &voice.browser("Chrome/Windows"),
        count: codes.tries,
    };
    Ok(match filled(ctx, (kind, channel), "", &facts, OutboxId(0))? {
        Message::Email { subject, text, html, .. } => Sample { kind, channel, language, subject, text, html },
        Message::Text { body, .. } => {
            Sample { kind, channel, language, subject: String::new(), text: body, html: String::new() }
        }
    })
}
