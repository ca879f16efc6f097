//! What every request can reach: one value, built at start, shared by all workers.
//! Handlers take it as `web::Data<App>`.

use std::sync::Arc;

use secrecy::SecretString;

use crate::{
    keys::{Keys, hashing::Hasher},
    outbox::{Ctx, Outbox},
    outside::captcha::Captcha,
    rules::{code::Alphabet, moment::Clock},
    settings::Settings,
    store::Store,
    web::{address::Proxies, errors::Painter, headers::Headers, page::Look, statics::Statics},
    words::Words,
};

/// What codes are made of, by their channel.
pub struct Alphabets {
    pub email: Alphabet,
    pub text: Alphabet,
}

pub struct App {
    pub settings: Arc<Settings>,
    pub keys: Keys,
    pub store: Store,
    pub clock: Clock,
    pub words: Words,
    /// What the flows need of all this, cheap to clone into a transaction.
    pub ctx: Ctx,
    pub hasher: Hasher,
    pub outbox: Outbox,
    pub captcha: Captcha,
    /// Signs what the text provider posts to us; none where the clinic sends no texts.
    pub texts_token: Option<SecretString>,
    pub alphabets: Alphabets,
    /// Links and marks of every page.
    pub look: Arc<Look>,
    pub statics: Statics,
    pub proxies: Proxies,
    pub headers: Headers,
    /// Draws the page of a [`crate::web::Failure`]. Pages own it; plumbing only calls it.
    pub paint: Painter,
}
