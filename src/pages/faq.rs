//! `/faq`: the how-to and the questions, every answer an anchor.
//! Needs no sign-in and writes nothing.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::turn::{Turn, draw};
use crate::{
    settings::TextProvider,
    web::{
        Failure,
        page::{Door, Page},
    },
};

#[derive(Template)]
#[template(path = "pages/faq.html")]
pub struct FaqPage {
    pub page: Page,
    /// Whether the clinic sends texts: some questions are about nothing else.
    pub texts: bool,
}

/// A group of questions: its id and heading, and each question's anchor, question and answer.
pub struct Group {
    pub anchor: &'static str,
    pub heading: &'static str,
    pub questions: &'static [Question],
}

pub struct Question {
    pub anchor: &'static str,
    pub question: &'static str,
    pub answer: &'static str,
    /// Makes sense only where the clinic sends texts.
    pub texts: bool,
}

const fn ask(anchor: &'static str, question: &'static str, answer: &'static str) -> Question {
    Question { anchor, question, answer, texts: false }
}

const fn of_texts(anchor: &'static str, question: &'static str, answer: &'static str) -> Question {
    Question { anchor, question, answer, texts: true }
}

/// Every question, in the order of the page. Anchors are linked from pages and messages: they stay.
pub const GROUPS: &[Group] = &[
    Group {
        anchor: "about",
        heading: "faq-about",
        questions: &[
            ask("what", "faq-what", "faq-what-answer"),
            ask("why", "faq-why", "faq-why-answer"),
            ask("how", "faq-how", "faq-how-answer"),
            ask("every", "faq-every", "faq-every-answer"),
            ask("look", "faq-look", "faq-look-answer"),
            ask("language", "faq-language", "faq-language-answer"),
        ],
    },
    Group {
        anchor: "missing",
        heading: "faq-missing",
        questions: &[
            ask("late", "faq-late", "faq-late-answer"),
            ask("several", "faq-several", "faq-several-answer"),
            ask("expired", "faq-expired", "faq-expired-answer"),
            ask("robot", "faq-robot", "faq-robot-answer"),
            of_texts("stop", "faq-stop", "faq-stop-answer"),
            of_texts("landline", "faq-landline", "faq-landline-answer"),
            of_texts("abroad", "faq-abroad", "faq-abroad-answer"),
            ask("neither", "faq-neither", "faq-neither-answer"),
        ],
    },
    Group {
        anchor: "safe",
        heading: "faq-safe",
        questions: &[
            ask("asked", "faq-asked", "faq-asked-answer"),
            ask("real", "faq-real", "faq-real-answer"),
            ask("shared", "faq-shared", "faq-shared-answer"),
            ask("lost", "faq-lost", "faq-lost-answer"),
            ask("locked", "faq-locked", "faq-locked-answer"),
            ask("signed-out", "faq-signed-out", "faq-signed-out-answer"),
            ask("stored", "faq-stored", "faq-stored-answer"),
        ],
    },
];

impl FaqPage {
    #[must_use]
    pub fn groups(&self) -> &'static [Group] {
        GROUPS
    }
}

pub async fn show(turn: Turn) -> Result<HttpResponse, Failure> {
    let texts = turn.app.settings.texts.provider != TextProvider::Off;
    draw(StatusCode::OK, &FaqPage { page: turn.page(Door::Closed), texts })
}
