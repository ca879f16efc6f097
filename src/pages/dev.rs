//! `/dev/outbox`, in the demo only: every email and text just sent.
//! Refreshes by itself; a script adds a button that copies the code.

use askama::Template;

use crate::{
    rules::names::{Channel, Language},
    web::page::Page,
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
