//! Every sentence a patient reads, in both languages, and the time in words.
//! The sentences live in locales/; [`Words`] finishes them with the clinic's own names and figures.

mod argument;
mod catalogue;
mod negotiate;
mod standing;
#[cfg(test)]
pub(crate) mod tests;
mod time;
mod voice;

use std::sync::Arc;

use jiff::tz::TimeZone;

pub use argument::{Argument, Value, escape};
use catalogue::Catalogue;
pub use negotiate::pick;
pub use time::When;
pub use voice::{Markup, Voice};

use crate::{
    rules::{moment::Moment, names::Language},
    settings::Settings,
};

/// All sentences of both languages, ready to be said. Cheap to clone.
///
/// Every sentence may use the standing arguments (see `standing.rs`): the clinic's names and every
/// figure the settings hold, so that no page can promise what the program does not do.
#[derive(Clone)]
pub struct Words(Arc<Inner>);

struct Inner {
    english: Catalogue,
    spanish: Catalogue,
    zone: TimeZone,
    phone_link: String,
}

impl Words {
    /// Reads the embedded catalogues. A faulty entry is logged and left out; the tests keep that from happening.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self(Arc::new(Inner {
            english: Catalogue::new(Language::English, settings),
            spanish: Catalogue::new(Language::Spanish, settings),
            zone: time::zone(&settings.brand.time_zone),
            phone_link: standing::phone_link(&settings.brand.help_phone),
        }))
    }

    /// The sentence `id`, which needs no arguments besides the standing ones.
    #[must_use]
    pub fn text<'a>(&'a self, language: Language, id: &'a str) -> &'a str {
        self.catalogue(language).ready(id).map_or_else(|| missing(id), |ready| &ready.text)
    }

    /// The sentence `id` with arguments of its own.
    #[must_use]
    pub fn with(&self, language: Language, id: &str, arguments: &[(&str, &dyn Argument)]) -> String {
        self.catalogue(language).format(id, arguments).unwrap_or_else(|| missing(id).to_owned())
    }

    /// The sentence `id` as HTML: its own markup stands, what the standing arguments hold is escaped.
    #[must_use]
    pub fn markup<'a>(&'a self, language: Language, id: &'a str) -> &'a str {
        self.catalogue(language).ready(id).map_or_else(|| missing(id), |ready| &ready.markup)
    }

    /// [`Words::with`] as HTML: every argument is escaped before it is put in.
    #[must_use]
    pub fn markup_with(&self, language: Language, id: &str, arguments: &[(&str, &dyn Argument)]) -> String {
        self.catalogue(language).format_markup(id, arguments).unwrap_or_else(|| missing(id).to_owned())
    }

    /// A clock time as a patient says it: "10:42 am"; with its date when it is not today's.
    #[must_use]
    pub fn time(&self, language: Language, at: Moment, now: Moment) -> String {
        self.when(language, at, now).clock
    }

    /// A clock time in all its forms, to be handed to a page.
    #[must_use]
    pub fn when(&self, language: Language, at: Moment, now: Moment) -> When {
        time::when(self, language, &self.0.zone, at, now)
    }

    /// The clock time at which something opens, never told too early.
    #[must_use]
    pub fn opening(&self, language: Language, at: Moment, now: Moment) -> When {
        time::opening(self, language, &self.0.zone, at, now)
    }

    /// A day in words: "February 22, 2027".
    #[must_use]
    pub fn date(&self, language: Language, at: Moment) -> String {
        time::date(self, language, &self.0.zone, at)
    }

    /// The help phone as the target of a link: `tel:+13125550142`.
    #[must_use]
    pub fn phone_link(&self) -> &str {
        &self.0.phone_link
    }

    /// These words, spoken in one language.
    #[must_use]
    pub fn voice(&self, language: Language) -> Voice {
        Voice::new(self.clone(), language)
    }

    fn catalogue(&self, language: Language) -> &Catalogue {
        match language {
            Language::English => &self.0.english,
            Language::Spanish => &self.0.spanish,
        }
    }
}

/// A sentence that is not there shows its id, so that the page still works and the fault can be found.
fn missing(id: &str) -> &str {
    tracing::error!(id, "no such sentence, or its arguments do not fit");
    id
}
