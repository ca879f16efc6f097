//! `/login`: the password page.
//! After a failure the username stays, the password is empty, and neither is named as wrong.

use std::sync::Arc;

use actix_session::SessionExt as _;
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use secrecy::SecretString;
use tokio::time::Instant;

use super::{
    limit::{self, LimitKind},
    turn::{Turn, draw},
};
use crate::{
    flows::{
        known::DeviceCookie,
        password::{self, Opening, Reserved, Settled, Ticket, Try},
    },
    keys::{self, Lookup, queue::Queue},
    rules::{
        names::{AttemptId, Channel, SessionId},
        next::own_path,
        username,
    },
    web::{
        Failure, Form, Stranger,
        page::{Door, Page, Problem, Said},
        route::see_other,
        sessions,
        visit::Standing,
    },
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
    /// Switched off by staff; said once the password was right.
    Disabled,
}

impl Trouble {
    #[must_use]
    pub fn problem(self, voice: &Voice) -> Problem {
        let (field, text, help) = match self {
            Self::NoUsername => ("username", voice.t("login-no-username"), None),
            Self::NoPassword => ("password", voice.t("login-no-password"), None),
            Self::NoFit => ("username", voice.t("login-no-fit"), Some("locked")),
            Self::Disabled => ("username", voice.t("login-disabled"), None),
        };
        Problem { field, text: text.to_owned(), help }
    }
}

/// Shows the password page; who is signed in goes home.
pub async fn show(turn: Turn, standing: Standing) -> Result<HttpResponse, Failure> {
    let next = turn.query("next").filter(|next| own_path(next).is_some()).unwrap_or_default();
    match standing {
        Standing::SignedIn(_) => Ok(see_other(if next.is_empty() { "/" } else { &next })),
        Standing::Ended(_, why) => {
            sessions::drop_cookie(&turn.req.get_session());
            let said = turn.said().or(why.said());
            turn.draw_login(StatusCode::OK, Typed { next, ..Typed::default() }, &[], said)
        }
        Standing::Stranger | Standing::Attempt(_) => {
            turn.draw_login(StatusCode::OK, Typed { next, ..Typed::default() }, &[], turn.said())
        }
    }
}

/// What was typed into the form, secrets excepted.
#[derive(Clone, Default)]
struct Typed {
    username: String,
    next: String,
}

impl Turn {
    fn draw_login(
        &self,
        status: StatusCode,
        typed: Typed,
        troubles: &[Trouble],
        said: Option<Said>,
    ) -> Result<HttpResponse, Failure> {
        let mut page = self.stranger_page(Door::Closed, "login-go");
        page.errors = troubles.iter().map(|trouble| trouble.problem(&page.voice)).collect();
        if let Some(said) = said {
            page.tell(said);
        }
        let outage = self.app.outbox.ailing(self.now);
        draw(status, &LoginPage { page, username: typed.username, next: typed.next, outage })
    }
}

/// Takes username and password: counts the try, looks at the password, and opens the attempt or the session.
pub async fn submit(turn: Turn, standing: Standing, form: Form<Stranger>) -> Result<HttpResponse, Failure> {
    let arrived = Instant::now();
    let typed = Typed {
        username: form.get("username").to_owned(),
        next: own_path(form.get("next")).unwrap_or_default().to_owned(),
    };
    if form.lang().is_some() {
        return turn.draw_login(StatusCode::OK, typed, &[], None);
    }
    let missing = missing(&form);
    if !missing.is_empty() {
        return turn.draw_login(StatusCode::UNPROCESSABLE_ENTITY, typed, &missing, None);
    }
    let (password, replaces) = (form.secret("password"), standing.session_id());
    // On a task of its own: a browser that hangs up takes this future along, but a try that was counted is looked at,
    // audited and told of whoever waits for the answer.
    let answer = actix_web::rt::spawn(try_password(turn, arrived, typed, password, replaces)).await;
    answer.unwrap_or_else(|error| Err(Failure::broken(&error)))
}

async fn try_password(
    turn: Turn,
    arrived: Instant,
    typed: Typed,
    password: SecretString,
    replaces: Option<SessionId>,
) -> Result<HttpResponse, Failure> {
    let with = Arc::new(turn.password_try(&typed.username));
    let ticket = match turn.reserve(&with).await? {
        Reserved::Go(ticket) => Arc::new(*ticket),
        Reserved::Closed(closed) => {
            return limit::closed(&turn, closed, [LimitKind::Password, LimitKind::AccountLocked]);
        }
        Reserved::Network(until) => return limit::until(&turn, LimitKind::Network, until),
    };
    let queue = queue(&with, &ticket);
    let stored = password::stored(&turn.app.ctx, &ticket)?;
    let Ok(verdict) = turn.app.hasher.verify(queue.clone(), &password, stored).await else {
        turn.busy(&with, &ticket).await?;
        return limit::busy(&turn);
    };
    if !verdict.right {
        return turn.refuse(arrived, typed, &with, &ticket).await;
    }
    let rehash = if verdict.stale { turn.app.hasher.hash(queue, &password).await.ok() } else { None };
    let opening = Opening {
        session_id: SessionId(keys::random_id()),
        token: keys::random_token(),
        attempt_id: AttemptId(keys::random_id()),
        next_path: typed.next.clone(),
        replaces,
        rehash,
    };
    match turn.settle(&with, &ticket, &opening).await? {
        Settled::Code(device) => turn.enter("/verify/choose", &opening.token, device.as_ref()),
        Settled::In(device) => turn.enter(home_or(&typed.next), &opening.token, device.as_ref()),
        Settled::Disabled => turn.draw_login(StatusCode::UNPROCESSABLE_ENTITY, typed, &[Trouble::Disabled], None),
        Settled::Changed => turn.refuse(arrived, typed, &with, &ticket).await,
    }
}

fn missing(form: &Form<Stranger>) -> Vec<Trouble> {
    let mut missing = Vec::new();
    if form.get("username").trim().is_empty() {
        missing.push(Trouble::NoUsername);
    }
    if form.get("password").is_empty() {
        missing.push(Trouble::NoPassword);
    }
    missing
}

fn queue(with: &Try, ticket: &Ticket) -> Queue {
    if ticket.is_known() { Queue::Known } else { Queue::Stranger { network: with.caller.network_key.clone() } }
}

/// Where a completed sign-in leads.
pub fn home_or(next: &str) -> &str {
    if next.is_empty() { "/" } else { next }
}

impl Turn {
    fn password_try(&self, username: &str) -> Try {
        let folded = username::fold(username);
        Try {
            username_key: self.app.keys.lookup(Lookup::Username, &[folded.as_bytes()]),
            caller: self.caller(),
            device_cookies: self.device_cookies(),
        }
    }

    async fn reserve(&self, with: &Arc<Try>) -> Result<Reserved, Failure> {
        let (ctx, with) = (self.app.ctx.clone(), with.clone());
        Ok(self.app.store.write(move |conn| password::reserve(conn, &ctx, &with)).await?)
    }

    async fn settle(&self, with: &Arc<Try>, ticket: &Arc<Ticket>, opening: &Opening) -> Result<Settled, Failure> {
        let (ctx, with, ticket, opening) = (self.app.ctx.clone(), with.clone(), ticket.clone(), opening.clone());
        let settled =
            self.app.store.write(move |conn| password::settle_right(conn, &ctx, &with, &ticket, &opening)).await?;
        self.app.outbox.wake();
        Ok(settled)
    }

    async fn busy(&self, with: &Arc<Try>, ticket: &Arc<Ticket>) -> Result<(), Failure> {
        let (ctx, with, ticket) = (self.app.ctx.clone(), with.clone(), ticket.clone());
        Ok(self.app.store.write(move |conn| password::take_back(conn, &ctx, &with, &ticket)).await?)
    }

    /// One answer for every refused password, whoever has that username or not.
    async fn refuse(
        &self,
        arrived: Instant,
        typed: Typed,
        with: &Arc<Try>,
        ticket: &Arc<Ticket>,
    ) -> Result<HttpResponse, Failure> {
        let (ctx, with, ticket) = (self.app.ctx.clone(), with.clone(), ticket.clone());
        let any_foreign = self.app.store.write(move |conn| password::settle_wrong(conn, &ctx, &with, &ticket)).await?;
        self.app.outbox.wake();
        if any_foreign {
            // Hashes of other portals cost other times than ours, so every refusal takes as long as the slowest may.
            tokio::time::sleep_until(arrived + self.app.hasher.foreign_floor().await).await;
        }
        self.draw_login(StatusCode::UNPROCESSABLE_ENTITY, typed, &[Trouble::NoFit], None)
    }

    /// On to the next page with the cookies of a new session.
    pub fn enter(
        &self,
        path: &str,
        token: &SecretString,
        device: Option<&DeviceCookie>,
    ) -> Result<HttpResponse, Failure> {
        sessions::carry(&self.req.get_session(), token).map_err(|error| Failure::broken(&error))?;
        let mut response = see_other(path);
        if let Some(device) = device {
            response.add_cookie(&self.device_cookie(device)).map_err(|error| Failure::broken(&error))?;
        }
        Ok(response)
    }
}
