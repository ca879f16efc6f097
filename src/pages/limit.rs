//! A limit is reached: when to come back, or what ends it.
//! Answers 429 (503 while too many passwords wait to be checked).

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::turn::{Turn, draw, retry_after};
use crate::{
    flows::Closed,
    keys::queue::Busy,
    rules::{moment::Moment, sending::SendVerdict},
    web::{
        Failure,
        page::{Door, Page},
    },
    words::When,
};

#[derive(Template)]
#[template(path = "pages/limit.html")]
pub struct LimitPage {
    pub page: Page,
    pub kind: LimitKind,
    /// When it opens; `None` where no clock ends it.
    pub opens_at: Option<When>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Wrong passwords for one account from one network.
    Password,
    /// Wrong passwords from one network, over all accounts.
    Network,
    /// No clock ends it: password sign-in from unknown browsers is off.
    AccountLocked,
    /// Wrong codes of one person, over attempts.
    CodeWait,
    /// No clock ends it: the code step is off.
    CodeLocked,
    /// Too many passwords wait to be checked (503).
    Busy,
    /// The patient's codes of 24 hours.
    SendDay,
    /// The codes of 24 hours to one contact.
    SendDestination,
    /// The codes of an hour from one network.
    SendNetwork,
    /// The clinic's texts of 24 hours.
    SendTexts,
    /// The resends of this attempt; starting again gives new ones.
    SendAttempt,
}

impl LimitKind {
    /// What happened and why, and what ends it where no clock does.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Password => "limit-password",
            Self::Network => "limit-network",
            Self::AccountLocked => "limit-account-locked",
            Self::CodeWait => "limit-code-wait",
            Self::CodeLocked => "limit-code-locked",
            Self::Busy => "limit-busy",
            Self::SendDay => "limit-send-day",
            Self::SendDestination => "limit-send-destination",
            Self::SendNetwork => "limit-send-network",
            Self::SendTexts => "limit-send-texts",
            Self::SendAttempt => "limit-send-attempt",
        }
    }

    /// Whether it comes of wrong passwords.
    #[must_use]
    pub fn of_passwords(self) -> bool {
        matches!(self, Self::Password | Self::Network | Self::AccountLocked)
    }

    /// Whether it comes of wrong codes.
    #[must_use]
    pub fn of_codes(self) -> bool {
        matches!(self, Self::CodeWait | Self::CodeLocked)
    }

    /// Whether codes that were sent keep working meanwhile.
    #[must_use]
    pub fn of_sending(self) -> bool {
        !self.of_passwords() && !self.of_codes() && self != Self::Busy
    }

    /// The anchor of the answer in `/faq` that helps.
    #[must_use]
    pub fn help(self) -> &'static str {
        if self.of_sending() { "late" } else { "locked" }
    }
}

/// A limit that a clock ends.
pub fn until(turn: &Turn, kind: LimitKind, until: Moment) -> Result<HttpResponse, Failure> {
    let page = LimitPage { page: turn.page(Door::Shut), kind, opens_at: Some(turn.opening(until)) };
    let mut response = draw(StatusCode::TOO_MANY_REQUESTS, &page)?;
    retry_after(&mut response, turn.now, until);
    Ok(response)
}

/// A limit that no clock ends: the page says what does.
pub fn locked(turn: &Turn, kind: LimitKind) -> Result<HttpResponse, Failure> {
    draw(StatusCode::TOO_MANY_REQUESTS, &LimitPage { page: turn.page(Door::Shut), kind, opens_at: None })
}

/// Either of the two, as a counter tells it; `kinds` are the page's for a wait and for a lock.
pub fn closed(turn: &Turn, closed: Closed, kinds: [LimitKind; 2]) -> Result<HttpResponse, Failure> {
    match closed {
        Closed::Until(at) => until(turn, kinds[0], at),
        Closed::Locked => locked(turn, kinds[1]),
    }
}

/// Too many passwords wait to be checked.
pub fn busy(turn: &Turn) -> Result<HttpResponse, Failure> {
    let opens_at = turn.now.plus(Busy::RETRY_AFTER);
    let page = LimitPage { page: turn.page(Door::Shut), kind: LimitKind::Busy, opens_at: Some(turn.opening(opens_at)) };
    let mut response = draw(StatusCode::SERVICE_UNAVAILABLE, &page)?;
    retry_after(&mut response, turn.now, opens_at);
    Ok(response)
}

/// A limit of sending (rule 10). None for verdicts that are no limits.
pub fn of_sending(turn: &Turn, verdict: SendVerdict) -> Option<Result<HttpResponse, Failure>> {
    let kind = match verdict {
        SendVerdict::PatientDay { .. } => LimitKind::SendDay,
        SendVerdict::DestinationDay { .. } => LimitKind::SendDestination,
        SendVerdict::Network { .. } => LimitKind::SendNetwork,
        SendVerdict::TextBudget { .. } => LimitKind::SendTexts,
        SendVerdict::NoneLeft => LimitKind::SendAttempt,
        SendVerdict::Go
        | SendVerdict::AlreadySent
        | SendVerdict::OptedOut
        | SendVerdict::Country
        | SendVerdict::Gap { .. } => return None,
    };
    Some(match verdict.opens_at() {
        Some(at) => until(turn, kind, at),
        None => locked(turn, kind),
    })
}
