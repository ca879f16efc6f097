//! The one way a POST's body reaches a handler: every check of a form passed, in their order.
//! Site, origin, kind and size of the body, token, then the fields; a handler that takes a [`Form`] cannot skip one.

use std::{future::Future, marker::PhantomData, pin::Pin, time::Duration};

use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap, HeaderValue},
    web::Data,
};
use futures_util::StreamExt as _;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{
    rules::names::Language,
    web::{
        App, Failure, Refusal, Visitor,
        fields::{self, Field},
        tokens::{self, Binding, TokenVerdict},
    },
};

/// The largest body any form needs, with room; bytes.
pub const MOST_BYTES: usize = 64 * 1024;
/// How long a body may take to arrive; a phone on a bad line needs a few seconds for what a form holds.
pub const BODY_TIME: Duration = Duration::from_secs(20);
/// The hidden input that carries the token.
pub const TOKEN: &str = "token";
/// The button that switches the language and does nothing else.
const LANG: &str = "lang";

/// The live session this request presented, put into its extensions before any handler runs; absent: none.
#[derive(Clone, Copy, Debug)]
pub struct Presented {
    /// The session's look-up hash. Only of a session whose row is live, be it an attempt's or a patient's.
    pub session: Binding,
}

impl Presented {
    pub fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().copied()
    }
}

/// The pages that share a kind of token, and what their tokens are tied to.
pub trait Family: 'static {
    /// Goes into the token, so that one family's never passes in another.
    const NAME: &'static str;
    /// Where a visitor goes whose genuine token's session is gone.
    const START: &'static str;

    /// What this request presents that a token can be tied to. An error is the answer, before the token is looked at.
    fn binding(app: &App, req: &HttpRequest) -> impl Future<Output = Result<Option<Binding>, Error>>;

    /// Whether that which a genuine token of another binding was made for still exists.
    fn exists(app: &App, binding: Binding) -> impl Future<Output = Result<bool, Failure>>;
}

/// Pages for anybody: `/login`, `/signup`, `/forgot/…`, `/not-me`, whoever is signed in in another tab.
pub struct Stranger;

impl Family for Stranger {
    const NAME: &'static str = tokens::STRANGER;
    const START: &'static str = "/login";

    async fn binding(app: &App, req: &HttpRequest) -> Result<Option<Binding>, Error> {
        Ok(Visitor::of(req).and_then(|visitor| visitor.form_cookie()).map(|value| tokens::browser(&app.keys, &value)))
    }

    /// A token of another browser never fitted this one.
    async fn exists(_: &App, _: Binding) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// A form that passed every check of its family.
pub struct Form<F> {
    fields: Vec<Field>,
    lang: Option<Language>,
    family: PhantomData<F>,
}

impl<F> Form<F> {
    /// What was typed, as typed; empty where the field did not come.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// A field that must not be printed.
    pub fn secret(&self, name: &str) -> SecretString {
        self.get(name).to_owned().into()
    }

    /// The language button was pressed: show the same page in this language (already the visitor's) and do nothing
    /// else.
    pub fn lang(&self) -> Option<Language> {
        self.lang
    }
}

impl<F: Family> FromRequest for Form<F> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { check::<F>(&req, payload).await })
    }
}

async fn check<F: Family>(req: &HttpRequest, payload: Payload) -> Result<Form<F>, Error> {
    let (Some(app), Some(visitor)) = (req.app_data::<Data<App>>(), Visitor::of(req)) else {
        return Err(Failure::broken(&"form without the shell").into());
    };
    let begun = Presented::of(req).is_some();
    let named =
        came_from(req.headers(), &app.settings.public_url, begun).map_err(|refusal| refuse(&visitor, refusal))?;
    let binding = F::binding(app, req).await?;
    kind(req.headers())?;
    let body = read(req.headers(), payload).await?;
    let token = fields::token(&body, TOKEN.as_bytes());
    match tokens::judge(&app.keys, F::NAME, binding.as_ref(), token.as_ref().map_or("", |t| t)) {
        TokenVerdict::Fits => {}
        TokenVerdict::Other(other) if !F::exists(app, other).await? => {
            return Err(Failure::Gone(F::START).into());
        }
        TokenVerdict::Other(_) | TokenVerdict::Foreign => {
            return Err(refuse(&visitor, Refusal::Token).into());
        }
    }
    if !named {
        tracing::info!(path = visitor.path(), "a form came without Origin and Sec-Fetch-Site; its token fitted");
    }
    let fields = fields::parse(&body).map_err(Failure::BadRequest)?;
    let mut form = Form { fields, lang: None, family: PhantomData };
    if form.has(LANG) {
        let language = Language::parse(form.get(LANG)).ok_or(Failure::BadRequest("unknown language"))?;
        visitor.choose(language);
        form.lang = Some(language);
    }
    Ok(form)
}

/// A refusal by its cause: where no cookie of ours came along, that is it.
fn refuse(visitor: &Visitor, refusal: Refusal) -> Failure {
    Failure::Refused(if visitor.has_cookies() { refusal } else { Refusal::NoCookies })
}

/// Whether the browser says where the form came from: `Ok(true)` from us, `Ok(false)` it does not say (the token
/// decides alone).
///
/// `begun`: whether an attempt or a session was presented. `Host` is never asked.
fn came_from(headers: &HeaderMap, public_url: &url::Url, begun: bool) -> Result<bool, Refusal> {
    let site = single(headers, "sec-fetch-site").map_err(|()| Refusal::Site)?;
    match site {
        None | Some(b"same-origin") => {}
        Some(b"none") if !begun => {}
        Some(_) => return Err(Refusal::Site),
    }
    let origin = single(headers, header::ORIGIN.as_str()).map_err(|()| Refusal::Origin)?;
    let own = public_url.origin().ascii_serialization();
    match origin {
        Some(origin) if origin != own.as_bytes() => Err(Refusal::Origin),
        Some(_) => Ok(true),
        None => Ok(site.is_some()),
    }
}

/// A header that must not come twice.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a [u8]>, ()> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Err(()),
        (value, _) => Ok(value.map(HeaderValue::as_bytes)),
    }
}

/// Only the one kind of body our own forms send.
fn kind(headers: &HeaderMap) -> Result<(), Failure> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Failure::Unsupported("content encoding"));
    }
    let wrong = Failure::Unsupported("content type");
    let kind = single(headers, header::CONTENT_TYPE.as_str())
        .ok()
        .flatten()
        .and_then(|kind| std::str::from_utf8(kind).ok())
        .ok_or(wrong.clone())?
        .to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let form = parts.next() == Some("application/x-www-form-urlencoded");
    let utf8 = parts.all(|part| part.is_empty() || part == "charset=utf-8" || part == "charset=\"utf-8\"");
    if form && utf8 { Ok(()) } else { Err(wrong) }
}

async fn read(headers: &HeaderMap, payload: Payload) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let stated = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|length| length > MOST_BYTES as u64) {
        return Err(Failure::TooLarge);
    }
    match tokio::time::timeout(BODY_TIME, collect(payload)).await {
        Ok(body) => body,
        Err(_) => Err(Failure::Slow),
    }
}

async fn collect(mut payload: Payload) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::BadRequest("body broken off"))?;
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
