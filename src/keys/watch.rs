//! Following the key file while serving, so that a rotation needs no restart.
//! A file that is broken, or not ours any more, is logged and changes nothing.

use std::{
    sync::{Arc, PoisonError, Weak},
    time::Duration,
};

use tokio::{task::JoinHandle, time::MissedTickBehavior};

use super::{
    Inner, Keys,
    derive::Ring,
    file::{KeyFile, KeyFileError},
};

/// How often the file is read again: a rotated key signs after 5 minutes, so 30 readings may fail before it matters.
const EVERY: Duration = Duration::from_secs(10);

/// What a re-reading found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    Same,
    Changed,
}

impl Keys {
    /// Reads the file again now. On any error the keys in use stay: a file that is missing, broken or readable by
    /// others, one with another look-up key, and one that gives a version another secret.
    /// A version that is gone from the file is dropped: that is how a clinic retires a key.
    pub fn reload(&self) -> Result<Reload, KeyFileError> {
        self.0.reload()
    }

    /// Reads the file again every 10 seconds, until the last [`Keys`] is gone. Needs a tokio runtime.
    pub fn watch(&self) -> JoinHandle<()> {
        tokio::spawn(follow(Arc::downgrade(&self.0)))
    }
}

impl Inner {
    fn reload(&self) -> Result<Reload, KeyFileError> {
        let Some(path) = &self.path else {
            return Ok(Reload::Same);
        };
        let found = Ring::new(&KeyFile::read(path)?);
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if !ring.looks_up_like(&found) {
            return Err(KeyFileError::LookupChanged(path.clone()));
        }
        if let Some(version) = ring.differs_in(&found) {
            return Err(KeyFileError::SecretChanged { path: path.clone(), version });
        }
        if *ring.as_ref() == found {
            return Ok(Reload::Same);
        }
        tracing::info!(versions = ?found.versions(), "key file read again");
        *ring = Arc::new(found);
        Ok(Reload::Changed)
    }
}

async fn follow(keys: Weak<Inner>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once, and the file was only just read.
    ticks.tick().await;
    let mut logged: Option<String> = None;
    loop {
        ticks.tick().await;
        let Some(keys) = keys.upgrade() else { return };
        let Ok(read) = tokio::task::spawn_blocking(move || keys.reload()).await else {
            return;
        };
        logged = note(read.err(), logged.as_ref());
    }
}

/// Logs a problem when it is new and when it is over, not every 10 seconds.
fn note(problem: Option<KeyFileError>, logged: Option<&String>) -> Option<String> {
    let problem = problem.map(|problem| problem.to_string());
    match (&problem, logged) {
        (Some(problem), _) if Some(problem) != logged => tracing::error!("{problem}"),
        (None, Some(_)) => tracing::info!("the key file is in order again"),
        _ => {}
    }
    problem
}
