//! What is said: the code by email and by text, and the notices, in the patient's language.
//! Words come from `locales/*/messages.ftl`, markup from `templates/messages/`.

use askama::Template;
use secrecy::ExposeSecret as _;

use super::{CodeMessage, Ctx, Message, Notice, gsm7};
use crate::{
    rules::{
        moment::Moment,
        names::{Channel, Kind, Language, OutboxId},
    },
    store::StoreError,
    words::Voice,
};

#[derive(Template)]
#[template(path = "messages/code.txt", whitespace = "preserve")]
struct CodeText<'a> {
    voice: &'a Voice,
    first_name: &'a str,
    code: &'a str,
    /// Minutes from when it was asked for.
    left: u64,
    /// When it was asked for.
    at: &'a str,
}

#[derive(Template)]
#[template(path = "messages/code.html")]
struct CodeHtml<'a> {
    voice: &'a Voice,
    first_name: &'a str,
    code: &'a str,
    left: u64,
    at: &'a str,
}

#[derive(Template)]
#[template(path = "messages/notice.txt", whitespace = "preserve")]
struct NoticeText<'a> {
    voice: &'a Voice,
    first_name: &'a str,
    what: &'a str,
    date: &'a str,
    at: &'a str,
    /// "Chrome on Windows"; empty where unknown.
    browser: &'a str,
    not_you: &'a str,
}

#[derive(Template)]
#[template(path = "messages/notice.html")]
struct NoticeHtml<'a> {
    voice: &'a Voice,
    first_name: &'a str,
    subject: &'a str,
    what: &'a str,
    date: &'a str,
    at: &'a str,
    browser: &'a str,
    not_you: &'a str,
}

/// The code, by the channel it goes.
pub(super) fn code(ctx: &Ctx, message: &CodeMessage<'_>, id: OutboxId) -> Result<Message, StoreError> {
    let voice = &ctx.words.voice(message.language);
    let code = message.code.expose_secret();
    let to = message.destination.expose_secret().to_owned();
    let left = message.expires_at.since(message.asked_at).as_secs().div_ceil(60);
    if message.channel == Channel::Text {
        return Ok(Message::Text { to, body: code_text(ctx, voice, code, left) });
    }
    let at = &ctx.words.time(message.language, message.asked_at, message.asked_at);
    let first_name = message.first_name;
    Ok(Message::Email {
        to,
        subject: voice.t("messages-code-subject").to_owned(),
        text: rendered(&CodeText { voice, first_name, code, left, at })?,
        html: rendered(&CodeHtml { voice, first_name, code, left, at })?,
        message_id: message_id(ctx, id),
    })
}

/// One segment: the code first, and last the line by which browsers offer it to this site alone.
/// Source: "Origin-bound one-time codes delivered via SMS", WICG.
fn code_text(ctx: &Ctx, voice: &Voice, code: &str, left: u64) -> String {
    let sentence = gsm7::plain(&voice.t2("messages-text-code", "code", code, "left", left));
    format!("{sentence}\n\n@{} #{code}", host(ctx))
}

/// A notice, by the channel it goes.
pub(super) fn notice(
    ctx: &Ctx,
    notice: &Notice<'_>,
    channel: Channel,
    to: &str,
    id: OutboxId,
) -> Result<Message, StoreError> {
    let Some(ids) = ids(notice.kind) else {
        return Err(StoreError::Broken(format!("{} is no notice", notice.kind.as_str())));
    };
    let language = notice.patient.language;
    let voice = &ctx.words.voice(language);
    let to = to.to_owned();
    if channel == Channel::Text {
        return Ok(Message::Text { to, body: notice_text(ctx, voice, &ids, notice.at, notice.count) });
    }
    let (date, at) = (&ctx.words.date(language, notice.at), &ctx.words.time(language, notice.at, notice.at));
    let (what, browser) = (&voice.t1(ids.what, "count", notice.count), &voice.browser(notice.browser));
    let (subject, not_you) = (voice.t(ids.subject), voice.t(ids.not_you));
    let first_name = &notice.patient.first_name;
    Ok(Message::Email {
        to,
        subject: subject.to_owned(),
        text: rendered(&NoticeText { voice, first_name, what, date, at, browser, not_you })?,
        html: rendered(&NoticeHtml { voice, first_name, subject, what, date, at, browser, not_you })?,
        message_id: message_id(ctx, id),
    })
}

fn notice_text(ctx: &Ctx, voice: &Voice, ids: &Ids, at: Moment, count: u32) -> String {
    let at = ctx.words.time(voice.language, at, at);
    gsm7::plain(&voice.t2(ids.text, "at", at, "count", count))
}

/// The sentences of a notice.
struct Ids {
    subject: &'static str,
    what: &'static str,
    not_you: &'static str,
    text: &'static str,
}

fn ids(kind: Kind) -> Option<Ids> {
    Some(match kind {
        Kind::Code => return None,
        Kind::NewDevice => Ids {
            subject: "messages-new-device-subject",
            what: "messages-new-device",
            not_you: "messages-notice-not-you",
            text: "messages-text-new-device",
        },
        Kind::WrongCodes => Ids {
            subject: "messages-wrong-codes-subject",
            what: "messages-wrong-codes",
            not_you: "messages-wrong-codes-not-you",
            text: "messages-text-wrong-codes",
        },
        Kind::DeviceTwice => Ids {
            subject: "messages-device-twice-subject",
            what: "messages-device-twice",
            not_you: "messages-notice-not-you",
            text: "messages-text-device-twice",
        },
        Kind::ManyFailures => Ids {
            subject: "messages-many-failures-subject",
            what: "messages-many-failures",
            not_you: "messages-notice-not-you",
            text: "messages-text-many-failures",
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
#[must_use]
pub fn too_long(ctx: &Ctx) -> Vec<TooLong> {
    let mut found = Vec::new();
    for &language in Language::ALL {
        let voice = ctx.words.voice(language);
        for &kind in Kind::ALL {
            let septets = longest(ctx, &voice, kind);
            if septets > gsm7::SEGMENT {
                found.push(TooLong { kind, language, septets });
            }
        }
    }
    found
}

/// The most septets a text of this kind takes. A clock time has a digit more or less by the hour.
fn longest(ctx: &Ctx, voice: &Voice, kind: Kind) -> usize {
    let texts: Vec<String> = match ids(kind) {
        Some(ids) => [0, 6]
            .map(|hours| Moment(hours * 3_600_000))
            .map(|at| notice_text(ctx, voice, &ids, at, ctx.settings.limits.account_failures.max(100)))
            .into(),
        None => vec![code_text(ctx, voice, &"0".repeat(ctx.settings.codes.length), ctx.settings.codes.minutes)],
    };
    texts.iter().map(|text| gsm7::septets(text).unwrap_or(usize::MAX)).max().unwrap_or(0)
}

/// The same for every try of a message.
fn message_id(ctx: &Ctx, id: OutboxId) -> String {
    format!("<{:016x}@{}>", id.0, host(ctx))
}

fn host(ctx: &Ctx) -> &str {
    ctx.settings.public_url.host_str().unwrap_or("localhost")
}

fn rendered(template: &impl Template) -> Result<String, StoreError> {
    template.render().map_err(|error| StoreError::Broken(format!("a message cannot be rendered: {error}")))
}

#[cfg(test)]
mod tests;
