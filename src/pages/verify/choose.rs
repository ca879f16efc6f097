//! `/verify/choose`: how would you like to receive the code?
//! Nothing is sent until the patient chooses; a way that cannot work is explained with its fix.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::{code, destination, overview, resend, send};
use crate::{
    flows::{
        overview::{self, Obstacle},
        send::Outcome,
    },
    pages::{
        limit::{self, LimitKind},
        turn::{Turn, draw, retry_after},
    },
    rules::{
        names::Channel,
        sending::{Asked, SendVerdict},
    },
    store::patients::Patient,
    web::{
        Failure, Form,
        families::Verify,
        page::{Destination, Door, Page, Problem},
        route::see_other,
        visit::{InAttempt, Walking},
    },
    words::{Voice, When},
};

#[derive(Template)]
#[template(path = "pages/verify/choose.html")]
pub struct ChoosePage {
    pub page: Page,
    /// The way that worked last comes first.
    pub ways: Vec<Way>,
}

/// A way for the code to arrive.
#[derive(Clone, Debug)]
pub enum Way {
    Open {
        to: Destination,
        worked_last: bool,
    },
    /// `to` is `None` where there is no such contact.
    Closed {
        channel: Channel,
        to: Option<Destination>,
        why: Why,
    },
}

/// Why a way cannot work; the page tells how to mend each.
#[derive(Clone, Debug)]
pub enum Why {
    /// The phone answered STOP on that day ("November 12").
    OptedOut {
        since: String,
    },
    NotOnFile,
    /// The number on file is a landline.
    Landline,
    /// The number is of a country the clinic does not text to.
    Country,
    /// The last message was refused for good.
    Refused,
    /// The mail or text service does not answer just now.
    Outage,
    /// A limit is reached until then.
    Limit {
        until: When,
    },
    /// The clinic sends no texts.
    NoTexts,
}

impl ChoosePage {
    /// How many ways can be chosen.
    #[must_use]
    pub fn open(&self) -> usize {
        self.ways.iter().filter(|way| matches!(way, Way::Open { .. })).count()
    }

    /// Whether the error summary leads to that way: the first that can be chosen, else the first.
    #[must_use]
    pub fn error_goes_to(&self, channel: &Channel) -> bool {
        let open = self.ways.iter().find(|way| matches!(way, Way::Open { .. }));
        open.or(self.ways.first()).is_some_and(|way| match way {
            Way::Open { to, .. } => to.channel == *channel,
            Way::Closed { channel: closed, .. } => closed == channel,
        })
    }

    /// Whether that way can be chosen.
    #[must_use]
    pub fn has(&self, channel: Channel) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::Open { to, .. } if to.channel == channel))
    }
}

/// Shows the ways, without sending anything.
pub async fn show(turn: Turn, attempt: InAttempt) -> Result<HttpResponse, Failure> {
    draw_choose(&turn, &attempt.0, StatusCode::OK, None).await
}

/// Sends the code the chosen way. The same way again sends nothing.
pub async fn submit(turn: Turn, attempt: Form<Verify>, at: InAttempt) -> Result<HttpResponse, Failure> {
    let (form, walking) = (attempt, at.0);
    if form.lang().is_some() {
        return draw_choose(&turn, &walking, StatusCode::OK, None).await;
    }
    let Some(channel) = Channel::parse(form.get("channel")) else {
        return draw_choose(&turn, &walking, StatusCode::UNPROCESSABLE_ENTITY, Some("choose-none")).await;
    };
    match send(&turn, &walking, channel, Asked::Choose, None).await? {
        Outcome::Sent => Ok(see_other("/verify/code")),
        Outcome::Refused(SendVerdict::AlreadySent) => Ok(see_other("/verify/code?said=already-sent")),
        Outcome::Refused(SendVerdict::Gap { opens_at }) => {
            let trouble = resend::Trouble::TooSoon { opens_at: turn.opening(opens_at) };
            let shown = code::Shown {
                status: StatusCode::TOO_MANY_REQUESTS,
                resend: true,
                resend_trouble: Some(trouble),
                ..code::Shown::default()
            };
            let mut response = code::draw_code(&turn, &walking, shown).await?;
            retry_after(&mut response, turn.now, opens_at);
            Ok(response)
        }
        Outcome::Closed(closed) => limit::closed(&turn, closed, [LimitKind::CodeWait, LimitKind::CodeLocked]),
        Outcome::Refused(verdict) => match limit::of_sending(&turn, verdict) {
            Some(answer) => answer,
            None => draw_choose(&turn, &walking, StatusCode::UNPROCESSABLE_ENTITY, Some("choose-closed")).await,
        },
        Outcome::NoContact | Outcome::AnswerUsed => {
            draw_choose(&turn, &walking, StatusCode::UNPROCESSABLE_ENTITY, Some("choose-closed")).await
        }
        Outcome::Gone => Err(Failure::Gone("/login?said=attempt-ended")),
    }
}

async fn draw_choose(
    turn: &Turn,
    walking: &Walking,
    status: StatusCode,
    trouble: Option<&'static str>,
) -> Result<HttpResponse, Failure> {
    let overview = overview(turn, walking).await?;
    let mut page = turn.session_page::<Verify>(Door::Ajar, &walking.session.token_key);
    page.errors = trouble
        .map(|id| Problem { field: "channel", text: page.voice.t(id).to_owned(), help: Some("neither") })
        .into_iter()
        .collect();
    let ways = overview.ways.iter().map(|way| turn.way(&page.voice, &walking.patient, way)).collect();
    draw(status, &ChoosePage { page, ways })
}

impl Turn {
    fn way(&self, voice: &Voice, patient: &Patient, way: &overview::Way) -> Way {
        let to = way.contact.as_ref().and_then(|contact| destination(voice, way.channel, contact));
        let why = match way.obstacle {
            None if self.app.outbox.ailing(self.now).contains(&way.channel) => Some(Why::Outage),
            None => None,
            Some(Obstacle::NotOnFile) => Some(Why::NotOnFile),
            Some(Obstacle::NoTexts) => Some(Why::NoTexts),
            Some(Obstacle::OptedOut { since }) => Some(Why::OptedOut { since: voice.date(since) }),
            Some(Obstacle::Landline) => Some(Why::Landline),
            Some(Obstacle::Country) => Some(Why::Country),
            Some(Obstacle::Refused) => Some(Why::Refused),
            Some(Obstacle::Limit { until }) => Some(Why::Limit { until: self.opening(until) }),
        };
        match (to, why) {
            (Some(to), None) => Way::Open { to, worked_last: patient.last_channel == Some(way.channel) },
            (to, why) => Way::Closed { channel: way.channel, to, why: why.unwrap_or(Why::NotOnFile) },
        }
    }
}
