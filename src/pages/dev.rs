//! `/dev/outbox`, in the demo only: every email and text just sent.
//! Refreshes by itself; a script adds a button that copies the code.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, ServiceConfig},
};
use askama::Template;

use super::turn::{Turn, draw};
use crate::{
    outbox::messages::{self, samples},
    outside::caught::{self, Tray},
    rules::{
        code::{Candidate, candidate},
        names::{Channel, Language},
    },
    web::{
        Failure,
        app::Alphabets,
        headers::Policy,
        page::{Door, Page},
        route::page,
    },
    words::When,
};

#[derive(Template)]
#[template(path = "pages/dev.html")]
pub struct OutboxPage {
    pub page: Page,
    /// The newest first.
    pub messages: Vec<Caught>,
    /// One of every message there is, to look at.
    pub gallery: Vec<Sample>,
}

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Caught {
    pub id: u64,
    pub channel: Channel,
    pub to: String,
    pub at: When,
    /// Empty for texts.
    pub subject: String,
    /// The text, or the mail's text part.
    pub body: String,
    /// The code in it, where it carries one.
    pub code: Option<String>,
    /// Whether there is an HTML part at `/dev/outbox/{id}/html`.
    pub html: bool,
}

/// A message of the gallery.
#[derive(Clone, Debug)]
pub struct Sample {
    pub language: Language,
    pub channel: Channel,
    /// What it is, as the outbox names it: `code`, `new-device`, …
    pub kind: String,
    pub subject: String,
    pub body: String,
    /// Path of its HTML part; empty for texts.
    pub html: String,
}

/// Registers the demo's pages over what its catcher caught.
pub fn routes(tray: &Tray) -> impl Fn(&mut ServiceConfig) + Clone + Send + 'static {
    let tray = tray.clone();
    move |services| {
        services
            .app_data(Data::new(tray.clone()))
            .service(page("/dev/outbox", show))
            .service(page("/dev/outbox/{id}/html", show_html));
    }
}

async fn show(turn: Turn, tray: Data<Tray>) -> Result<HttpResponse, Failure> {
    let messages = tray.all().iter().map(|message| turn.caught(message)).collect();
    let gallery = samples(&turn.app.ctx, turn.now)?.into_iter().enumerate().map(in_gallery).collect();
    draw(StatusCode::OK, &OutboxPage { page: turn.page(Door::Closed), messages, gallery })
}

fn in_gallery((place, sample): (usize, messages::Sample)) -> Sample {
    Sample {
        language: sample.language,
        channel: sample.channel,
        kind: sample.kind.as_str().to_owned(),
        subject: sample.subject,
        body: sample.text,
        html: if sample.html.is_empty() { String::new() } else { format!("/dev/outbox/sample-{place}/html") },
    }
}

/// A mail's HTML part as a page of its own, where nothing in it can do anything.
async fn show_html(turn: Turn, id: Path<String>, tray: Data<Tray>) -> Result<HttpResponse, Failure> {
    let html = match id.strip_prefix("sample-") {
        Some(place) => {
            let mut all = samples(&turn.app.ctx, turn.now)?;
            let place = place.parse().ok().filter(|&place: &usize| place < all.len()).ok_or(Failure::NotFound)?;
            all.swap_remove(place).html
        }
        None => id.parse().ok().and_then(|id| tray.get(id)).map(|message| message.html.clone()).unwrap_or_default(),
    };
    if html.is_empty() {
        return Err(Failure::NotFound);
    }
    let mut response = HttpResponse::build(StatusCode::OK).content_type("text/html; charset=utf-8").body(html);
    response.extensions_mut().insert(Policy::Mail);
    Ok(response)
}

impl Turn {
    fn caught(&self, message: &caught::Caught) -> Caught {
        Caught {
            id: message.id,
            channel: message.channel,
            to: message.to.clone(),
            at: self.when(message.at),
            subject: message.subject.clone(),
            body: message.text.clone(),
            code: code_in(&self.app.alphabets, message),
            html: !message.html.is_empty(),
        }
    }
}

/// The one code in a message, found as the code page would find it.
pub fn code_in(alphabets: &Alphabets, message: &caught::Caught) -> Option<String> {
    let alphabet = match message.channel {
        Channel::Email => &alphabets.email,
        Channel::Text => &alphabets.text,
    };
    match candidate(&message.text, &[alphabet]) {
        Candidate::Code(code) => Some(code.reveal().to_owned()),
        _ => None,
    }
}
