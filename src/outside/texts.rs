//! Texts through Twilio's HTTP API, or any gateway that speaks it.
//! A text is never repeated unless it is certain that the try before was not taken: each costs money and confuses its reader.

use std::{fmt::Write as _, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha1::Sha1;
use url::Url;

pub use super::{Answer, Outage};
use super::{Unfit, secret, tls, words};
use crate::settings;

/// Twilio's error for a number whose owner sent STOP.
/// Source: Twilio's error dictionary, 21610, "Attempt to send to unsubscribed recipient".
const UNSUBSCRIBED: i64 = 21_610;
/// Longest wait for a connection, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for the whole exchange.
const WHOLE: Duration = Duration::from_secs(30);
/// Most of an answer that is read, in bytes. Twilio's are under 2 KiB.
const ANSWER_MOST: usize = 64 * 1024;

/// Hands texts over; shared by all workers.
#[derive(Clone)]
pub struct Texter {
    client: reqwest::Client,
    messages: Url,
    account: Url,
    account_sid: String,
    auth_token: SecretString,
    from: String,
    status_callback: Option<Url>,
}

impl Texter {
    /// `status_callback` is where delivery receipts are to be posted.
    ///
    /// # Errors
    /// Names the setting in `[texts]` that cannot be used.
    pub fn new(settings: &settings::Texts, status_callback: Option<Url>) -> Result<Self, Unfit> {
        let auth_token = auth_token(settings)?;
        Self::waiting(settings, auth_token, status_callback, CONNECT, WHOLE)
    }

    fn waiting(
        settings: &settings::Texts,
        auth_token: SecretString,
        status_callback: Option<Url>,
        connect: Duration,
        whole: Duration,
    ) -> Result<Self, Unfit> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client("texts.api_url", None)?)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(connect)
            .timeout(whole)
            // A kept connection may be closed just as we write to it, and then nobody knows whether the text was taken.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|e| Unfit::new("texts.api_url", &e))?;
        Ok(Self {
            client,
            messages: resource(&settings.api_url, &["Accounts", &settings.account_sid, "Messages.json"])?,
            account: resource(&settings.api_url, &["Accounts", &format!("{}.json", settings.account_sid)])?,
            account_sid: settings.account_sid.clone(),
            auth_token,
            from: settings.from.clone(),
            status_callback,
        })
    }

    /// Hands one text over; the answer names it by the provider's id.
    ///
    /// # Errors
    /// `Lost` when the request went out and no answer came: it may have been taken.
    pub async fn send(&self, to: &str, body: &str) -> Result<Answer, Outage> {
        let mut form = vec![("To", to), ("From", &self.from), ("Body", body)];
        if let Some(callback) = &self.status_callback {
            form.push(("StatusCallback", callback.as_str()));
        }
        let request = self
            .client
            .post(self.messages.clone())
            .basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()))
            .form(&form);
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                judge(status, &read(response).await, to)
            }
            Err(error) if error.is_connect() || error.is_builder() => {
                Err(Outage::Transient { answer: words::kept(&chain(&error), to) })
            }
            Err(error) => Err(Outage::Lost { answer: words::kept(&chain(&error), to) }),
        }
    }

    /// Whether the provider answers and knows our account; for `check`. Sends nothing.
    ///
    /// # Errors
    /// `Permanent` when it does not let us in.
    pub async fn probe(&self) -> Result<(), Outage> {
        let request = self.client.get(self.account.clone());
        let request = request.basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()));
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => {
                let status = response.status();
                judge(status, &read(response).await, "").map(|_| ())
            }
            Err(error) => Err(Outage::Transient { answer: words::kept(&chain(&error), "") }),
        }
    }
}

/// The account's password, which also signs the provider's webhooks.
///
/// # Errors
/// When `texts.auth_token_file` holds none.
pub fn auth_token(settings: &settings::Texts) -> Result<SecretString, Unfit> {
    secret("texts.auth_token_file", settings.auth_token_file.as_deref())
}

/// `api_url` + `/2010-04-01/` + parts, each part escaped.
fn resource(api_url: &str, parts: &[&str]) -> Result<Url, Unfit> {
    let unfit = |problem: &str| Unfit::new("texts.api_url", problem);
    let mut url = Url::parse(api_url).map_err(|e| unfit(&e.to_string()))?;
    url.path_segments_mut().map_err(|()| unfit("cannot hold a path"))?.pop_if_empty().push("2010-04-01").extend(parts);
    Ok(url)
}

/// What Twilio answers: `sid` of a taken text, or `code` and `message` of an error.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    sid: Option<String>,
    status: serde_json::Value,
    code: Option<i64>,
    message: Option<String>,
}

/// As much of the answer as is of use. An answer whose body is cut off still has its status.
async fn read(mut response: reqwest::Response) -> Body {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if bytes.len() + chunk.len() > ANSWER_MOST {
            return Body::default();
        }
        bytes.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn judge(status: StatusCode, body: &Body, to: &str) -> Result<Answer, Outage> {
    let answer = words::kept(&told(status, body), to);
    if status.is_success() {
        let provider_id = body.sid.as_deref().map(words::one_line).filter(|sid| !sid.is_empty() && sid.len() <= 64);
        return Ok(Answer { answer, provider_id });
    }
    Err(match (status, body.code) {
        (_, Some(UNSUBSCRIBED)) => Outage::OptedOut { answer },
        // A proxy between us gave up waiting for the provider, which may have taken it.
        (StatusCode::GATEWAY_TIMEOUT, _) => Outage::Lost { answer },
        (StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS, _) => {
            Outage::Transient { answer }
        }
        (status, _) if status.is_server_error() => Outage::Transient { answer },
        _ => Outage::Permanent { answer },
    })
}

fn told(status: StatusCode, body: &Body) -> String {
    let mut told = status.as_u16().to_string();
    if let Some(code) = body.code {
        let _ = write!(told, " {code}");
    }
    match (&body.message, body.status.as_str()) {
        (Some(message), _) => told + " " + message,
        (None, Some(state)) => told + " " + state,
        (None, None) => told,
    }
}

/// An error and its causes. The address it was for is ours, and left out.
fn chain(error: &reqwest::Error) -> String {
    let mut told = if error.is_timeout() { "no answer in time".to_owned() } else { "no answer".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let _ = write!(told, ": {error}");
        cause = error.source();
    }
    told
}

/// Twilio's signature of a webhook request: HMAC-SHA1 over the address it was sent to and its parameters, sorted by name.
/// Source: Twilio's "Security" guide, "Validating requests".
#[must_use]
pub fn signature(auth_token: &SecretString, url: &str, params: &[(String, String)]) -> String {
    STANDARD.encode(signed(auth_token, url, params).finalize().into_bytes())
}

/// Whether `given` is the signature of that request. Constant time.
#[must_use]
pub fn signature_fits(auth_token: &SecretString, url: &str, params: &[(String, String)], given: &str) -> bool {
    STANDARD.decode(given).is_ok_and(|given| signed(auth_token, url, params).verify_slice(&given).is_ok())
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn signed(auth_token: &SecretString, url: &str, params: &[(String, String)]) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.expose_secret().as_bytes()).expect("any key length");
    let mut sorted: Vec<_> = params.iter().collect();
    sorted.sort();
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac
}

#[cfg(test)]
pub(crate) mod tests;
