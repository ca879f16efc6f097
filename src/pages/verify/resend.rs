//! `/verify/resend`: where the CAPTCHA's form goes.
//! The form is a part of the code page, shown by `/verify/code?resend=1`.

use crate::{
    web::page::{Destination, Problem},
    words::{Voice, When},
};

/// Sending the code again.
#[derive(Clone, Debug)]
pub struct ResendForm {
    pub to: Destination,
    pub check: Check,
    /// When the button works without the check.
    pub wait_until: When,
    pub wait_over: bool,
    /// How many more times it can be sent, this one included.
    pub left: u32,
    /// Before the gap is over: when the button opens.
    pub opens_at: Option<When>,
}

/// The check against robots.
#[derive(Clone, Debug)]
pub enum Check {
    /// Ours: `challenge` is the ALTCHA challenge as JSON.
    BuiltIn {
        challenge: String,
    },
    Hcaptcha {
        site_key: String,
        script_url: String,
    },
    /// hCaptcha does not answer; only the wait is left.
    Down,
}

/// Why nothing was sent again; each says so at the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Neither checked nor waited.
    Missing { wait_until: When },
    /// The answer did not hold.
    Failed,
    /// hCaptcha does not answer.
    Down { wait_until: When },
    /// The gap is not over.
    TooSoon { opens_at: When },
}

impl Trouble {
    #[must_use]
    pub fn problem(&self, voice: &Voice) -> Problem {
        let text = match self {
            Self::Missing { wait_until } => voice.t1("resend-missing", "at", wait_until),
            Self::Failed => voice.t("resend-failed").to_owned(),
            Self::Down { wait_until } => voice.t1("resend-down", "at", wait_until),
            Self::TooSoon { opens_at } => voice.t1("resend-too-soon", "at", opens_at),
        };
        Problem { field: "not_a_robot", text, help: Some("robot") }
    }
}
