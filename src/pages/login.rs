//! `/login`: the password page.
//! After a failure the username stays, the password is empty, and neither is named as wrong.

use askama::Template;

use crate::{
    rules::names::Channel,
    web::page::{Page, Problem},
    words::Voice,
};

#[derive(Template)]
#[template(path = "pages/login.html")]
pub struct LoginPage {
    pub page: Page,
    /// What was typed.
    pub username: String,
    /// Where to go afterwards, one of our own paths; empty for home.
    pub next: String,
    /// The ways that do not work just now, said before anyone chooses.
    pub outage: Vec<Channel>,
}

/// What is to be mended on the password page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    NoUsername,
    NoPassword,
    /// Username and password do not fit, whatever the reason.
    NoFit,
}

impl Trouble {
    #[must_use]
    pub fn problem(self, voice: &Voice) -> Problem {
        let (field, text, help) = match self {
            Self::NoUsername => ("username", voice.t("login-no-username"), None),
            Self::NoPassword => ("password", voice.t("login-no-password"), None),
            Self::NoFit => ("username", voice.t("login-no-fit"), Some("locked")),
        };
        Problem { field, text: text.to_owned(), help }
    }
}
