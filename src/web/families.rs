//! The families of forms that are tied to a session: the verify pages' and a signed-in patient's.
//! A token whose session is gone leads back to the start; one that never fitted is refused.

use actix_web::{Error, HttpRequest};

use super::{
    App, Failure,
    forms::Family,
    tokens,
    visit::{Ended, Standing, inside, walking},
};
use crate::store::sessions as rows;

/// Forms of the verify pages: tied to the attempt's session.
pub struct Verify;

impl Family for Verify {
    const NAME: &'static str = "verify";
    const START: &'static str = "/login?said=gone";

    async fn binding(_: &App, req: &HttpRequest) -> Result<Option<tokens::Binding>, Error> {
        match Standing::of(req) {
            // A double click: its session was promoted a moment ago, and the code page knows what to do.
            Standing::Ended(held, Ended::Quietly) if held.session.ended_why.as_deref() == Some("promoted") => {
                Ok(tokens::binding(&held.session.token_key))
            }
            _ => walking(req).map(|walking| tokens::binding(&walking.session.token_key)),
        }
    }

    async fn exists(app: &App, binding: tokens::Binding) -> Result<bool, Failure> {
        is_live(app, binding).await
    }
}

/// Forms of a signed-in patient's pages: tied to the full session.
pub struct Patients;

impl Family for Patients {
    const NAME: &'static str = "patient";
    const START: &'static str = "/login?said=gone";

    async fn binding(_: &App, req: &HttpRequest) -> Result<Option<tokens::Binding>, Error> {
        inside(req).map(|inside| tokens::binding(&inside.session.token_key))
    }

    async fn exists(app: &App, binding: tokens::Binding) -> Result<bool, Failure> {
        is_live(app, binding).await
    }
}

async fn is_live(app: &App, binding: tokens::Binding) -> Result<bool, Failure> {
    let now = app.clock.now();
    let row = app.store.read(move |conn| rows::by_token(conn, &binding)).await?;
    Ok(row.is_some_and(|session| session.ended_at.is_none() && now < session.ends_at))
}
