//! A limit is reached: when to come back, or what ends it.
//! Answers 429 (503 while too many passwords wait to be checked).

use askama::Template;

use crate::{web::page::Page, words::When};

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
