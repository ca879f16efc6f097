//! The types a setting can have, and how each is taken from what the file or the environment writes.
//! Texts hold no control characters, so that no setting can break a header or a line of mail.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use secrecy::SecretString;

use super::table::Wrong;

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
