//! `/verify/resend`: where the CAPTCHA's form goes.
//! The form is a part of the code page, shown by `/verify/code?resend=1`.

use actix_web::{HttpResponse, http::StatusCode};

use super::{
    code::{Shown, draw_code},
    send,
};
use crate::{
    flows::send::Outcome,
    outside::captcha::{Captcha, Verdict},
    pages::{
        limit::{self, LimitKind},
        turn::{Turn, retry_after},
    },
    rules::{
        moment::Moment,
        sending::{Asked, SendVerdict},
    },
    web::{
        Failure, Form,
        families::Verify,
        page::{Destination, Problem},
        route::see_other,
        visit::{InAttempt, Walking},
    },
    words::{Voice, When},
};

/// Sending the code again.
#[derive(Clone, Debug)]
pub struct ResendForm {
    pub to: Destination,
    pub check: Check,
    /// When the button works without the check.
    pub wait_until: When,
    pub wait_over: bool,
    /// How many more times it can be sent, this one included.
    pub left: u32,
    /// Before the gap is over: when the button opens.
    pub opens_at: Option<When>,
}

/// The check against robots.
#[derive(Clone, Debug)]
pub enum Check {
    /// Ours: `challenge` is the ALTCHA challenge as JSON.
    BuiltIn {
        challenge: String,
    },
    Hcaptcha {
        site_key: String,
        script_url: String,
    },
    /// hCaptcha does not answer; only the wait is left.
    Down,
}

/// Why nothing was sent again; each says so at the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Neither checked nor waited.
    Missing { wait_until: When },
    /// The answer did not hold.
    Failed,
    /// hCaptcha does not answer.
    Down { wait_until: When },
    /// The gap is not over.
    TooSoon { opens_at: When },
}

impl Trouble {
    #[must_use]
    pub fn problem(&self, voice: &Voice) -> Problem {
        let text = match self {
            Self::Missing { wait_until } => voice.t1("resend-missing", "at", wait_until),
            Self::Failed => voice.t("resend-failed").to_owned(),
            Self::Down { wait_until } => voice.t1("resend-down", "at", wait_until),
            Self::TooSoon { opens_at } => voice.t1("resend-too-soon", "at", opens_at),
        };
        Problem { field: "not_a_robot", text, help: Some("robot") }
    }
}

/// Sends the code again, once the check or the wait was passed.
pub async fn submit(turn: Turn, attempt: Form<Verify>, at: InAttempt) -> Result<HttpResponse, Failure> {
    let (form, walking) = (attempt, at.0);
    let Some(channel) = walking.attempt.channel else { return Ok(see_other("/verify/choose")) };
    if form.lang().is_some() {
        return draw_code(&turn, &walking, Shown { resend: true, ..Shown::default() }).await;
    }
    let answer = match judge(&turn, &walking, &form).await {
        Judged::Passed(answer) => answer,
        Judged::Trouble(trouble) => return refuse(&turn, &walking, trouble, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    match send(&turn, &walking, channel, Asked::Resend, answer).await? {
        Outcome::Sent => Ok(see_other("/verify/code?said=resent")),
        Outcome::AnswerUsed => refuse(&turn, &walking, Trouble::Failed, StatusCode::UNPROCESSABLE_ENTITY).await,
        Outcome::Refused(SendVerdict::Gap { opens_at }) => {
            let trouble = Trouble::TooSoon { opens_at: turn.opening(opens_at) };
            let mut response = refuse(&turn, &walking, trouble, StatusCode::TOO_MANY_REQUESTS).await?;
            retry_after(&mut response, turn.now, opens_at);
            Ok(response)
        }
        Outcome::Closed(closed) => limit::closed(&turn, closed, [LimitKind::CodeWait, LimitKind::CodeLocked]),
        Outcome::Refused(verdict) => {
            limit::of_sending(&turn, verdict).unwrap_or_else(|| Ok(see_other("/verify/choose")))
        }
        Outcome::NoContact => Ok(see_other("/verify/choose")),
        Outcome::Gone => Err(Failure::Gone("/login?said=attempt-ended")),
    }
}

async fn refuse(turn: &Turn, walking: &Walking, trouble: Trouble, status: StatusCode) -> Result<HttpResponse, Failure> {
    let shown = Shown { status, resend: true, resend_trouble: Some(trouble), ..Shown::default() };
    draw_code(turn, walking, shown).await
}

/// What the check said.
enum Judged {
    /// With the answer that the send uses up; none where waiting took the check's place.
    Passed(Option<(Vec<u8>, Moment)>),
    Trouble(Trouble),
}

async fn judge(turn: &Turn, walking: &Walking, form: &Form<Verify>) -> Judged {
    let answer = match turn.app.captcha {
        Captcha::BuiltIn(_) => form.get("altcha"),
        Captcha::Hcaptcha(_) => form.get("h-captcha-response"),
    };
    let wait_until = turn.wait_until(walking);
    if answer.is_empty() {
        let over = wait_until <= turn.now;
        let missing = Trouble::Missing { wait_until: turn.opening(wait_until) };
        return if over { Judged::Passed(None) } else { Judged::Trouble(missing) };
    }
    match turn.app.captcha.verify(walking.attempt.id, answer, turn.now).await {
        Verdict::Good { answer_key, expires_at } => Judged::Passed(Some((answer_key, expires_at))),
        // A check that failed costs nothing, and whoever has waited needs none.
        Verdict::Bad | Verdict::Down if wait_until <= turn.now => Judged::Passed(None),
        Verdict::Bad => Judged::Trouble(Trouble::Failed),
        Verdict::Down => Judged::Trouble(Trouble::Down { wait_until: turn.opening(wait_until) }),
    }
}

/// The check as the page shows it.
pub fn check_of(turn: &Turn, walking: &Walking) -> Check {
    match &turn.app.captcha {
        Captcha::BuiltIn(built_in) => match built_in.challenge(walking.attempt.id, turn.now) {
            Some(challenge) => Check::BuiltIn { challenge },
            None => Check::Down,
        },
        Captcha::Hcaptcha(_) => Check::Hcaptcha {
            site_key: turn.app.settings.captcha.site_key.clone(),
            script_url: turn.app.settings.captcha.script_url.clone(),
        },
    }
}
