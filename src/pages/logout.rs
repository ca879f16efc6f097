//! `/logout`: ends the session, here and in the database.
//! The cookie goes too, or Chromium would show the last page again on Back.

use actix_session::SessionExt as _;
use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};

use super::turn::Turn;
use crate::{
    rules::event::Event,
    store::{audit::Subject, sessions as rows},
    web::{Failure, Form, families::Patients, route::see_other, sessions, visit::SignedIn},
};

/// Not `"cookies"`: that would also forget the browser.
const CLEAR: &str = "\"cache\", \"storage\"";

pub async fn submit(turn: Turn, _form: Form<Patients>, patient: SignedIn) -> Result<HttpResponse, Failure> {
    let (session, person, caller) = (patient.0.session.id, patient.0.patient.id, turn.caller());
    turn.app
        .store
        .write(move |conn| {
            rows::end(conn, session, caller.now, "signed-out")?;
            caller.audit(conn, Event::SignOut, Subject::Patient(person), "done", String::new())
        })
        .await?;
    sessions::drop_cookie(&turn.req.get_session());
    let mut response = see_other("/login?said=signed-out");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(CLEAR));
    Ok(response)
}
