//! The whole program put together from its settings: what `serve`, `demo` and the tests share.
//! Built first, started after; nothing here listens or runs by itself.

use std::{net::TcpListener, path::Path, sync::Arc};

use actix_web::{
    dev::Server,
    web::{Data, ServiceConfig},
};
use anyhow::Context as _;

use crate::{
    keys::{Keys, hashing::Hasher},
    ops,
    outbox::{Ctx, Outbox},
    outside::captcha::Captcha,
    pages,
    rules::{code::Alphabet, moment::Clock},
    settings::{Database, Settings, TextProvider},
    store::{Link, Store},
    web::{App, address::Proxies, app::Alphabets, headers::Headers, page::Look, server, statics::Statics},
    words::{Markup, Words},
};

/// Everything a server's requests reach, from the settings and the keys.
pub fn build(settings: Settings, keys: Keys, clock: Clock) -> anyhow::Result<Data<App>> {
    let statics = Statics::new(&settings.brand.accent);
    let logo = settings.logo().map_err(|finding| anyhow::anyhow!("{finding}"))?;
    let look = Look {
        style_href: statics.href("style.css").into_owned(),
        script_href: statics.href("script.js").into_owned(),
        icon_href: statics.href("icon.svg").into_owned(),
        logo: logo.map(Markup::trusted),
    };
    let alphabet = |letters: &str, key: &'static str| {
        Alphabet::parse(letters, settings.codes.length).with_context(|| format!("codes.{key}"))
    };
    let alphabets = Alphabets {
        email: alphabet(&settings.codes.email_alphabet, "email_alphabet")?,
        text: alphabet(&settings.codes.text_alphabet, "text_alphabet")?,
    };
    let words = Words::new(&settings);
    let store = Store::open(link(&settings)?);
    let limits = &settings.limits;
    let hasher = Hasher::new(keys.clone(), limits.hashing, limits.hashing_queue).context("no thread for hashing")?;
    let captcha = Captcha::new(&settings.captcha, keys.clone()).map_err(|unfit| anyhow::anyhow!("{unfit}"))?;
    let texts_token = match settings.texts.provider {
        TextProvider::Twilio => Some(settings.auth_token().map_err(|finding| anyhow::anyhow!("{finding}"))?),
        TextProvider::Off => None,
    };
    let (proxies, headers) = (Proxies::new(&settings.trusted_proxies), Headers::new(&settings));
    let settings = Arc::new(settings);
    Ok(Data::new(App {
        ctx: Ctx { settings: settings.clone(), keys: keys.clone(), words: words.clone() },
        settings,
        keys,
        store,
        clock,
        words,
        hasher,
        outbox: Outbox::default(),
        captcha,
        texts_token,
        alphabets,
        look: Arc::new(look),
        statics,
        proxies,
        headers,
        paint: pages::error::paint,
    }))
}

/// Where the settings say the database is.
pub fn link(settings: &Settings) -> anyhow::Result<Link> {
    match settings.database().map_err(|finding| anyhow::anyhow!("{finding}"))? {
        Database::Sqlite(path) => Ok(Link::Sqlite(path)),
        Database::Postgres(url) => Ok(Link::Postgres(url)),
    }
}

/// The keys that the settings name.
pub fn keys(settings: &Settings, clock: &Clock) -> anyhow::Result<Keys> {
    let path: &Path = &settings.secret_key_file;
    Keys::load(path, clock.clone()).with_context(|| format!("secret_key_file {}", path.display()))
}

/// The public server with every page, and `more` where a command adds to them.
pub fn serve(
    app: &Data<App>,
    listener: TcpListener,
    more: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let pages = pages::routes(app);
    server::listen(app.clone(), listener, move |services: &mut ServiceConfig| {
        ops::configure(services);
        more(services);
        pages(services);
    })
}
