//! `/verify/code`: Verify Your Identity.
//! Says what is known of the message, takes the code, and offers every other way on.

mod view;

use std::time::Duration;

use super::{
    alphabet, destination, overview,
    resend::{self, Check, ResendForm},
};
use crate::{
    flows::{
        self,
        code::{Checked, Try},
        finish::Fresh,
        overview::{Obstacle, Overview},
    },
    keys,
    pages::{
        limit::{self, LimitKind},
        login::home_or,
        turn::{Turn, draw},
    },
    rules::{
        code::{Candidate, Code, candidate},
        device,
        moment::Moment,
        names::{Channel, DeviceId, SessionId},
        sending,
    },
    store::{codes::Code as Row, outbox},
    web::{
        Failure, Form,
        families::Verify,
        headers::Policy,
        page::{Destination, Door, Said, Switch},
        route::see_other,
        sessions,
        visit::{InAttempt, Standing, Walking},
    },
    words::Voice,
};
use actix_session::SessionExt as _;
use actix_web::{HttpResponse, http::StatusCode};
pub use view::{CodePage, Hint, Journey, Receipt, ResendLine, Skip, Trouble};

/// Shows what is known of the message and takes the code; `?resend=1` shows the form that sends it again.
pub async fn show(turn: Turn, attempt: InAttempt) -> Result<HttpResponse, Failure> {
    let walking = attempt.0;
    if walking.attempt.channel.is_none() {
        return Ok(see_other("/verify/choose"));
    }
    let shown = Shown { resend: turn.query("resend").is_some(), said: turn.said(), ..Shown::default() };
    draw_code(&turn, &walking, shown).await
}

/// Compares the code; a right one signs in.
pub async fn submit(turn: Turn, standing: Standing, form: Form<Verify>) -> Result<HttpResponse, Failure> {
    let skip = form.get("skip") == "on";
    if let Standing::Attempt(walking) = &standing
        && form.lang().is_some()
    {
        return draw_code(&turn, walking, Shown { skip, ..Shown::default() }).await;
    }
    let alphabets = &turn.app.alphabets;
    let trouble = match candidate(form.get("code"), &[&alphabets.email, &alphabets.text]) {
        Candidate::Code(code) => match check(&turn, &standing, code, skip).await? {
            Checked::In { token, device, next_path } => {
                return turn.enter(home_or(&next_path), &token, device.as_ref());
            }
            Checked::Wrong { left } => Trouble::Wrong { left },
            Checked::Expired => Trouble::Expired,
            Checked::Closed(closed) => {
                return limit::closed(&turn, closed, [LimitKind::CodeWait, LimitKind::CodeLocked]);
            }
            Checked::Over => return Ok(leave(&turn, Said::WrongCodes)),
            Checked::Gone => return Ok(leave(&turn, Said::AttemptEnded)),
        },
        Candidate::Empty => Trouble::Empty,
        Candidate::TooShort => Trouble::TooShort,
        Candidate::TooLong => Trouble::TooLong,
        Candidate::WrongCharacters => Trouble::WrongCharacters,
        Candidate::Ambiguous => Trouble::Ambiguous,
    };
    match &standing {
        Standing::Attempt(walking) => {
            let shown =
                Shown { skip, status: StatusCode::UNPROCESSABLE_ENTITY, trouble: Some(trouble), ..Shown::default() };
            draw_code(&turn, walking, shown).await
        }
        _ => Ok(leave(&turn, Said::Used)),
    }
}

/// Back to the start of the flow, which says what happened.
fn leave(turn: &Turn, said: Said) -> HttpResponse {
    sessions::drop_cookie(&turn.req.get_session());
    see_other(&format!("/login?said={}", said.as_str()))
}

async fn check(turn: &Turn, standing: &Standing, code: Code, skip: bool) -> Result<Checked, Failure> {
    let (session, token) = match standing {
        Standing::Attempt(walking) => (&walking.session, &walking.token),
        Standing::Ended(held, _) => (&held.session, &held.token),
        Standing::Stranger | Standing::SignedIn(_) => return Ok(Checked::Gone),
    };
    let Some(attempt_id) = session.attempt_id else { return Ok(Checked::Gone) };
    let with = Try {
        attempt_id,
        session_id: session.id,
        token: token.clone(),
        code,
        known_as: session.device_id,
        fresh: Fresh { session_id: SessionId(keys::random_id()), device_id: DeviceId(keys::random_id()), skip },
        caller: turn.caller(),
    };
    let ctx = turn.app.ctx.clone();
    let checked = turn.app.store.write(move |conn| flows::code::check(conn, &ctx, &with)).await?;
    turn.app.outbox.wake();
    Ok(checked)
}

/// How the page is shown this time.
pub struct Shown {
    pub status: StatusCode,
    pub trouble: Option<Trouble>,
    /// Trouble with sending again, said at its form.
    pub resend_trouble: Option<resend::Trouble>,
    /// Whether the form that sends again is shown.
    pub resend: bool,
    pub skip: bool,
    pub said: Option<Said>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { status: StatusCode::OK, trouble: None, resend_trouble: None, resend: false, skip: false, said: None }
    }
}

/// Draws the page from what is known now.
pub async fn draw_code(turn: &Turn, walking: &Walking, shown: Shown) -> Result<HttpResponse, Failure> {
    let overview = overview(turn, walking).await?;
    let Some((code, row)) = &overview.newest else { return Ok(see_other("/verify/choose")) };
    let mut page = turn.session_page::<Verify>(Door::Wider, &walking.session.token_key);
    page.switch = Switch::Button { main: "code-go" };
    let troubles = shown.trouble.map(|trouble| trouble.problem(&page.voice));
    let resend_troubles = shown.resend_trouble.as_ref().map(|trouble| trouble.problem(&page.voice));
    page.errors = troubles.into_iter().chain(resend_troubles).collect();
    let contact = overview.way(code.channel).and_then(|way| way.contact.as_ref());
    let to = contact.and_then(|contact| destination(&page.voice, code.channel, contact));
    let Some(to) = to else { return Ok(see_other("/verify/choose")) };
    let sent_again = shown.said == Some(Said::Resent);
    if let Some(said) = shown.said.filter(|_| !sent_again) {
        page.tell(said);
    }
    let receipt = turn.receipt(to.clone(), code, row.as_ref(), &overview);
    let view = CodePage {
        receipt,
        hint: hint(&overview.alive),
        numeric: turn.is_numeric(&overview.alive),
        skip: Some(turn.skip(&page.voice)),
        skip_ticked: shown.skip,
        resend: turn.resend_line(walking, &overview),
        other: turn.other_way(&page.voice, code.channel, &overview),
        again: (shown.resend && overview.left > 0).then(|| turn.resend_form(walking, &overview, to)),
        sent_again,
        page,
    };
    let hcaptcha = view.again.as_ref().is_some_and(|again| matches!(again.check, Check::Hcaptcha { .. }));
    let mut response = draw(shown.status, &view)?;
    if hcaptcha {
        response.extensions_mut().insert(Policy::Captcha);
    }
    Ok(response)
}

fn hint(alive: &[Channel]) -> Hint {
    match (alive.contains(&Channel::Email), alive.contains(&Channel::Text)) {
        (true, true) => Hint::Either,
        (false, true) => Hint::Text,
        (_, false) => Hint::Email,
    }
}

impl Turn {
    fn receipt(&self, to: Destination, code: &Row, message: Option<&outbox::Row>, overview: &Overview) -> Receipt {
        let opted_out =
            overview.way(code.channel).is_some_and(|way| matches!(way.obstacle, Some(Obstacle::OptedOut { .. })));
        let journey = match message {
            _ if opted_out => Journey::OptedOut,
            Some(row) => row.state.into(),
            None => Journey::Queued,
        };
        Receipt {
            to,
            asked_at: self.when(code.asked_at),
            handed_over: message.and_then(|row| row.handed_over_at).map(|at| self.when(at)),
            works_until: self.when(code.expires_at),
            journey,
        }
    }

    fn is_numeric(&self, alive: &[Channel]) -> bool {
        !alive.is_empty() && alive.iter().all(|&channel| alphabet(self, channel).is_numeric())
    }

    fn skip(&self, voice: &Voice) -> Skip {
        let mobile = self.browser().mobile;
        let remember = &self.app.settings.remember;
        let days = if mobile { remember.mobile_days } else { remember.desktop_days };
        Skip { days, mobile, until: voice.date(device::remembered_until(self.now, days)) }
    }

    fn resend_line(&self, walking: &Walking, overview: &Overview) -> ResendLine {
        let way = walking.attempt.channel.and_then(|channel| overview.way(channel));
        let limit = way.and_then(|way| match way.obstacle {
            Some(Obstacle::Limit { until }) => Some(until),
            _ => None,
        });
        ResendLine {
            left: overview.left,
            limited_until: limit.map(|at| self.opening(at)),
            opens_at: self.gap(walking).map(|at| self.opening(at)),
        }
    }

    /// When the pause after the newest code ends, if it has not.
    pub fn gap(&self, walking: &Walking) -> Option<Moment> {
        let gap = Duration::from_secs(self.app.settings.resend.gap_seconds);
        sending::gap_opens_at(walking.attempt.last_sent_at, gap, self.now)
    }

    /// When waiting takes the place of the CAPTCHA.
    pub fn wait_until(&self, walking: &Walking) -> Moment {
        let wait = Duration::from_secs(self.app.settings.resend.wait_without_scripts_seconds);
        sending::wait_ends_at(walking.attempt.last_sent_at, wait, self.now)
    }

    fn other_way(&self, voice: &Voice, current: Channel, overview: &Overview) -> Option<Destination> {
        let way = overview.ways.iter().find(|way| way.channel != current && way.obstacle.is_none())?;
        if self.app.outbox.ailing(self.now).contains(&way.channel) {
            return None;
        }
        destination(voice, way.channel, way.contact.as_ref()?)
    }

    fn resend_form(&self, walking: &Walking, overview: &Overview, to: Destination) -> ResendForm {
        let wait_until = self.wait_until(walking);
        ResendForm {
            to,
            check: resend::check_of(self, walking),
            wait_until: self.opening(wait_until),
            wait_over: wait_until <= self.now,
            left: overview.left,
            opens_at: self.gap(walking).map(|at| self.opening(at)),
        }
    }
}
