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

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::PathBuf,
        sync::atomic::{AtomicI64, Ordering::SeqCst},
    };

    use tempfile::TempDir;

    use super::*;
    use crate::{
        keys::{Place, Use},
        rules::moment::{Clock, Moment, minutes},
    };

    const START: Moment = Moment(1_764_000_000_000);
    const PLACE: Place = Place { table: "patients", column: "email", row: 1 };

    /// Keys of a real file, under a clock that is set.
    struct Door {
        folder: TempDir,
        path: PathBuf,
        now: Arc<AtomicI64>,
        keys: Keys,
    }

    impl Door {
        fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("vestibule.key");
            KeyFile::create(&path, START).unwrap();
            let now = Arc::new(AtomicI64::new(START.0));
            let ticking = Arc::clone(&now);
            let keys = Keys::load(&path, Clock::new(move || Moment(ticking.load(SeqCst)))).unwrap();
            Self { folder, path, now, keys }
        }

        fn pass(&self, time: Duration) {
            self.now.store(Moment(self.now.load(SeqCst)).plus(time).0, SeqCst);
        }

        fn rotate(&self) {
            KeyFile::rotate(&self.path, Moment(self.now.load(SeqCst))).unwrap();
        }
    }

    #[test]
    fn after_a_rotation_old_values_stay_good_and_new_ones_name_the_new_key() {
        let door = Door::new();
        let (mac, sealed) = (door.keys.mac(Use::Code, &[b"x"]), door.keys.seal(PLACE, b"y"));
        let (lookup, cookie) = (door.keys.lookup(crate::keys::Lookup::Email, &[b"z"]), door.keys.cookie_key());
        door.rotate();
        assert_eq!(door.keys.reload().unwrap(), Reload::Changed);
        assert_eq!(door.keys.reload().unwrap(), Reload::Same);
        assert_eq!(door.keys.mac(Use::Code, &[b"x"]), mac, "it does not sign yet");
        door.pass(minutes(5));
        let new = door.keys.mac(Use::Code, &[b"x"]);
        assert_eq!(new[..2], [0, 2]);
        assert_eq!(door.keys.seal(PLACE, b"y")[..2], [0, 2]);
        assert!(door.keys.fits(Use::Code, &[b"x"], &mac) && door.keys.fits(Use::Code, &[b"x"], &new));
        assert_eq!(**door.keys.open(PLACE, &sealed).unwrap(), *b"y");
        assert_eq!(door.keys.lookup(crate::keys::Lookup::Email, &[b"z"]), lookup);
        assert_eq!(door.keys.cookie_key(), cookie);
    }

    #[test]
    fn a_server_that_read_the_file_again_takes_what_another_signed_early() {
        let door = Door::new();
        door.rotate();
        door.keys.reload().unwrap();
        let ahead = Keys::load(&door.path, Clock::new(|| START.plus(minutes(6)))).unwrap();
        assert!(door.keys.fits(Use::Form, &[b"x"], &ahead.mac(Use::Form, &[b"x"])));
    }

    #[test]
    fn a_file_that_is_broken_gone_or_not_ours_changes_nothing() {
        let door = Door::new();
        let mac = door.keys.mac(Use::Code, &[b"x"]);
        let good = fs::read_to_string(&door.path).unwrap();
        let other = door.folder.path().join("other.key");
        KeyFile::create(&other, START).unwrap();
        let other = fs::read_to_string(&other).unwrap();
        let same_lookup = [&other[..other.find("[lookup]").unwrap()], &good[good.find("[lookup]").unwrap()..]].concat();
        fs::write(&door.path, &good[..good.len() / 2]).unwrap();
        assert!(matches!(door.keys.reload(), Err(KeyFileError::Malformed { .. })));
        fs::write(&door.path, &other).unwrap();
        assert!(matches!(door.keys.reload(), Err(KeyFileError::LookupChanged(_))));
        fs::write(&door.path, same_lookup).unwrap();
        assert!(matches!(door.keys.reload(), Err(KeyFileError::SecretChanged { version: 1, .. })));
        fs::remove_file(&door.path).unwrap();
        assert!(matches!(door.keys.reload(), Err(KeyFileError::Missing(_))));
        assert_eq!(door.keys.mac(Use::Code, &[b"x"]), mac);
        assert!(door.keys.fits(Use::Code, &[b"x"], &mac));
    }

    #[test]
    fn a_key_that_is_taken_out_of_the_file_verifies_no_more() {
        let door = Door::new();
        let (mac, sealed) = (door.keys.mac(Use::Code, &[b"x"]), door.keys.seal(PLACE, b"y"));
        door.rotate();
        let text = fs::read_to_string(&door.path).unwrap();
        let (first, second) = (text.find("[[key]]").unwrap(), text.rfind("[[key]]").unwrap());
        fs::write(&door.path, [&text[..first], &text[second..]].concat()).unwrap();
        assert_eq!(door.keys.reload().unwrap(), Reload::Changed);
        assert!(!door.keys.fits(Use::Code, &[b"x"], &mac));
        assert!(door.keys.open(PLACE, &sealed).is_err());
        assert_eq!(door.keys.mac(Use::Code, &[b"x"])[..2], [0, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rotation_is_seen_within_ten_seconds_and_watching_ends_with_the_keys() {
        let door = Door::new();
        let watching = door.keys.watch();
        let ahead = Keys::load(&door.path, Clock::new(|| START.plus(minutes(6)))).unwrap();
        door.rotate();
        ahead.reload().unwrap();
        let new = ahead.mac(Use::Code, &[b"x"]);
        assert!(!door.keys.fits(Use::Code, &[b"x"], &new));
        tokio::time::sleep(Duration::from_millis(10_001)).await;
        while !door.keys.fits(Use::Code, &[b"x"], &new) {
            tokio::task::yield_now().await;
        }
        drop(door);
        watching.await.unwrap();
    }

    #[test]
    fn a_problem_is_noted_once_until_it_changes() {
        let gone = || Some(KeyFileError::Missing(PathBuf::from("k")));
        let first = note(gone(), None);
        assert!(first.is_some());
        assert_eq!(note(gone(), first.as_ref()), first);
        assert_eq!(note(None, first.as_ref()), None);
    }
}
