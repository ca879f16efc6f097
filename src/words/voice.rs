//! The words in one language, as templates call them.
//! `t…` is text, which the template escapes; `html…` is a sentence with markup of its own.

use std::fmt;

use super::{Argument, Words};
use crate::rules::{moment::Moment, names::Language};

#[derive(Clone)]
pub struct Voice {
    pub words: Words,
    pub language: Language,
}

impl Voice {
    pub(super) fn new(words: Words, language: Language) -> Self {
        Self { words, language }
    }

    #[must_use]
    pub fn t<'a>(&'a self, id: &'a str) -> &'a str {
        self.words.text(self.language, id)
    }

    #[must_use]
    pub fn t1(&self, id: &str, name: &str, argument: impl Argument) -> String {
        self.words.with(self.language, id, &[(name, &argument)])
    }

    #[must_use]
    pub fn t2(&self, id: &str, name: &str, argument: impl Argument, name2: &str, argument2: impl Argument) -> String {
        self.words.with(self.language, id, &[(name, &argument), (name2, &argument2)])
    }

    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "three names with their values; templates cannot build a slice")]
    pub fn t3(
        &self,
        id: &str,
        name: &str,
        argument: impl Argument,
        name2: &str,
        argument2: impl Argument,
        name3: &str,
        argument3: impl Argument,
    ) -> String {
        self.words.with(self.language, id, &[(name, &argument), (name2, &argument2), (name3, &argument3)])
    }

    /// A sentence with any number of arguments.
    #[must_use]
    pub fn with(&self, id: &str, arguments: &[(&str, &dyn Argument)]) -> String {
        self.words.with(self.language, id, arguments)
    }

    #[must_use]
    pub fn html(&self, id: &str) -> Markup {
        Markup(self.words.markup(self.language, id).to_owned())
    }

    #[must_use]
    pub fn html1(&self, id: &str, name: &str, argument: impl Argument) -> Markup {
        Markup(self.words.markup_with(self.language, id, &[(name, &argument)]))
    }

    #[must_use]
    pub fn html2(
        &self,
        id: &str,
        name: &str,
        argument: impl Argument,
        name2: &str,
        argument2: impl Argument,
    ) -> Markup {
        Markup(self.words.markup_with(self.language, id, &[(name, &argument), (name2, &argument2)]))
    }

    /// A day: "February 22, 2027".
    #[must_use]
    pub fn date(&self, at: Moment) -> String {
        self.words.date(self.language, at)
    }

    /// A browser by its written form (`Chrome/Windows`, [`crate::rules::browser::Browser::written`]): "Chrome on
    /// Windows". Empty where nothing is known of it.
    #[must_use]
    pub fn browser(&self, written: &str) -> String {
        match written.split_once('/') {
            Some((family, system)) if !family.is_empty() && !system.is_empty() => {
                self.t2("browser-on", "family", family, "system", system)
            }
            Some((family, system)) => format!("{family}{system}"),
            None => written.to_owned(),
        }
    }

    /// The language as `lang` attributes write it.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.language.as_str()
    }

    #[must_use]
    pub fn phone_link(&self) -> &str {
        self.words.phone_link()
    }
}

/// HTML that may be printed as it is: a sentence of ours whose arguments were escaped.
///
/// The only way past the templates' escaping; `|safe` is used nowhere.
#[derive(Clone, Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Vouches for `html`.
    pub(crate) fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

impl askama::FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}
