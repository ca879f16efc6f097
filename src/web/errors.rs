//! Failures, as opposed to refusals a page shows itself: one enum, one page, one log line.
//! `error_response` has no request, so it answers bare and the shell, which has one, draws the page.

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};

use crate::{
    store::StoreError,
    web::{App, Visitor},
};

/// How long a visitor is asked to wait when the database is away, seconds: a restart or a failover takes about that.
pub const OUTAGE_RETRY_SECONDS: u64 = 10;

/// Draws the page of a failure, whole, in the visitor's language.
pub type Painter = fn(&App, &Visitor, &Failure) -> String;

/// Why a form was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The browser says another site sent it (`Sec-Fetch-Site`).
    Site,
    /// The browser says another address sent it (`Origin`).
    Origin,
    /// The token never fitted this browser.
    Token,
    /// No cookie of ours came along: the browser refuses them.
    NoCookies,
    /// Signed in, but not allowed this.
    Forbidden,
}

/// What goes wrong before, beside or instead of a page. Each is one status.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    #[error("form refused: {0:?}")]
    Refused(Refusal),
    /// A form whose session or attempt is gone: not a page, a redirect to where it starts anew.
    #[error("form of a session that is gone")]
    Gone(&'static str),
    #[error("no such page")]
    NotFound,
    /// The methods that would do, as `Allow` lists them.
    #[error("method not allowed")]
    Method(&'static str),
    #[error("the state forbids this: {0}")]
    Conflict(&'static str),
    /// The body did not arrive in time.
    #[error("body too slow")]
    Slow,
    #[error("body too large")]
    TooLarge,
    #[error("unsupported body: {0}")]
    Unsupported(&'static str),
    /// The database cannot be reached; it may come back.
    #[error("outage: {0}")]
    Outage(String),
    /// A defect of ours. The text is for the log alone.
    #[error("broken: {0}")]
    Broken(String),
}

impl Failure {
    pub fn broken(cause: &impl ToString) -> Self {
        Self::Broken(cause.to_string())
    }

    /// The failure behind an answer that is an error without a page of its own.
    pub fn behind<B>(response: &HttpResponse<B>) -> Option<Self> {
        if let Some(failure) = response.error().and_then(|error| error.as_error::<Self>()) {
            return Some(failure.clone());
        }
        let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        let drawn = match kind {
            Some(kind) => kind.starts_with(b"text/html") || response.error().is_none(),
            None => false,
        };
        if drawn {
            return None;
        }
        Some(match response.status() {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Self::Refused(Refusal::Forbidden),
            StatusCode::METHOD_NOT_ALLOWED => Self::Method(""),
            StatusCode::CONFLICT => Self::Conflict(""),
            StatusCode::REQUEST_TIMEOUT => Self::Slow,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::Unsupported(""),
            StatusCode::SERVICE_UNAVAILABLE => Self::Outage(String::new()),
            status if status.is_client_error() => Self::BadRequest("not understood"),
            status if status.is_server_error() => {
                Self::Broken(response.error().map(ToString::to_string).unwrap_or_default())
            }
            _ => return None,
        })
    }

    /// The one log line. Never holds what was typed: causes are ours, or the database's.
    pub fn log(&self, visitor: &Visitor) {
        let path = visitor.path();
        match self {
            Self::Outage(_) | Self::Broken(_) => tracing::error!(path, "{self}"),
            Self::Refused(_) => tracing::info!(path, address = %visitor.address(), "{self}"),
            _ => tracing::debug!(path, "{self}"),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Down(_) | StoreError::Query(_) => Self::Outage(error.to_string()),
            StoreError::Sealed(_) | StoreError::Broken(_) => Self::Broken(error.to_string()),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::FORBIDDEN,
            Self::Gone(_) => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Outage(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        match self {
            Self::Gone(start) => response.insert_header((header::LOCATION, *start)),
            Self::Method(allow) => response.insert_header((header::ALLOW, *allow)),
            Self::Outage(_) => response.insert_header((header::RETRY_AFTER, OUTAGE_RETRY_SECONDS)),
            // What is still to come of the body is not worth waiting for.
            Self::Slow | Self::TooLarge => response.force_close(),
            _ => &mut response,
        };
        response.finish()
    }
}

/// Logs a panic in one line: where it was and, when the text was written by us, what it says. A text made at run time
/// may hold anything, so it is left out.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload().downcast_ref::<&str>().copied().unwrap_or("");
        tracing::error!(place, said, "panicked");
    }));
}
