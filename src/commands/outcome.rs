//! How a command ended, and what it prints on the way.
//! Exit codes: 0 done, 1 failed, 2 wrong use (clap's own too).

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use crate::rules::moment::Moment;

/// How a command ended, where nothing broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It said what is in the way.
    Failed,
    /// It was asked for what makes no sense.
    WrongUse,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
            Outcome::WrongUse => Self::from(2),
        }
    }
}

/// Prints an answer.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// A reader that stopped reading (`| head`) is no failure.
pub(super) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A moment as programs read it: RFC 3339, UTC, whole seconds.
pub(super) fn written(at: Moment) -> String {
    jiff::Timestamp::from_second(at.seconds()).map_or_else(|_| format!("{at:?}"), |at| at.to_string())
}
