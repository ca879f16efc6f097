//! Works out where a visitor stands, once per request, from the session's row and what it points to.
//! The middleware below the session's; what it finds travels in the request's extensions.

use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::{
    Error, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use secrecy::SecretString;

use super::{
    App, Failure, Presented, Visitor, sessions, tokens,
    visit::{Ended, Held, Inside, Standing, Walking},
};
use crate::{
    flows::finish,
    rules::{
        moment::Moment,
        names::Status,
        session::{self, SessionVerdict},
    },
    store::{
        Conn, StoreError,
        attempts::{self, Attempt},
        patients::{self, Patient},
        sessions::{self as rows, Session},
    },
};

/// The middleware below the session's: works out the standing and puts it into the request.
pub async fn stand(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let standing = match sessions::token(&req.get_session()) {
        Some(token) => work_out(&req, token).await?,
        None => Standing::Stranger,
    };
    req.extensions_mut().insert(standing);
    next.call(req).await
}

async fn work_out(req: &ServiceRequest, token: SecretString) -> Result<Standing, Error> {
    let Some(app) = req.app_data::<Data<App>>() else { return Err(Failure::broken(&"no app").into()) };
    let (now, key) = (app.clock.now(), sessions::key_of(&app.keys, &token));
    let held = app.store.read(move |conn| hold(conn, &key)).await.map_err(Failure::from)?;
    let Some((session, attempt, patient)) = held else { return Ok(Standing::Stranger) };
    let held = Held { session, token, attempt, patient };
    let standing = judge(app, held, now);
    if let Standing::SignedIn(inside) = &standing {
        let id = inside.session.id;
        if session::is_touched(inside.session.last_used_at, now) {
            app.store.write(move |conn| rows::touch(conn, id, now)).await.map_err(Failure::from)?;
        }
    }
    let bound = match &standing {
        Standing::Attempt(walking) => Some(&walking.session),
        Standing::SignedIn(inside) => Some(&inside.session),
        Standing::Stranger | Standing::Ended(..) => None,
    };
    if let Some(binding) = bound.and_then(|session| tokens::binding(&session.token_key)) {
        req.extensions_mut().insert(Presented { session: binding });
    }
    if let (Some(visitor), Some(patient)) = (req.extensions().get::<Visitor>(), standing.patient()) {
        visitor.saved(patient.language);
    }
    Ok(standing)
}

type Rows = (Session, Option<Attempt>, Option<Patient>);

fn hold(conn: &mut Conn, key: &[u8]) -> Result<Option<Rows>, StoreError> {
    let Some(session) = rows::by_token(conn, key)? else { return Ok(None) };
    let attempt = match session.attempt_id {
        Some(id) if !session.full => attempts::by_id(conn, id)?,
        _ => None,
    };
    let patient = match session.patient_id {
        Some(id) => patients::by_id(conn, id)?,
        None => None,
    };
    Ok(Some((session, attempt, patient)))
}

fn judge(app: &App, held: Held, now: Moment) -> Standing {
    if held.session.ended_at.is_some() {
        let why = match held.session.ended_why.as_deref() {
            Some("idle") => Ended::Idle,
            Some("absolute") => Ended::Absolute,
            Some("evicted") => Ended::Evicted,
            Some("wrong-codes") => Ended::WrongCodes,
            _ => Ended::Quietly,
        };
        return Standing::Ended(Rc::new(held), why);
    }
    if held.session.full { judge_full(app, held, now) } else { judge_attempt(held, now) }
}

fn judge_full(app: &App, held: Held, now: Moment) -> Standing {
    let facts = session::Facts { began_at: held.session.began_at, last_used_at: held.session.last_used_at };
    let verdict = session::judge(facts, finish::limits(&app.ctx), now);
    match (verdict, &held.patient) {
        (SessionVerdict::Alive { extends, .. }, Some(patient)) if patient.status == Status::Active => {
            // Stated is the end that will hold: a use less than a minute after the last one written down moves nothing.
            let moved = session::is_touched(held.session.last_used_at, now);
            let facts = if moved { session::Facts { last_used_at: now, ..facts } } else { facts };
            let until = match session::judge(facts, finish::limits(&app.ctx), now) {
                SessionVerdict::Alive { until, .. } => until,
                SessionVerdict::Idle | SessionVerdict::Over => now,
            };
            let patient = patient.clone();
            Standing::SignedIn(Rc::new(Inside { session: held.session, token: held.token, patient, until, extends }))
        }
        (SessionVerdict::Idle, _) => Standing::Ended(Rc::new(held), Ended::Idle),
        (SessionVerdict::Over, _) => Standing::Ended(Rc::new(held), Ended::Absolute),
        (SessionVerdict::Alive { .. }, _) => Standing::Ended(Rc::new(held), Ended::Quietly),
    }
}

fn judge_attempt(held: Held, now: Moment) -> Standing {
    match (&held.attempt, &held.patient) {
        (Some(attempt), Some(patient)) if attempt.is_open(now) && patient.status != Status::Disabled => {
            Standing::Attempt(Rc::new(Walking {
                session_id: held.session.id,
                token: held.token,
                attempt: attempt.clone(),
                patient: patient.clone(),
                session: held.session,
            }))
        }
        _ => Standing::Ended(Rc::new(held), Ended::Attempt),
    }
}
