//! The world: the mail server, the text provider, the CAPTCHA.
//! Whatever goes wrong out there comes back as one [`Outage`], whose arms say what may be done about it.

pub mod captcha;
pub mod caught;
pub mod email;
pub mod texts;
pub mod tls;
mod words;

/// The other side said yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it said, in one line and without addresses; at most 300 characters.
    pub answer: String,
    /// The text provider's name for the message, by which its delivery receipts come.
    pub provider_id: Option<String>,
}

/// The other side did not say yes. Every arm keeps its words, in one line and without addresses,
/// so that they may be stored and shown to staff.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// Not taken, and worth another try.
    #[error("not taken for now: {answer}")]
    Transient { answer: String },
    /// Refused for good.
    #[error("refused: {answer}")]
    Permanent { answer: String },
    /// Refused because the phone's owner sent STOP.
    #[error("opted out: {answer}")]
    OptedOut { answer: String },
    /// Handed over, but no answer came: it may or may not have been taken.
    #[error("no answer: {answer}")]
    Lost { answer: String },
}

impl Outage {
    /// The other side's words.
    pub fn answer(&self) -> &str {
        match self {
            Self::Transient { answer }
            | Self::Permanent { answer }
            | Self::OptedOut { answer }
            | Self::Lost { answer } => answer,
        }
    }
}

/// A setting that does not let a service be reached at all; names the setting, in English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct Unfit {
    pub setting: &'static str,
    pub problem: String,
}

impl Unfit {
    fn new(setting: &'static str, problem: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self { setting, problem: problem.to_string() }
    }
}

/// Whether a host is this very machine, to which a plain connection is fine.
#[must_use]
pub fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The secret in a file: its text without white space at the ends.
fn secret(setting: &'static str, path: Option<&std::path::Path>) -> Result<secrecy::SecretString, Unfit> {
    let path = path.ok_or_else(|| Unfit::new(setting, "is not set"))?;
    let unfit = |problem: &str| Unfit::new(setting, &format!("{}: {problem}", path.display()));
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).map_err(|e| unfit(&e.to_string()))?);
    match text.trim() {
        "" => Err(unfit("is empty")),
        secret => Ok(secret.into()),
    }
}
