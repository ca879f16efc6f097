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
    let body = body(req.headers(), payload).await?;
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

/// The body of a post, if it is of the one kind that forms send and no larger than any form.
pub async fn body(headers: &HeaderMap, payload: Payload) -> Result<Zeroizing<Vec<u8>>, Failure> {
    kind(headers)?;
    read(headers, payload).await
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

#[cfg(test)]
mod tests {
    use actix_web::{HttpResponse, cookie::Cookie, http::Method, test::TestRequest, web};

    use super::*;
    use crate::web::{
        cookies,
        testing::{GONE, LIVE, Verify, answer, answer_in, app, body},
    };

    const COOKIE: &str = "0123456789012345678901234567890123456789abc";
    const OWN: &str = "https://portal.clinic.test";

    fn stranger(app: &App) -> String {
        tokens::make(&app.keys, Stranger::NAME, &tokens::browser(&app.keys, COOKIE))
    }

    fn verify(app: &App, binding: Binding) -> String {
        tokens::make(&app.keys, Verify::NAME, &binding)
    }

    fn post(path: &str, headers: &[(&'static str, &str)], body: &str) -> TestRequest {
        let mut request = TestRequest::post()
            .uri(path)
            .cookie(Cookie::new(cookies::FORM, COOKIE))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body.to_owned());
        for header in headers {
            request = request.append_header(*header);
        }
        request
    }

    async fn status(app: &web::Data<App>, request: TestRequest) -> u16 {
        answer(app, request).await.status().as_u16()
    }

    #[actix_web::test]
    async fn the_whole_table_of_site_origin_and_token() {
        let app = app(|_| {});
        let good = format!("token={}&username=maria", stranger(&app));
        let (bad, missing) = (format!("token={}x", stranger(&app)), "username=maria".to_owned());
        let other = tokens::make(&app.keys, Stranger::NAME, &tokens::browser(&app.keys, "another browser"));
        let session = format!("token={}", verify(&app, LIVE));
        let other = format!("token={other}");
        let sibling = "https://evil.clinic.test";
        for (site, origin, body, answer) in [
            ("same-origin", OWN, &good, 200),
            ("same-origin", OWN, &bad, 403),
            ("same-origin", OWN, &missing, 403),
            ("same-origin", OWN, &other, 403),
            ("same-origin", OWN, &session, 403),
            ("same-origin", "null", &good, 403),
            ("same-origin", sibling, &good, 403),
            ("cross-site", "https://evil.test", &good, 403),
            ("cross-site", OWN, &good, 403),
            ("cross-site", "", &good, 403),
            ("same-site", sibling, &good, 403),
            ("same-site", OWN, &good, 403),
            ("none", OWN, &good, 200),
            ("none", "", &good, 200),
            ("Same-Origin", OWN, &good, 403),
            ("same-origin", "", &good, 200),
            ("", OWN, &good, 200),
            ("", "https://evil.test", &good, 403),
            ("", "null", &good, 403),
            ("", "http://portal.clinic.test", &good, 403),
            ("", "https://portal.clinic.test:8443", &good, 403),
            ("", "https://portal.clinic.test/", &good, 403),
            ("", "https://portal.clinic.test.evil.test", &good, 403),
            ("", "", &good, 200),
            ("", "", &bad, 403),
            ("", "", &missing, 403),
        ] {
            let mut headers = vec![("host", "evil.test")];
            headers.extend(Some(("sec-fetch-site", site)).filter(|(_, value)| !value.is_empty()));
            headers.extend(Some(("origin", origin)).filter(|(_, value)| !value.is_empty()));
            assert_eq!(status(&app, post("/login", &headers, body)).await, answer, "{site} {origin} {body}");
        }
    }

    #[actix_web::test]
    async fn a_host_that_names_itself_decides_nothing() {
        let app = app(|_| {});
        let body = format!("token={}", stranger(&app));
        let headers = [("host", "evil.test"), ("x-forwarded-host", "evil.test"), ("origin", "https://evil.test")];
        assert_eq!(status(&app, post("/login", &headers, &body)).await, 403);
        let headers = [("origin", OWN), ("origin", "https://evil.test")];
        assert_eq!(status(&app, post("/login", &headers, &body)).await, 403);
        let headers = [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")];
        assert_eq!(status(&app, post("/login", &headers, &body)).await, 403);
    }

    #[actix_web::test]
    async fn a_post_from_nowhere_passes_only_before_there_is_a_session() {
        let app = app(|_| {});
        let body = format!("token={}", stranger(&app));
        let request = || post("/login", &[("sec-fetch-site", "none")], &body);
        assert_eq!(status(&app, request()).await, 200);
        assert_eq!(answer_in(&app, request(), Some(LIVE)).await.status().as_u16(), 403);
    }

    #[actix_web::test]
    async fn a_sessions_token_fits_is_gone_or_never_fitted() {
        let app = app(|_| {});
        let forged = [LIVE.as_slice(), &[0; 34]].concat();
        let forged = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, forged);
        for (presented, token, expected) in [
            (Some(LIVE), verify(&app, LIVE), (200, "")),
            (Some(LIVE), verify(&app, GONE), (303, "/login?said=gone")),
            (None, verify(&app, GONE), (303, "/login?said=gone")),
            (None, verify(&app, LIVE), (403, "")),
            (Some([8; 32]), verify(&app, LIVE), (403, "")),
            (Some(LIVE), stranger(&app), (403, "")),
            (Some(LIVE), forged, (403, "")),
            (Some(LIVE), String::new(), (403, "")),
        ] {
            let request = post("/verify/code", &[("sec-fetch-site", "same-origin")], &format!("token={token}"));
            let response = answer_in(&app, request, presented).await;
            let to = response.headers().get("location").map_or("", |to| to.to_str().unwrap());
            assert_eq!((response.status().as_u16(), to), expected);
        }
    }

    #[actix_web::test]
    async fn a_browser_that_refuses_cookies_is_told_so() {
        let app = app(|_| {});
        let request = TestRequest::post()
            .uri("/login")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("cookie", "theirs=1"))
            .set_payload(format!("token={}", stranger(&app)));
        let response = answer(&app, request).await;
        assert_eq!(response.status().as_u16(), 403);
        assert!(body(response).await.contains("NoCookies"));
        let response = answer(&app, post("/login", &[], "token=x")).await;
        assert!(body(response).await.contains("Token"));
    }

    #[actix_web::test]
    async fn a_form_cookie_that_came_twice_fits_no_token() {
        let app = app(|_| {});
        let twice = format!("{0}={COOKIE}; {0}={COOKIE}", cookies::FORM);
        let request = TestRequest::post()
            .uri("/login")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("cookie", twice))
            .set_payload(format!("token={}", stranger(&app)));
        assert_eq!(status(&app, request).await, 403);
    }

    #[actix_web::test]
    async fn odd_fields_are_a_bad_request_and_reach_no_handler() {
        let app = app(|_| {});
        for odd in ["username=a&username=b", "username=%00", "username=%ff", "username=%4", "lang=fr", "lang=", "%ff=1"]
        {
            let body = format!("token={}&{odd}", stranger(&app));
            assert_eq!(status(&app, post("/login", &[], &body)).await, 400, "{odd}");
        }
        let doubled = format!("token={0}&token={0}", stranger(&app));
        assert_eq!(status(&app, post("/login", &[], &doubled)).await, 403);
    }

    #[actix_web::test]
    async fn the_language_button_chooses_for_this_answer_and_the_next() {
        let app = app(|_| {});
        let request = post("/login", &[], &format!("token={}&username=maria&lang=es", stranger(&app)));
        let response = answer(&app, request).await;
        let cookie = response.cookies().next().unwrap().to_string();
        assert!(cookie.starts_with("__Host-lang=es; "), "{cookie}");
        assert_eq!(body(response).await, "es maria Some(Spanish)");
        let refused = answer(&app, post("/login", &[], "lang=es&token=x")).await;
        assert_eq!((refused.status().as_u16(), refused.cookies().count()), (403, 0));
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn with_kind(app: &web::Data<App>, headers: &[(&'static str, &'static str)]) -> HttpResponse {
        let mut request = TestRequest::post()
            .uri("/login")
            .cookie(Cookie::new(cookies::FORM, COOKIE))
            .set_payload(format!("token={}", stranger(app)));
        for header in headers {
            request = request.append_header(*header);
        }
        answer(app, request).await
    }

    #[actix_web::test]
    async fn only_one_kind_of_body_is_read() {
        let app = app(|_| {});
        for (headers, status) in [
            (&[("content-type", FORM)][..], 200),
            (&[("content-type", "application/x-www-form-urlencoded; charset=UTF-8")], 200),
            (&[("content-type", "application/x-www-form-urlencoded; charset=latin1")], 415),
            (&[("content-type", "application/json")], 415),
            (&[("content-type", "multipart/form-data; boundary=x")], 415),
            (&[("content-type", "text/plain")], 415),
            (&[("content-type", FORM), ("content-type", FORM)], 415),
            (&[], 415),
            (&[("content-type", FORM), ("content-encoding", "gzip")], 415),
            (&[("content-type", FORM), ("content-encoding", "br")], 415),
            (&[("content-type", FORM), ("content-encoding", "identity")], 415),
        ] {
            assert_eq!(with_kind(&app, headers).await.status().as_u16(), status, "{headers:?}");
        }
    }

    #[actix_web::test]
    async fn a_body_may_hold_64_kib_and_not_a_byte_more() {
        let app = app(|_| {});
        let start = format!("token={}&username=", stranger(&app));
        for (length, expected) in [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)] {
            let body = format!("{start}{}", "a".repeat(length - start.len()));
            assert_eq!(status(&app, post("/login", &[], &body)).await, expected);
        }
    }

    #[actix_web::test]
    async fn cross_site_posts_are_refused_before_their_body_is_looked_at() {
        let app = app(|_| {});
        let headers = [("sec-fetch-site", "cross-site"), ("content-encoding", "gzip"), ("content-length", "99999999")];
        assert_eq!(status(&app, post("/login", &headers, "")).await, 403);
    }

    #[actix_web::test]
    async fn a_get_of_a_post_only_path_goes_to_its_page() {
        let app = app(|_| {});
        for method in [Method::GET, Method::HEAD] {
            let request = TestRequest::default().uri("/verify/code").method(method);
            let response = answer(&app, request).await;
            assert_eq!(response.status().as_u16(), 303);
            assert_eq!(response.headers().get("location").unwrap(), "/verify");
        }
    }

    #[actix_web::test]
    async fn a_token_with_any_character_changed_never_fitted() {
        let app = app(|_| {});
        let token = stranger(&app);
        let presented = tokens::browser(&app.keys, COOKIE);
        assert_eq!(tokens::judge(&app.keys, Stranger::NAME, Some(&presented), &token), TokenVerdict::Fits);
        for n in 0..token.len() {
            let mut broken = token.clone().into_bytes();
            broken[n] = if broken[n] == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).unwrap();
            assert_eq!(
                tokens::judge(&app.keys, Stranger::NAME, Some(&presented), &broken),
                TokenVerdict::Foreign,
                "{n}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let never: Payload = Payload::Stream { payload: Box::pin(futures_util::stream::pending()) };
        assert!(matches!(read(&HeaderMap::new(), never).await, Err(Failure::Slow)));
    }
}
