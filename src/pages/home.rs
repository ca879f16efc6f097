//! `/`: signed in. Who you are, when you were last here, where to go next.
//! States the clock time the session ends at, with a button to stay.

use actix_session::SessionExt as _;
use actix_web::{Error, HttpResponse, http::StatusCode};
use askama::Template;

use super::turn::{Turn, draw};
use crate::{
    store,
    web::{
        Failure, Form,
        families::Patients,
        page::{Door, Page},
        route::see_other,
        sessions,
        visit::{self, Ended, SignedIn, Standing},
    },
    words::When,
};

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

/// Shows who is signed in and where to go; a stranger goes to the password page.
pub async fn show(turn: Turn, standing: Standing) -> Result<HttpResponse, Error> {
    let inside = match standing {
        Standing::SignedIn(inside) => inside,
        Standing::Ended(_, why) => {
            sessions::drop_cookie(&turn.req.get_session());
            return Err(visit::to_start(why, None));
        }
        Standing::Stranger | Standing::Attempt(_) => return Err(visit::to_start(Ended::Quietly, None)),
    };
    let mut page = turn.session_page::<Patients>(Door::Open, &inside.session.token_key);
    page.signed_in = true;
    if let Some(said) = turn.said() {
        page.tell(said);
    }
    let session = &inside.session;
    let last_sign_in = session
        .before_at
        .map(|at| (at, page.browser(session.before_browser.as_deref().unwrap_or_default())))
        .map(|(at, browser)| LastSignIn { at: turn.when(at), browser });
    let view = HomePage {
        first_name: inside.patient.first_name.clone(),
        last_sign_in,
        until: turn.when(inside.until),
        at_most: turn.when(session.ends_at),
        portal_url: turn.app.settings.brand.portal_url.clone(),
        page,
    };
    Ok(draw(StatusCode::OK, &view)?)
}

/// "Stay signed in": the post itself was the click that the session waits for.
pub async fn stay(turn: Turn, _form: Form<Patients>, patient: SignedIn) -> Result<HttpResponse, Failure> {
    let (id, now) = (patient.0.session.id, turn.now);
    turn.app.store.write(move |conn| store::sessions::touch(conn, id, now)).await?;
    Ok(see_other("/?said=stayed"))
}
