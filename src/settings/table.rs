//! What a section's table is made of: raw values, the types they become, the rules they keep, and `section!`.
//! Loading, checking and the sample all read the same table, so that none of them can drift from the others.

use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use secrecy::SecretString;

/// One thing wrong with the settings, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// `section.key`, the name of an environment variable, or the settings file.
    pub key: String,
    pub problem: String,
    pub mend: String,
}

impl Finding {
    pub fn new(key: impl Into<String>, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into(), mend: mend.into() }
    }
}

impl Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}\n  mend: {}", self.key, self.problem, self.mend)
    }
}

/// Why a value is refused: a [`Finding`] that does not know its key yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub problem: String,
    pub mend: String,
}

impl Wrong {
    pub fn new(problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { problem: problem.into(), mend: mend.into() }
    }

    pub fn of(self, key: &str) -> Finding {
        Finding::new(key, self.problem, self.mend)
    }
}

/// A value as the file, the environment or a default writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    Number(i64),
    Text(String),
    List(Vec<String>),
}

impl From<i64> for Raw {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<const N: usize> From<[&str; N]> for Raw {
    fn from(items: [&str; N]) -> Self {
        Self::List(items.map(str::to_owned).to_vec())
    }
}

/// What a setting is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Number,
    Text,
    List,
}

impl Shape {
    pub fn says(self) -> &'static str {
        match self {
            Self::Number => "a whole number, without quotes",
            Self::Text => "text in double quotes",
            Self::List => "a list of texts such as [\"a\", \"b\"]",
        }
    }

    /// The value of an environment variable; lists are comma-separated.
    pub fn read(self, text: &str) -> Result<Raw, Wrong> {
        match self {
            Self::Text => Ok(Raw::Text(text.to_owned())),
            Self::List => Ok(Raw::List(
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
            )),
            Self::Number => text
                .trim()
                .parse()
                .map(Raw::Number)
                .map_err(|_| Wrong::new(format!("\"{text}\" is not a whole number"), "give a whole number")),
        }
    }
}

/// A type a setting can have.
pub trait Value: Sized {
    const SHAPE: Shape;

    /// The value; relative paths are taken from `base`.
    fn take(raw: &Raw, base: &Path) -> Result<Self, Wrong>;
}

fn text(raw: &Raw) -> Result<&str, Wrong> {
    let Raw::Text(text) = raw else {
        return Err(Wrong::new("is not text", format!("write {}", Shape::Text.says())));
    };
    if text.chars().any(char::is_control) {
        return Err(Wrong::new("holds a line end or another control character", "write it on one line"));
    }
    Ok(text.trim())
}

macro_rules! numbers {
    ($($number:ty),+) => { $(
        impl Value for $number {
            const SHAPE: Shape = Shape::Number;

            fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
                let Raw::Number(number) = raw else {
                    return Err(Wrong::new("is not a number", format!("write {}", Shape::Number.says())));
                };
                Self::try_from(*number)
                    .map_err(|_| Wrong::new(format!("{number} is out of range"), format!("give 0 to {}", <$number>::MAX)))
            }
        }
    )+ };
}

numbers!(u32, u64, usize);

impl Value for String {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        text(raw).map(str::to_owned)
    }
}

impl Value for SecretString {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        text(raw).map(Self::from)
    }
}

impl Value for PathBuf {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, base: &Path) -> Result<Self, Wrong> {
        match text(raw)? {
            "" => Err(Wrong::new("is empty", "name a file")),
            path => Ok(base.join(path)),
        }
    }
}

impl Value for Option<PathBuf> {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, base: &Path) -> Result<Self, Wrong> {
        Ok(Some(text(raw)?).filter(|path| !path.is_empty()).map(|path| base.join(path)))
    }
}

impl Value for SocketAddr {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        let text = text(raw)?;
        text.parse().map_err(|_| {
            Wrong::new(
                format!("\"{text}\" is not an address with a port"),
                "give a numeric address and a port, such as 127.0.0.1:8080 or [::1]:8080",
            )
        })
    }
}

impl Value for url::Url {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        let text = text(raw)?;
        text.parse().map_err(|why| {
            Wrong::new(format!("\"{text}\" is not a URL ({why})"), "give one such as https://portal.clinic.example")
        })
    }
}

fn list(raw: &Raw) -> Result<&[String], Wrong> {
    match raw {
        Raw::List(items) => Ok(items),
        _ => Err(Wrong::new("is not a list", format!("write {}", Shape::List.says()))),
    }
}

impl Value for Vec<String> {
    const SHAPE: Shape = Shape::List;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        list(raw).map(<[String]>::to_vec)
    }
}

impl Value for Vec<IpNet> {
    const SHAPE: Shape = Shape::List;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        let (mut nets, mut wrong) = (Self::new(), Vec::new());
        for item in list(raw)? {
            let net = item.parse::<IpNet>().map(|net| net.trunc());
            match net.or_else(|_| item.parse::<IpAddr>().map(IpNet::from)) {
                Ok(net) => nets.push(net),
                Err(_) => wrong.push(format!("\"{item}\"")),
            }
        }
        if wrong.is_empty() {
            return Ok(nets);
        }
        Err(Wrong::new(
            format!("{}: not an address or network", wrong.join(", ")),
            "give addresses or networks, such as 10.0.0.7 or 10.0.0.0/8",
        ))
    }
}

/// The member of a closed list that `raw` names.
pub(super) fn one_of<T: Copy>(raw: &Raw, members: &[(&str, T)]) -> Result<T, Wrong> {
    let text = text(raw)?;
    if let Some((_, member)) = members.iter().find(|(name, _)| *name == text) {
        return Ok(*member);
    }
    let names: Vec<String> = members.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    Err(Wrong::new(format!("\"{text}\" is none of {}", names.join(", ")), format!("write {}", names.join(" or "))))
}

/// What a value must keep besides its type.
pub(super) struct Rule<T> {
    /// For the sample: "5 to 30".
    pub says: Option<String>,
    judge: Box<dyn Fn(&T) -> Result<(), Wrong>>,
}

impl<T> Rule<T> {
    pub fn judge(&self, value: &T) -> Result<(), Wrong> {
        (self.judge)(value)
    }
}

/// Anything of the type.
pub(super) fn any<T>() -> Rule<T> {
    Rule { says: None, judge: Box::new(|_| Ok(())) }
}

/// From `least` to `most`, both included.
pub(super) fn within<T: PartialOrd + Display + Copy + 'static>(least: T, most: T) -> Rule<T> {
    Rule {
        says: Some(format!("{least} to {most}")),
        judge: Box::new(move |value| {
            if (least..=most).contains(value) {
                return Ok(());
            }
            Err(Wrong::new(format!("{value} is outside {least} to {most}"), format!("give {least} to {most}")))
        }),
    }
}

/// What `judge` accepts; `says` describes it for the sample.
pub(super) fn must<T: 'static>(says: &str, judge: fn(&T) -> Result<(), Wrong>) -> Rule<T> {
    Rule { says: Some(says.to_owned()), judge: Box::new(judge) }
}

/// One line of a section's table, its type erased.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Empty for the keys above all sections.
    pub section: &'static str,
    pub key: &'static str,
    pub shape: Shape,
    pub default: Raw,
    /// Empty where there is nothing to measure.
    pub unit: &'static str,
    pub says: Option<String>,
    pub reason: &'static str,
}

impl Entry {
    /// `section.key`.
    pub fn name(&self) -> String {
        full_name(self.section, self.key)
    }

    /// `VESTIBULE__SECTION__KEY`.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name().replace('.', "__").to_uppercase())
    }
}

/// How the names of our environment variables begin.
pub const PREFIX: &str = "VESTIBULE__";

pub(super) fn full_name(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// A section: `field: type = default, unit, rule, reason;`. Makes the struct with its documentation and everything
/// that goes over its table.
macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident $section:literal {
        $($field:ident : $type:ty = $default:expr, $unit:literal, $rule:expr, $reason:literal;)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $(
                #[doc = concat!($reason, "\n\nUnit: ", $unit, ". Default: `", stringify!($default), "`.")]
                pub $field: $type,
            )+
        }

        impl $name {
            pub(crate) const NAME: &'static str = $section;
            pub(crate) const ABOUT: &'static [&'static str] = &[$($about),+];

            pub(crate) fn table() -> Vec<$crate::settings::table::Entry> {
                vec![$({
                    let rule: $crate::settings::table::Rule<$type> = $rule;
                    $crate::settings::table::Entry {
                        section: $section,
                        key: stringify!($field),
                        shape: <$type as $crate::settings::table::Value>::SHAPE,
                        default: $crate::settings::table::Raw::from($default),
                        unit: $unit,
                        says: rule.says,
                        reason: $reason,
                    }
                }),+]
            }

            pub(crate) fn take(given: &mut $crate::settings::reading::Given) -> Self {
                Self {
                    $($field: given.take::<$type>(
                        $section, stringify!($field), &$crate::settings::table::Raw::from($default), &$rule,
                    )),+
                }
            }

            /// What breaks the table's rules.
            pub(crate) fn judge(&self) -> Vec<$crate::settings::Finding> {
                let mut findings = Vec::new();
                $({
                    let rule: $crate::settings::table::Rule<$type> = $rule;
                    if let Err(wrong) = rule.judge(&self.$field) {
                        findings.push(wrong.of(&$crate::settings::table::full_name($section, stringify!($field))));
                    }
                })+
                findings
            }
        }
    };
}
pub(super) use section;
