//! The page of everything that goes wrong beside a form: in the visitor's language, with a way back in.
//! Nobody ever sees a bare error.

use askama::Template;

use crate::web::{
    App, Failure, Refusal, Visitor,
    page::{Door, Page, Switch},
};

#[derive(Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    pub page: Page,
    /// The HTTP status.
    pub status: u16,
    pub cause: Cause,
    /// Where the way back leads: one of our own paths.
    pub back: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// 400: what was sent cannot be read.
    BadRequest,
    /// 403: the form did not come from this page in this browser.
    Form,
    /// 403: no cookie of ours came along.
    NoCookies,
    /// 403: not for this person.
    Forbidden,
    /// 404
    NotFound,
    /// 405
    Method,
    /// 408
    Slow,
    /// 409: the state forbids it.
    Conflict,
    /// 413
    TooLarge,
    /// 415
    MediaType,
    /// 422 where no page of its own says it.
    Unprocessable,
    /// 429 where no limit page says it.
    TooMany,
    /// 500: our defect.
    Broken,
    /// 503: the database is away.
    Outage,
}

impl Cause {
    /// The id of the heading and, with `-why`, of what to do.
    #[must_use]
    pub fn ids(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => ("error-bad-request", "error-bad-request-why"),
            Self::Form => ("error-form", "error-form-why"),
            Self::NoCookies => ("error-no-cookies", "error-no-cookies-why"),
            Self::Forbidden => ("error-not-yours", "error-not-yours-why"),
            Self::NotFound => ("error-not-found", "error-not-found-why"),
            Self::Method => ("error-method", "error-method-why"),
            Self::Slow => ("error-slow", "error-slow-why"),
            Self::Conflict => ("error-conflict", "error-conflict-why"),
            Self::TooLarge => ("error-too-large", "error-too-large-why"),
            Self::MediaType => ("error-media-type", "error-media-type-why"),
            Self::Unprocessable => ("error-unprocessable", "error-unprocessable-why"),
            Self::TooMany => ("error-too-many", "error-too-many-why"),
            Self::Broken => ("error-broken", "error-broken-why"),
            Self::Outage => ("error-outage", "error-outage-why"),
        }
    }

    /// All causes, for the tests.
    pub const ALL: &'static [Self] = &[
        Self::BadRequest,
        Self::Form,
        Self::NoCookies,
        Self::Forbidden,
        Self::NotFound,
        Self::Method,
        Self::Slow,
        Self::Conflict,
        Self::TooLarge,
        Self::MediaType,
        Self::Unprocessable,
        Self::TooMany,
        Self::Broken,
        Self::Outage,
    ];
}

/// Draws the page of a failure, whole, in the visitor's language.
pub fn paint(app: &App, visitor: &Visitor, failure: &Failure) -> String {
    let (status, cause) = cause_of(failure);
    let mut page = Page::new(app.words.voice(visitor.language()), app.look.clone());
    page.door = Door::Shut;
    page.switch = Switch::Link(visitor.path().to_owned());
    let back = way_back(visitor.path()).to_owned();
    match (ErrorPage { page, status, cause, back }).render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "the error page does not render");
            String::new()
        }
    }
}

fn cause_of(failure: &Failure) -> (u16, Cause) {
    match failure {
        Failure::BadRequest(_) => (400, Cause::BadRequest),
        Failure::Refused(Refusal::NoCookies) => (403, Cause::NoCookies),
        Failure::Refused(Refusal::Forbidden) => (403, Cause::Forbidden),
        Failure::Refused(Refusal::Site | Refusal::Origin | Refusal::Token) => (403, Cause::Form),
        Failure::NotFound => (404, Cause::NotFound),
        Failure::Method(_) => (405, Cause::Method),
        Failure::Slow => (408, Cause::Slow),
        Failure::Conflict(_) => (409, Cause::Conflict),
        Failure::TooLarge => (413, Cause::TooLarge),
        Failure::Unsupported(_) => (415, Cause::MediaType),
        Failure::Outage(_) => (503, Cause::Outage),
        Failure::Gone(_) | Failure::Broken(_) => (500, Cause::Broken),
    }
}

/// Where the form that was refused is shown.
fn way_back(path: &str) -> &'static str {
    match path {
        "/verify/choose" => "/verify/choose",
        "/verify/code" => "/verify/code",
        "/verify/resend" => "/verify/code?resend=1",
        "/login" => "/login",
        _ => "/",
    }
}
