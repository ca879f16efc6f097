//! What the code page shows: its template's struct and the words for everything that can be wrong with a code.
//! Built by the handlers from what is known of the attempt.

use askama::Template;

use super::super::resend::{Check, ResendForm};
use crate::{
    rules::names::{Channel, Delivery},
    web::page::{Destination, Page, Problem},
    words::{Voice, When},
};

#[derive(Template)]
#[template(path = "pages/verify/code.html")]
pub struct CodePage {
    pub page: Page,
    pub receipt: Receipt,
    pub hint: Hint,
    /// `inputmode="numeric"`: only where every live code is of digits.
    pub numeric: bool,
    /// "Skip this step next time", where it counts.
    pub skip: Option<Skip>,
    /// What was ticked on the form that came back.
    pub skip_ticked: bool,
    pub resend: ResendLine,
    /// The other channel, where it can be used.
    pub other: Option<Destination>,
    /// Shown by `?resend=1`.
    pub again: Option<ResendForm>,
    /// After a resend: says "sent again to …".
    pub sent_again: bool,
}

/// What is known of the newest message.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub to: Destination,
    /// The same time stands in the message.
    pub asked_at: When,
    pub handed_over: Option<When>,
    pub works_until: When,
    pub journey: Journey,
}

/// Where the newest message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    Queued,
    HandedOver,
    Delivered,
    Refused,
    Unknown,
    GaveUp,
    /// The number texted STOP.
    OptedOut,
}

impl From<Delivery> for Journey {
    fn from(state: Delivery) -> Self {
        match state {
            Delivery::Queued => Self::Queued,
            Delivery::HandedOver => Self::HandedOver,
            Delivery::Delivered => Self::Delivered,
            Delivery::Refused => Self::Refused,
            Delivery::Unknown => Self::Unknown,
            Delivery::GaveUp => Self::GaveUp,
        }
    }
}

/// What the hint says a code looks like: that of one channel, or of both while codes of both live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    Email,
    Text,
    Either,
}

#[derive(Clone, Debug)]
pub struct Skip {
    pub days: u64,
    pub mobile: bool,
    /// "February 22, 2027".
    pub until: String,
}

/// What is said of sending again before anyone asks for it.
#[derive(Clone, Debug)]
pub struct ResendLine {
    pub left: u32,
    /// None left: when a limit of sending opens again; `None` where starting again is enough.
    pub limited_until: Option<When>,
    /// Before the gap is over: when it opens.
    pub opens_at: Option<When>,
}

/// What is wrong with a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Empty,
    TooShort,
    TooLong,
    WrongCharacters,
    /// Two different codes in what was pasted.
    Ambiguous,
    /// `left` tries in this attempt; said from 3.
    Wrong {
        left: u32,
    },
    Expired,
    Used,
}

/// From how many tries left on the page says so.
const SAY_TRIES_FROM: u32 = 3;

impl Trouble {
    #[must_use]
    pub fn problem(self, voice: &Voice) -> Problem {
        let (text, help) = match self {
            Self::Empty => (voice.t("code-empty").to_owned(), Some("late")),
            Self::TooShort => (voice.t("code-too-short").to_owned(), Some("look")),
            Self::TooLong => (voice.t("code-too-long").to_owned(), Some("look")),
            Self::WrongCharacters => (voice.t("code-wrong-characters").to_owned(), Some("look")),
            Self::Ambiguous => (voice.t("code-ambiguous").to_owned(), Some("several")),
            Self::Wrong { left } if left <= SAY_TRIES_FROM => {
                (voice.t1("code-wrong-left", "left", left), Some("several"))
            }
            Self::Wrong { .. } => (voice.t("code-wrong").to_owned(), Some("several")),
            Self::Expired => (voice.t("code-expired").to_owned(), Some("expired")),
            Self::Used => (voice.t("code-used").to_owned(), Some("expired")),
        };
        Problem { field: "code", text, help }
    }
}

impl CodePage {
    /// What is said under the heading: sent, on its way, or not delivered.
    #[must_use]
    pub fn lead(&self) -> &'static str {
        match (self.receipt.journey, self.receipt.to.channel) {
            (Journey::Queued, Channel::Email) => "code-lead-email-queued",
            (Journey::Queued, Channel::Text) => "code-lead-text-queued",
            (Journey::HandedOver | Journey::Delivered | Journey::Unknown, Channel::Email) => "code-lead-email",
            (Journey::HandedOver | Journey::Delivered | Journey::Unknown, Channel::Text) => "code-lead-text",
            (_, Channel::Email) => "code-lead-email-failed",
            (_, Channel::Text) => "code-lead-text-failed",
        }
    }

    #[must_use]
    pub fn by_email(&self) -> bool {
        self.receipt.to.channel == Channel::Email
    }
}
