//! What is said: the code by email and by text, and the notices, in the patient's language.
//! Words come from `locales/*/messages.ftl`, markup from `templates/messages/`.

mod samples;

use std::time::Duration;

use askama::Template;
use secrecy::ExposeSecret as _;

pub use samples::{Sample, samples};

use super::{CodeMessage, Ctx, Message, Notice, gsm7};
use crate::{
    rules::{
        moment::{Moment, days, hours},
        names::{Channel, Kind, Language, OutboxId},
    },
    settings::Settings,
    store::StoreError,
    words::{Voice, When, Words},
};

/// How long before a notice its reader is taken to be, so that its time carries the date: mail is read days later.
const DATED: Duration = days(2);

/// What messages are filled with. Each template takes what it needs.
struct Facts<'a> {
    voice: &'a Voice,
    first_name: &'a str,
    accent: &'a str,
    host: &'a str,
    code: &'a str,
    /// When the code was asked for, or the thing happened.
    at: &'a When,
    /// When the code expires.
    until: &'a When,
    /// "Chrome on Windows".
    browser: &'a str,
    count: u32,
}

/// One function a template, filling its fields from the facts of the same names.
macro_rules! templates {
    ($($name:ident = $path:literal $whitespace:literal ($($field:ident: $type:ty = $fact:ident),*);)+) => { $(
        fn $name(facts: &Facts<'_>) -> Result<String, StoreError> {
            #[derive(Template)]
            #[template(path = $path, whitespace = $whitespace)]
            struct Filled<'a> {
                voice: &'a Voice,
                $($field: $type),*
            }
            let filled = Filled { voice: facts.voice, $($field: facts.$fact),* };
            filled.render().map_err(|error| StoreError::Broken(format!("a message cannot be rendered: {error}")))
        }
    )+ };
}

templates! {
    code_txt = "messages/code.txt" "preserve" (first_name: &'a str = first_name, code: &'a str = code, asked: &'a When = at, until: &'a When = until);
    code_html = "messages/code.html" "minimize" (first_name: &'a str = first_name, code: &'a str = code, asked: &'a When = at, until: &'a When = until, accent: &'a str = accent);
    code_text = "messages/code-text.txt" "preserve" (code: &'a str = code, host: &'a str = host);
    new_device_txt = "messages/new-device.txt" "preserve" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser);
    new_device_html = "messages/new-device.html" "minimize" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, accent: &'a str = accent);
    new_device_text = "messages/new-device-text.txt" "preserve" (at: &'a When = at, browser: &'a str = browser);
    wrong_codes_txt = "messages/wrong-codes.txt" "preserve" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, count: u32 = count);
    wrong_codes_html = "messages/wrong-codes.html" "minimize" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, count: u32 = count, accent: &'a str = accent);
    wrong_codes_text = "messages/wrong-codes-text.txt" "preserve" (at: &'a When = at, count: u32 = count);
    device_twice_txt = "messages/device-twice.txt" "preserve" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser);
    device_twice_html = "messages/device-twice.html" "minimize" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, accent: &'a str = accent);
    device_twice_text = "messages/device-twice-text.txt" "preserve" (at: &'a When = at);
    many_failures_txt = "messages/many-failures.txt" "preserve" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, count: u32 = count);
    many_failures_html = "messages/many-failures.html" "minimize" (first_name: &'a str = first_name, at: &'a When = at, browser: &'a str = browser, count: u32 = count, accent: &'a str = accent);
    many_failures_text = "messages/many-failures-text.txt" "preserve" (at: &'a When = at, count: u32 = count);
}

type Fill = fn(&Facts<'_>) -> Result<String, StoreError>;

/// The templates of a kind: a mail's text part and HTML part, and the text.
fn fills(kind: Kind) -> (Fill, Fill, Fill) {
    match kind {
        Kind::Code => (code_txt, code_html, code_text),
        Kind::NewDevice => (new_device_txt, new_device_html, new_device_text),
        Kind::WrongCodes => (wrong_codes_txt, wrong_codes_html, wrong_codes_text),
        Kind::DeviceTwice => (device_twice_txt, device_twice_html, device_twice_text),
        Kind::ManyFailures => (many_failures_txt, many_failures_html, many_failures_text),
    }
}

/// The subject of a mail of this kind. It never holds the code.
fn subject(kind: Kind, facts: &Facts<'_>) -> String {
    let voice = facts.voice;
    match kind {
        Kind::Code => voice.t1("message-code-subject", "at", facts.at),
        Kind::NewDevice => voice.t("message-new-device-subject").to_owned(),
        Kind::WrongCodes => voice.t("message-wrong-codes-subject").to_owned(),
        Kind::DeviceTwice => voice.t("message-device-twice-subject").to_owned(),
        Kind::ManyFailures => voice.t("message-many-failures-subject").to_owned(),
    }
}

/// The code, by the channel it goes.
pub(super) fn code(ctx: &Ctx, message: &CodeMessage<'_>, id: OutboxId) -> Result<Message, StoreError> {
    let when = |at| ctx.words.when(message.language, at, message.asked_at);
    let facts = Facts {
        voice: &ctx.words.voice(message.language),
        first_name: message.first_name,
        accent: &ctx.settings.brand.accent,
        host: host(&ctx.settings),
        code: message.code.expose_secret(),
        at: &when(message.asked_at),
        until: &when(message.expires_at),
        browser: "",
        count: 0,
    };
    filled(ctx, (Kind::Code, message.channel), message.destination.expose_secret(), &facts, id)
}

/// A notice, by the channel it goes.
pub(super) fn notice(
    ctx: &Ctx,
    notice: &Notice<'_>,
    channel: Channel,
    to: &str,
    id: OutboxId,
) -> Result<Message, StoreError> {
    let language = notice.patient.language;
    let voice = &ctx.words.voice(language);
    let now = if channel == Channel::Email { notice.at.plus(DATED) } else { notice.at };
    let at = &ctx.words.when(language, notice.at, now);
    let browser = &match voice.browser(notice.browser) {
        unknown if unknown.is_empty() => voice.t("browser-unknown").to_owned(),
        known => known,
    };
    let facts = Facts {
        voice,
        first_name: &notice.patient.first_name,
        accent: &ctx.settings.brand.accent,
        host: host(&ctx.settings),
        code: "",
        at,
        until: at,
        browser,
        count: notice.count,
    };
    filled(ctx, (notice.kind, channel), to, &facts, id)
}

fn filled(
    ctx: &Ctx,
    (kind, channel): (Kind, Channel),
    to: &str,
    facts: &Facts<'_>,
    id: OutboxId,
) -> Result<Message, StoreError> {
    let (plain, html, text) = fills(kind);
    let to = to.to_owned();
    Ok(match channel {
        Channel::Text => Message::Text { to, body: gsm7::plain(&text(facts)?) },
        Channel::Email => Message::Email {
            to,
            subject: subject(kind, facts),
            text: plain(facts)?,
            html: html(facts)?,
            message_id: format!("<{:016x}@{}>", id.0, host(&ctx.settings)),
        },
    })
}

/// A text that would take more than one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    pub kind: Kind,
    pub language: Language,
    /// Of 160.
    pub septets: usize,
}

/// Every text in both languages that is too long with the clinic's own names, for `serve` to refuse.
///
/// # Errors
/// When a template cannot be rendered at all.
pub fn too_long(settings: &Settings, words: &Words) -> Result<Vec<TooLong>, StoreError> {
    let mut found = Vec::new();
    for &language in Language::ALL {
        for &kind in Kind::ALL {
            let septets = longest((settings, words), language, kind)?;
            if septets > gsm7::SEGMENT {
                found.push(TooLong { kind, language, septets });
            }
        }
    }
    Ok(found)
}

/// The most septets a text of this kind takes.
fn longest((settings, words): (&Settings, &Words), language: Language, kind: Kind) -> Result<usize, StoreError> {
    let voice = &words.voice(language);
    let (_, _, text) = fills(kind);
    let code = &"0".repeat(settings.codes.length);
    let mut most = 0;
    // A clock time has a digit more or less by the hour, whatever the zone.
    for at in [0, 3, 6, 9].map(hours).map(|since| Moment(0).plus(since)) {
        let at = &words.when(language, at, at);
        for browser in browsers(voice) {
            let facts = Facts {
                voice,
                first_name: "",
                accent: "",
                host: host(settings),
                code,
                at,
                until: at,
                browser: &browser,
                count: settings.limits.account_failures.max(settings.codes.tries),
            };
            most = most.max(gsm7::septets(&gsm7::plain(&text(&facts)?)).unwrap_or(usize::MAX));
        }
    }
    Ok(most)
}

/// The longest names that browsers come by.
fn browsers(voice: &Voice) -> [String; 2] {
    [voice.t("browser-unknown").to_owned(), voice.browser("Samsung Internet/Chrome OS")]
}

fn host(settings: &Settings) -> &str {
    settings.public_url.host_str().unwrap_or("localhost")
}

#[cfg(test)]
mod tests;
