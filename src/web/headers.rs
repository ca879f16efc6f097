//! The headers of every answer: pages, redirects, errors, static files.
//! Values are built once at start; an answer that needs a policy of its own says so by [`Policy`].

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::settings::{CaptchaProvider, Settings};

/// Of static files whose name holds their hash: for a year, the most caches honour.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'";
const MAIL_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
/// As hCaptcha documents: its script comes from the first, everything else from the second.
const HCAPTCHA_HOSTS: &str = "https://hcaptcha.com https://*.hcaptcha.com";
const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";
/// What Chromium 156 offers pages by default and ours never use; it knows every name here and complains of none. Client
/// hints stay on: a browser says by one whether it is on a phone.
const OFF: &str = "accelerometer autoplay browsing-topics camera captured-surface-control clipboard-read \
    clipboard-write compute-pressure digital-credentials-create digital-credentials-get display-capture \
    encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection \
    interest-cohort keyboard-map language-detector language-model local-fonts local-network-access magnetometer \
    microphone midi on-device-speech-recognition payment picture-in-picture private-state-token-issuance \
    private-state-token-redemption publickey-credentials-create screen-wake-lock serial speaker-selection \
    storage-access summarizer sync-xhr translator usb window-management xr-spatial-tracking";
/// What fills in a code, and a passkey.
const SELF: &str = "otp-credentials=(self),publickey-credentials-get=(self)";
/// The one page search engines may show.
const INDEXED: &str = "/faq";

/// Which Content-Security-Policy an answer gets; put into the response's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The resend page while hCaptcha is on.
    Captcha,
    /// An HTML mail of the demo's outbox, opened as a page of its own.
    Mail,
}

/// The header values that depend on the settings.
pub struct Headers {
    always: Vec<(HeaderName, HeaderValue)>,
    ours: HeaderValue,
    captcha: HeaderValue,
}

impl Headers {
    pub fn new(settings: &Settings) -> Self {
        let mut always = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (name("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
            (name("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (name("permissions-policy"), value(&permissions())),
        ];
        if settings.public_url.scheme() == "https" {
            always.push((header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TWO_YEARS)));
        }
        Self { always, ours: HeaderValue::from_static(POLICY), captcha: value(&captcha_policy(settings)) }
    }

    /// Puts every header on an answer to `path`; what the handler set of caching stays.
    pub fn put<B>(&self, path: &str, response: &mut HttpResponse<B>) {
        let policy = response.extensions().get::<Policy>().copied();
        let policy = match policy {
            None => self.ours.clone(),
            Some(Policy::Captcha) => self.captcha.clone(),
            Some(Policy::Mail) => HeaderValue::from_static(MAIL_POLICY),
        };
        let indexed = path == INDEXED && response.status().is_success();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        for (name, value) in &self.always {
            headers.insert(name.clone(), value.clone());
        }
        if !indexed {
            headers.insert(name("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
        }
        headers.remove(header::SERVER);
        name_charset(headers);
    }
}

/// Text without a charset would be guessed at.
fn name_charset(headers: &mut HeaderMap) {
    let bare = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .filter(|kind| kind.starts_with("text/") && !kind.contains("charset"))
        .map(|kind| format!("{kind}; charset=utf-8"));
    if let Some(kind) = bare {
        headers.insert(header::CONTENT_TYPE, value(&kind));
    }
}

fn permissions() -> String {
    let mut all: Vec<String> = OFF.split_whitespace().map(|name| format!("{name}=()")).collect();
    all.push(SELF.to_owned());
    all.join(",")
}

/// The policy with hCaptcha's hosts, and without Trusted Types, under which its script fails.
fn captcha_policy(settings: &Settings) -> String {
    let mut hosts = HCAPTCHA_HOSTS.to_owned();
    if let (CaptchaProvider::Hcaptcha, Ok(script)) =
        (settings.captcha.provider, url::Url::parse(&settings.captcha.script_url))
    {
        let origin = script.origin().ascii_serialization();
        let known = hosts.split(' ').any(|host| host == origin) || origin.ends_with(".hcaptcha.com");
        if !known {
            hosts = format!("{hosts} {origin}");
        }
    }
    POLICY
        .replace("; require-trusted-types-for 'script'", "")
        .replace("script-src 'self'", &format!("script-src 'self' {hosts}"))
        .replace("style-src 'self'", &format!("style-src 'self' {hosts}"))
        .replace("connect-src 'self'", &format!("connect-src 'self' {hosts}"))
        .replace("; form-action", &format!("; frame-src {hosts}; form-action"))
}

fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

/// Values made of settings hold what a URL may hold; anything else becomes the empty value, which allows nothing.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
