//! The page of everything that goes wrong beside a form: in the visitor's language, with a way back in.
//! Nobody ever sees a bare error.

use askama::Template;

use crate::web::page::Page;

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
