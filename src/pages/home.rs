//! `/`: signed in. Who you are, when you were last here, where to go next.
//! States the clock time the session ends at, with a button to stay.

use askama::Template;

use crate::{web::page::Page, words::When};

#[derive(Template)]
#[template(path = "pages/home.html")]
pub struct HomePage {
    pub page: Page,
    pub first_name: String,
    pub last_sign_in: Option<LastSignIn>,
    /// When the session ends if nothing is done.
    pub until: When,
    /// The hour after which it ends whatever is done.
    pub at_most: When,
    /// The clinic's portal; empty where there is none.
    pub portal_url: String,
}

#[derive(Clone, Debug)]
pub struct LastSignIn {
    pub at: When,
    /// "Chrome on Windows"; empty where unknown.
    pub browser: String,
}
