//! What every page has: its voice, its door, its form's token, what went wrong and what happened before.
//! The layout template draws it; handlers fill it in.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use fluent::FluentArgs;

use crate::{
    rules::{
        names::{Channel, Language},
        next::own_path,
    },
    words::{Argument, Markup, Value, Voice, escape},
};

/// The links and marks that are the same on every page of one running program.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub style_href: String,
    pub script_href: String,
    pub icon_href: String,
    /// The clinic's own mark, cleaned, as inline SVG; without one the product's mark is drawn.
    pub logo: Option<Markup>,
}

/// How far the door in the margin stands open: it opens a little further with each step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// A pause: no light at all.
    Shut,
    #[default]
    Closed,
    Ajar,
    Wider,
    Open,
}

impl Door {
    /// The class the stylesheet knows.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Shut => "shut",
            Self::Closed => "",
            Self::Ajar => "ajar",
            Self::Wider => "wider",
            Self::Open => "open",
        }
    }
}

/// How the language is switched on this page.
#[derive(Clone, Debug)]
pub enum Switch {
    /// A link to this path; for pages where nothing is typed.
    Link(String),
    /// A button of the form with id `f`; `main` is the id of what that form's main button says.
    Button { main: &'static str },
}

/// Something to mend, said in the summary and, in the same words, at its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name and element id of the field.
    pub field: &'static str,
    pub text: String,
    /// The anchor of the answer in `/faq` that helps.
    pub help: Option<&'static str>,
}

/// A contact of a patient: dots for the eye, words for the ear.
///
/// Given to a sentence under the name `to`, it brings `$to` and `$to_to`, the latter with its
/// preposition ("to the number ending in 12", "al número que termina en 12").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub channel: Channel,
    /// `j•••@e•••.com`, `•••-•••-••12`.
    pub masked: String,
    spoken: String,
    spoken_to: String,
    masked_to: String,
}

impl Destination {
    /// An email address by what may be told of it: its first letter, its site's first letter, its ending (".com").
    #[must_use]
    pub fn email(voice: &Voice, masked: &str, first: char, site: char, ending: &str) -> Self {
        let (first, site) = (first.to_string(), site.to_string());
        let say = |id| voice.with(id, &[("first", &first), ("site", &site), ("ending", &ending)]);
        Self::new(voice, Channel::Email, masked, say("to-email"), say("to-email-to"))
    }

    /// A phone number by its last two digits.
    #[must_use]
    pub fn phone(voice: &Voice, masked: &str, last_two: &str) -> Self {
        let say = |id| voice.t1(id, "last", last_two);
        Self::new(voice, Channel::Text, masked, say("to-phone"), say("to-phone-to"))
    }

    fn new(voice: &Voice, channel: Channel, masked: &str, spoken: String, spoken_to: String) -> Self {
        Self {
            channel,
            masked: masked.to_owned(),
            spoken,
            spoken_to,
            masked_to: voice.t1("to-masked", "masked", masked),
        }
    }

    /// Dots for the eye, words for the ear.
    #[must_use]
    pub fn markup(&self) -> Markup {
        Markup::trusted(two_ways(&self.masked, &self.spoken))
    }

    /// [`Destination::markup`] with its preposition for the ear alone, as it stands below "Send to my email".
    #[must_use]
    pub fn markup_to(&self) -> Markup {
        Markup::trusted(two_ways(&self.masked, &self.spoken_to))
    }

    /// The words for the ear.
    #[must_use]
    pub fn spoken(&self) -> &str {
        &self.spoken
    }

    #[must_use]
    pub fn is_email(&self) -> bool {
        self.channel == Channel::Email
    }
}

fn two_ways(eye: &str, ear: &str) -> String {
    format!(r#"<span aria-hidden="true">{}</span><span class="ear">{}</span>"#, escape(eye), escape(ear))
}

impl Argument for Destination {
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::from(self.masked.as_str()));
        into.set(format!("{name}_to"), Value::from(self.masked_to.as_str()));
        into.set(format!("{name}_spoken"), Value::from(self.spoken.as_str()));
    }

    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::from(two_ways(&self.masked, &self.spoken)));
        into.set(format!("{name}_to"), Value::from(two_ways(&self.masked_to, &self.spoken_to)));
        into.set(format!("{name}_spoken"), Value::String(escape(&self.spoken)));
    }
}

macro_rules! said {
    ($($(#[$doc:meta])* $name:ident = $id:literal => $sentence:literal),+ $(,)?) => {
        /// What happened on the way here, as `?said=` tells it: a closed list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Said { $($(#[$doc])* $name),+ }

        impl Said {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The value of `?said=`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// The sentence that tells it.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence),+ }
            }
        }
    };
}

said! {
    /// The last wrong code a sign-in allows.
    WrongCodes = "wrong-codes" => "said-wrong-codes",
    /// The attempt ended: too old, or superseded.
    AttemptEnded = "attempt-ended" => "said-attempt-ended",
    /// Nothing was done for too long.
    Idle = "idle" => "said-idle",
    /// The longest a session lasts.
    Ended = "ended" => "said-ended",
    /// Too many sessions; the oldest ended.
    Evicted = "evicted" => "said-evicted",
    SignedOut = "signed-out" => "said-signed-out",
    /// A form whose session or attempt is gone.
    Gone = "gone" => "said-gone",
    /// A code that was used already.
    Used = "used" => "said-used",
    /// This browser was remembered, and its token came from two places.
    DeviceEnded = "device-ended" => "said-device-ended",
    /// On the code page: a new code is on its way.
    Resent = "resent" => "said-resent",
    /// On the code page: this way already has its code, nothing was sent.
    AlreadySent = "already-sent" => "said-already-sent",
    /// On the home page: the session goes on.
    Stayed = "stayed" => "said-stayed",
}

impl Said {
    /// The one written so; what is not in the list is as if nothing had been said.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|said| said.as_str() == text)
    }
}

/// The context of a page. Derefs to its [`Voice`], so that templates say `page.t("…")`.
#[derive(Clone)]
pub struct Page {
    pub voice: Voice,
    pub look: Arc<Look>,
    pub door: Door,
    /// The hidden `token` of every form on the page.
    pub form_token: String,
    pub switch: Switch,
    /// Shows "Log out" in the header.
    pub signed_in: bool,
    pub errors: Vec<Problem>,
    /// What happened before, said in a status region.
    pub said: Option<Markup>,
}

impl Page {
    /// A page without a form yet: door closed, the language switched by a link to `/login`.
    #[must_use]
    pub fn new(voice: Voice, look: Arc<Look>) -> Self {
        Self {
            voice,
            look,
            door: Door::default(),
            form_token: String::new(),
            switch: Switch::Link("/login".to_owned()),
            signed_in: false,
            errors: Vec::new(),
            said: None,
        }
    }

    /// Tells what happened before, where that needs nothing but its id.
    pub fn tell(&mut self, said: Said) {
        self.said = Some(self.voice.html(said.sentence()));
    }

    /// The problem of a field, if it has one.
    #[must_use]
    pub fn problem(&self, field: &str) -> Option<&Problem> {
        self.errors.iter().find(|problem| problem.field == field)
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The answers that help with what went wrong, each once.
    #[must_use]
    pub fn help(&self) -> Vec<&'static str> {
        let mut anchors: Vec<_> = self.errors.iter().filter_map(|problem| problem.help).collect();
        anchors.dedup();
        anchors
    }

    /// The language this page can be switched to.
    #[must_use]
    pub fn other(&self) -> Language {
        match self.voice.language {
            Language::English => Language::Spanish,
            Language::Spanish => Language::English,
        }
    }

    /// The id of what the main button says, where the language is switched by a button of its form.
    #[must_use]
    pub fn switch_main(&self) -> Option<&'static str> {
        match self.switch {
            Switch::Button { main } => Some(main),
            Switch::Link(_) => None,
        }
    }

    /// Where the link that switches the language goes.
    #[must_use]
    pub fn switch_href(&self) -> Cow<'_, str> {
        let Switch::Link(path) = &self.switch else { return Cow::Borrowed("") };
        // An error page has the path that was asked for, and `//evil.test/` would lead to another site.
        let path = own_path(path).unwrap_or("/");
        let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
        let join = if path.contains('?') { '&' } else { '?' };
        let hash = if anchor.is_empty() { "" } else { "#" };
        Cow::Owned(format!("{path}{join}lang={}{hash}{anchor}", self.other().as_str()))
    }
}

impl Deref for Page {
    type Target = Voice;

    fn deref(&self) -> &Voice {
        &self.voice
    }
}
