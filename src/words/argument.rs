//! What may be put into a sentence, as text and as HTML.
//! Escaping happens here, on the way in, so that a sentence's own markup can stand.

use std::borrow::Cow;

use fluent::{FluentArgs, FluentValue};

/// A plain value of a sentence's argument.
pub type Value<'a> = FluentValue<'a>;

/// Something a sentence can be given under a name.
pub trait Argument {
    /// Puts it in as plain text.
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>);

    /// Puts it in as HTML, escaped.
    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        self.text(name, into);
    }
}

impl Argument for str {
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::String(Cow::Borrowed(self)));
    }

    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        into.set(name, Value::String(escape(self)));
    }
}

impl Argument for String {
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        self.as_str().text(name, into);
    }

    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        self.as_str().markup(name, into);
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        (**self).text(name, into);
    }

    fn markup<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
        (**self).markup(name, into);
    }
}

macro_rules! numbers {
    ($($number:ty),+) => { $(
        impl Argument for $number {
            fn text<'a>(&'a self, name: &'a str, into: &mut FluentArgs<'a>) {
                into.set(name, Value::from(*self));
            }
        }
    )+ };
}

numbers!(u16, u32, u64, usize, i64);

/// `text` safe between tags and in a quoted attribute.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&#38;"),
            '<' => safe.push_str("&#60;"),
            '>' => safe.push_str("&#62;"),
            '"' => safe.push_str("&#34;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}
