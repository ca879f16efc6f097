//! What a section's table is made of: entries, the rules their values keep, and `section!`.
//! Loading, checking and the sample all read the same table, so that none of them can drift from the others.

use std::{borrow::Borrow, fmt::Display};

pub(super) use super::value::{Raw, Shape, Value, one_of};

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

type Judge<T> = Box<dyn Fn(&T) -> Result<(), Wrong>>;

/// What a value must keep besides its type.
pub(super) struct Rule<T> {
    /// For the sample: "5 to 30".
    pub says: Option<String>,
    judge: Judge<T>,
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

/// Anything of the type, which `says` describes for the sample.
pub(super) fn written<T>(says: &str) -> Rule<T> {
    Rule { says: Some(says.to_owned()), ..any() }
}

/// What `judge` accepts; `says` describes it for the sample.
pub(super) fn must<B: ?Sized + 'static, T: Borrow<B>>(says: &str, judge: fn(&B) -> Result<(), Wrong>) -> Rule<T> {
    Rule { says: Some(says.to_owned()), judge: Box::new(move |value| judge(value.borrow())) }
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
