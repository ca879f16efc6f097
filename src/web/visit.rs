//! Where a visitor stands: nobody yet, on the way through the verify pages, signed in, or no longer.
//! Worked out once per request from the session's row; extractors turn everybody else away before a page's body runs.

use std::{future::Future, pin::Pin, rc::Rc};

use actix_session::SessionExt as _;
use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::Method,
    middleware::Next,
    web::Data,
};
use secrecy::SecretString;

use super::{App, Failure, Presented, Visitor, forms::Family, page::Said, route::see_other, sessions, tokens};
use crate::{
    flows::finish,
    rules::{
        moment::Moment,
        names::SessionId,
        session::{self, SessionVerdict},
    },
    store::{
        Conn, StoreError,
        attempts::{self, Attempt},
        patients::{self, Patient},
        sessions::Session,
    },
};

/// One session's row with what it points to.
#[derive(Clone, Debug)]
pub struct Held {
    pub session: Session,
    pub token: SecretString,
    pub attempt: Option<Attempt>,
    pub patient: Option<Patient>,
}

/// Where the visitor stands at the moment of the request.
#[derive(Clone, Debug)]
pub enum Standing {
    Stranger,
    /// The password was right, the code is still to come.
    Attempt(Rc<Walking>),
    SignedIn(Rc<Inside>),
    /// There was a session or attempt; it is over.
    Ended(Rc<Held>, Ended),
}

/// Why a session is over; the words of `?said=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Idle,
    /// Signed in for as long as anybody may be.
    Absolute,
    /// Newer sign-ins took its place.
    Evicted,
    /// The attempt's time was over, or it ended otherwise.
    Attempt,
    WrongCodes,
    /// Another sign-in in the same browser, a promotion, a sign-out: nothing to tell.
    Quietly,
}

impl Ended {
    /// What the start page says of it.
    pub fn said(self) -> Option<Said> {
        match self {
            Self::Idle => Some(Said::Idle),
            Self::Absolute => Some(Said::Ended),
            Self::Evicted => Some(Said::Evicted),
            Self::Attempt => Some(Said::AttemptEnded),
            Self::WrongCodes => Some(Said::WrongCodes),
            Self::Quietly => None,
        }
    }
}

/// Somebody between password and code.
#[derive(Clone, Debug)]
pub struct Walking {
    pub session_id: SessionId,
    pub token: SecretString,
    pub session: Session,
    pub attempt: Attempt,
    pub patient: Patient,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Inside {
    pub session: Session,
    pub token: SecretString,
    pub patient: Patient,
    /// Signed in until then, if nothing is clicked.
    pub until: Moment,
    /// Whether a click moves `until`.
    pub extends: bool,
}

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
            app.store.write(move |conn| crate::store::sessions::touch(conn, id, now)).await.map_err(Failure::from)?;
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
    let Some(session) = crate::store::sessions::by_token(conn, key)? else { return Ok(None) };
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
    use crate::rules::names::Status;
    let facts = session::Facts { began_at: held.session.began_at, last_used_at: held.session.last_used_at };
    let verdict = session::judge(facts, finish::limits(&app.ctx), now);
    match (verdict, &held.patient) {
        (SessionVerdict::Alive { extends, .. }, Some(patient)) if patient.status == Status::Active => {
            // This very request is a use: what it answers with states the end that follows from it.
            let facts = session::Facts { last_used_at: now, ..facts };
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
        (Some(attempt), Some(patient)) if attempt.is_open(now) => Standing::Attempt(Rc::new(Walking {
            session_id: held.session.id,
            token: held.token,
            attempt: attempt.clone(),
            patient: patient.clone(),
            session: held.session,
        })),
        _ => Standing::Ended(Rc::new(held), Ended::Attempt),
    }
}

impl Standing {
    pub fn of(req: &HttpRequest) -> Self {
        req.extensions().get::<Self>().cloned().unwrap_or(Self::Stranger)
    }

    /// The patient whose password was right in this session.
    pub fn patient(&self) -> Option<&Patient> {
        match self {
            Self::Attempt(walking) => Some(&walking.patient),
            Self::SignedIn(inside) => Some(&inside.patient),
            Self::Stranger | Self::Ended(..) => None,
        }
    }

    /// The session row whose cookie came along, live or not.
    pub fn session_id(&self) -> Option<SessionId> {
        match self {
            Self::Stranger => None,
            Self::Attempt(walking) => Some(walking.session.id),
            Self::SignedIn(inside) => Some(inside.session.id),
            Self::Ended(held, _) => Some(held.session.id),
        }
    }
}

type Ready<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl FromRequest for Standing {
    type Error = Error;
    type Future = Ready<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let standing = Self::of(req);
        Box::pin(async move { Ok(standing) })
    }
}

/// A page between password and code: everybody else is sent to the start of the flow.
pub struct InAttempt(pub Rc<Walking>);

impl FromRequest for InAttempt {
    type Error = Error;
    type Future = Ready<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = walking(req);
        Box::pin(async move { found.map(Self) })
    }
}

fn walking(req: &HttpRequest) -> Result<Rc<Walking>, Error> {
    match Standing::of(req) {
        Standing::Attempt(walking) => Ok(walking),
        Standing::Ended(_, why) => Err(to_start(why, None)),
        Standing::Stranger | Standing::SignedIn(_) => Err(to_start(Ended::Quietly, None)),
    }
}

/// A page for a signed-in patient: everybody else signs in first and comes back to it.
pub struct SignedIn(pub Rc<Inside>);

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Ready<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = inside(req);
        Box::pin(async move { found.map(Self) })
    }
}

fn inside(req: &HttpRequest) -> Result<Rc<Inside>, Error> {
    let next = (req.method() == Method::GET).then(|| req.path());
    match Standing::of(req) {
        Standing::SignedIn(inside) => Ok(inside),
        Standing::Ended(_, why) => {
            // The cookie goes too: Chromium keeps pages to go back to until one changes.
            sessions::drop_cookie(&req.get_session());
            Err(to_start(why, next))
        }
        Standing::Stranger | Standing::Attempt(_) => Err(to_start(Ended::Quietly, next)),
    }
}

/// A redirect to the password page that says what happened and leads back here.
pub fn to_start(why: Ended, next: Option<&str>) -> Error {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(said) = why.said() {
        query.append_pair("said", said.as_str());
    }
    if let Some(next) = next.filter(|next| *next != "/") {
        query.append_pair("next", next);
    }
    let query = query.finish();
    let target = if query.is_empty() { "/login".to_owned() } else { format!("/login?{query}") };
    InternalError::from_response("not where this page is shown", see_other(&target)).into()
}

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
    let row = app.store.read(move |conn| crate::store::sessions::by_token(conn, &binding)).await?;
    Ok(row.is_some_and(|session| session.ended_at.is_none() && now < session.ends_at))
}
