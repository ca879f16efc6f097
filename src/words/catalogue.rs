//! The sentences of one language.
//! A sentence that needs nothing but the standing arguments is finished once, at start.

use std::{borrow::Cow, collections::HashMap};

use fluent::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{argument::Argument, standing::Standing};
use crate::{rules::names::Language, settings::Settings};

/// The catalogue files of both languages, by name; one file a page.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        pub(super) const ENGLISH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../locales/en/", $name, ".ftl")))),+];
        pub(super) const SPANISH: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../locales/es/", $name, ".ftl")))),+];
    };
}

files!("layout", "time", "login", "choose", "code", "resend", "limit", "error", "home", "faq", "dev", "messages",);

/// A finished sentence, in both its forms.
pub struct Ready {
    pub text: String,
    pub markup: String,
}

pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    standing: Standing,
    ready: HashMap<&'static str, Ready>,
}

impl Catalogue {
    pub fn new(language: Language, settings: &Settings) -> Self {
        let (locale, files) = match language {
            Language::English => ("en-US", ENGLISH),
            Language::Spanish => ("es-US", SPANISH),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale.parse::<LanguageIdentifier>().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        for (name, source) in files {
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(rest, faults)| {
                tracing::error!(file = name, ?faults, "a catalogue has faults");
                rest
            });
            if let Err(faults) = bundle.add_resource(resource) {
                tracing::error!(file = name, ?faults, "a catalogue repeats sentences");
            }
        }
        let mut catalogue =
            Self { language, bundle, standing: Standing::new(language, settings), ready: HashMap::new() };
        catalogue.ready = files
            .iter()
            .flat_map(|(_, source)| ids(source))
            .filter_map(|id| {
                let text = catalogue.finish(id, &catalogue.standing.text())?;
                let markup = catalogue.finish(id, &catalogue.standing.markup())?;
                Some((id, Ready { text, markup }))
            })
            .collect();
        catalogue
    }

    /// A sentence that was finished at start.
    pub fn ready(&self, id: &str) -> Option<&Ready> {
        self.ready.get(id)
    }

    /// A sentence with arguments of its own, as text; `None` where id and arguments do not fit.
    pub fn format(&self, id: &str, arguments: &[(&str, &dyn Argument)]) -> Option<String> {
        let mut all = self.standing.text();
        for (name, argument) in arguments {
            argument.text(name, &mut all);
        }
        self.finish(id, &all)
    }

    /// [`Catalogue::format`] as HTML.
    pub fn format_markup(&self, id: &str, arguments: &[(&str, &dyn Argument)]) -> Option<String> {
        let mut all = self.standing.markup();
        for (name, argument) in arguments {
            argument.markup(name, &mut all);
        }
        self.finish(id, &all)
    }

    fn finish(&self, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut faults = Vec::new();
        let sentence = self.bundle.format_pattern(pattern, Some(arguments), &mut faults);
        faults.is_empty().then(|| match self.language {
            Language::English => sentence.into_owned(),
            Language::Spanish => join_spanish(sentence),
        })
    }
}

/// Where a sentence and what was put into it meet: "a el portal" is "al portal", and "a. m." brings its own full stop.
fn join_spanish(sentence: Cow<'_, str>) -> String {
    let mut sentence = sentence.into_owned();
    for (met, joined) in [("m..", "m."), ("m.</time>.", "m.</time>"), (" a el ", " al "), (" de el ", " del ")] {
        if sentence.contains(met) {
            sentence = sentence.replace(met, joined);
        }
    }
    sentence
}

/// The ids a catalogue defines, in order.
pub(super) fn ids(source: &'static str) -> impl Iterator<Item = &'static str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim()))
}
