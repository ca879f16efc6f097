//! What every request can reach: one value, built at start, shared by all workers.
//! Handlers take it as `web::Data<App>`.

use std::sync::Arc;

use crate::{
    keys::Keys,
    rules::moment::Clock,
    settings::Settings,
    store::Store,
    web::{address::Proxies, errors::Painter, headers::Headers, statics::Statics},
    words::Words,
};

pub struct App {
    pub settings: Arc<Settings>,
    pub keys: Keys,
    pub store: Store,
    pub clock: Clock,
    pub words: Words,
    pub statics: Statics,
    pub proxies: Proxies,
    pub headers: Headers,
    /// Draws the page of a [`crate::web::Failure`]. Pages own it; plumbing only calls it.
    pub paint: Painter,
}
