//! `/verify/choose`: how would you like to receive the code?
//! Nothing is sent until the patient chooses; a way that cannot work is explained with its fix.

use askama::Template;

use crate::{
    rules::names::Channel,
    web::page::{Destination, Page},
    words::When,
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

    /// Whether that way can be chosen.
    #[must_use]
    pub fn has(&self, channel: Channel) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::Open { to, .. } if to.channel == channel))
    }
}
