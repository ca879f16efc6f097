//! Where a visitor stands: nobody yet, on the way through the verify pages, signed in, or no longer.
//! Worked out once per request from the session's row; extractors turn everybody else away before a page's body runs.

use std::{future::Future, pin::Pin, rc::Rc};

use actix_session::SessionExt as _;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::InternalError, http::Method};
use secrecy::SecretString;

use super::{page::Said, route::see_other, sessions};
use crate::{
    rules::{moment::Moment, names::SessionId},
    store::{attempts::Attempt, patients::Patient, sessions::Session},
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

pub(super) fn walking(req: &HttpRequest) -> Result<Rc<Walking>, Error> {
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

pub(super) fn inside(req: &HttpRequest) -> Result<Rc<Inside>, Error> {
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
