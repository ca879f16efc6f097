//! The key file: versioned keys and the look-up key, in one file that only the server may read.
//! It is made by `keys new`, grown by `keys rotate`, and re-read while serving.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
    time::Duration,
};

use zeroize::Zeroizing;

use super::{
    derive::Secret,
    fill_random,
    format::{self, Malformed},
};
use crate::rules::moment::{Moment, minutes};

/// How long a rotated key only verifies: every server re-reads the file every 10 seconds, so all know it long before.
pub const SIGNS_AFTER: Duration = minutes(5);

/// Above this a file is not ours: 64 KiB hold more than 300 keys.
const MOST_BYTES: u64 = 64 * 1024;

/// What a key file holds. Never printed.
pub struct KeyFile {
    keys: Vec<FileKey>,
    lookup: Secret,
}

/// One versioned secret.
#[derive(Clone)]
pub struct FileKey {
    /// From 1; what each stored value names.
    pub version: u16,
    pub created: Moment,
    pub signs_from: Moment,
    pub secret: Secret,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("there is no key file {0}: `vestibule keys new` makes one")]
    Missing(PathBuf),
    #[error("there is a key file {0} already, and what was sealed with it opens with no other: it stays")]
    Exists(PathBuf),
    #[error("others may read or change the key file {path} (mode {mode:04o}): chmod o= {path}")]
    Open { path: PathBuf, mode: u32 },
    #[error("{0} is not a key file")]
    NotAFile(PathBuf),
    #[error("the key file {path} is broken: {problem}")]
    Malformed { path: PathBuf, problem: Malformed },
    #[error("the key file {0} has no id left for another key")]
    Full(PathBuf),
    #[error("the key file {0} now holds another look-up key, with which nobody would be found; the keys in use stay")]
    LookupChanged(PathBuf),
    #[error("the key file {path} now holds another secret for key {version}; the keys in use stay")]
    SecretChanged { path: PathBuf, version: u16 },
    #[error("cannot {doing} the key file {path}: {error}")]
    Io { doing: &'static str, path: PathBuf, error: io::Error },
}

impl KeyFile {
    /// A first key that signs at once, and a look-up key.
    pub fn new(now: Moment) -> Self {
        Self { keys: vec![FileKey::new(1, now, now)], lookup: random_secret() }
    }

    pub(super) fn from_parts(keys: Vec<FileKey>, lookup: Secret) -> Self {
        Self { keys, lookup }
    }

    /// Always the same secrets, for tests.
    #[cfg(test)]
    pub fn fixed(at: Moment) -> Self {
        let key = FileKey { version: 1, created: at, signs_from: at, secret: Zeroizing::new([1; 32]) };
        Self { keys: vec![key], lookup: Zeroizing::new([2; 32]) }
    }

    /// In the order of the file.
    pub fn keys(&self) -> &[FileKey] {
        &self.keys
    }

    pub fn lookup(&self) -> &Secret {
        &self.lookup
    }

    /// The version that signs at `now`: of those whose time has come the one that began last.
    pub fn signing(&self, now: Moment) -> Option<u16> {
        let order = |key: &&FileKey| (key.signs_from, key.version);
        let begun = self.keys.iter().filter(|key| key.signs_from <= now).max_by_key(order);
        begun.or_else(|| self.keys.iter().min_by_key(order)).map(|key| key.version)
    }

    /// Adds a key that verifies at once and signs [`SIGNS_AFTER`] from `now`. None when no id is left.
    pub fn add(&mut self, now: Moment) -> Option<&FileKey> {
        let newest = self.keys.iter().map(|key| key.version).max().unwrap_or(0);
        let version = newest.checked_add(1)?;
        self.keys.push(FileKey::new(version, now, now.plus(SIGNS_AFTER)));
        self.keys.last()
    }

    /// Reads the file at `path` after looking at who else may.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let file = open(path)?;
        // Room for all of it: a buffer that grows leaves copies of itself behind.
        let mut text = Zeroizing::new(String::with_capacity(usize::try_from(MOST_BYTES).unwrap_or(0)));
        let mut limited = (&file).take(MOST_BYTES);
        match limited.read_to_string(&mut text) {
            Ok(read) if (read as u64) < MOST_BYTES => {}
            Ok(_) => return Err(KeyFileError::NotAFile(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(KeyFileError::NotAFile(path.to_owned()));
            }
            Err(error) => return Err(failed("read", path, error)),
        }
        format::parse(&text).map_err(|problem| KeyFileError::Malformed { path: path.to_owned(), problem })
    }

    /// Writes a new key file (mode 0600). Refuses where there is one, or anything else, at `path`.
    pub fn create(path: &Path, now: Moment) -> Result<Self, KeyFileError> {
        let made = Self::new(now);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
            _ => failed("make", path, error),
        })?;
        let written = write_out(&file, &made).and_then(|()| folder_of(path)?.sync_all());
        if let Err(error) = written {
            let _ = fs::remove_file(path);
            return Err(failed("write", path, error));
        }
        Ok(made)
    }

    /// Adds a key to the file at `path`, which is replaced in one step: a reader sees the old keys or the new ones.
    /// Owner and mode stay as they were. Gives the whole file as it is now, the new key last.
    pub fn rotate(path: &Path, now: Moment) -> Result<Self, KeyFileError> {
        // A link keeps pointing where it does.
        let real = fs::canonicalize(path).map_err(|error| missing_or("find", path, error))?;
        let folder = folder_of(&real).map_err(|error| failed("lock", path, error))?;
        // Two rotations at once would lose a key. The folder is locked, since the file itself is replaced.
        folder.lock().map_err(|error| failed("lock", path, error))?;
        let mut file = Self::read(&real)?;
        file.add(now).ok_or_else(|| KeyFileError::Full(path.to_owned()))?;
        replace(&real, &file).and_then(|()| folder.sync_all()).map_err(|error| failed("write", path, error))?;
        Ok(file)
    }
}

impl FileKey {
    fn new(version: u16, created: Moment, signs_from: Moment) -> Self {
        Self { version, created, signs_from, secret: random_secret() }
    }
}

fn random_secret() -> Secret {
    let mut secret = Secret::default();
    fill_random(secret.as_mut_slice());
    secret
}

/// Opens a plain file that nobody else may touch. Looks again at what was opened: the name may have moved meanwhile.
fn open(path: &Path) -> Result<File, KeyFileError> {
    let before = fs::metadata(path).map_err(|error| missing_or("find", path, error))?;
    // Before it is opened: opening a pipe would wait for its other end.
    if !before.is_file() {
        return Err(KeyFileError::NotAFile(path.to_owned()));
    }
    let file = File::open(path).map_err(|error| missing_or("open", path, error))?;
    let found = file.metadata().map_err(|error| failed("look at", path, error))?;
    let mode = found.mode() & 0o7777;
    match mode & 0o007 {
        0 => Ok(file),
        _ => Err(KeyFileError::Open { path: path.to_owned(), mode }),
    }
}

fn replace(path: &Path, keys: &KeyFile) -> io::Result<()> {
    let old = fs::metadata(path)?;
    let beside = path.with_extension(format!("new-{}", super::random_id()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let written = (|| {
        let made = file.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            fchown(&file, Some(old.uid()), Some(old.gid()))?;
        }
        file.set_permissions(Permissions::from_mode(old.mode() & 0o660))?;
        write_out(&file, keys)?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_out(mut file: &File, keys: &KeyFile) -> io::Result<()> {
    file.write_all(format::write(keys).as_bytes())?;
    file.sync_all()
}

/// The folder that holds `path`, opened: its sync makes the name durable.
fn folder_of(path: &Path) -> io::Result<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))
}

fn missing_or(doing: &'static str, path: &Path, error: io::Error) -> KeyFileError {
    match error.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        _ => failed(doing, path, error),
    }
}

fn failed(doing: &'static str, path: &Path, error: io::Error) -> KeyFileError {
    KeyFileError::Io { doing, path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, os::unix::fs::symlink, thread};

    use tempfile::TempDir;

    use super::*;

    const START: Moment = Moment(1_764_000_000_000);

    fn folder() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("vestibule.key");
        (folder, path)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn secrets(file: &KeyFile) -> Vec<[u8; 32]> {
        file.keys().iter().map(|key| &key.secret).chain([file.lookup()]).map(|secret| **secret).collect()
    }

    #[test]
    fn a_new_key_file_is_for_its_owner_alone_and_reads_back_whole() {
        let (_folder, path) = folder();
        let made = KeyFile::create(&path, START).unwrap();
        assert_eq!(mode(&path), 0o600);
        let read = KeyFile::read(&path).unwrap();
        assert_eq!(secrets(&read), secrets(&made));
        let [key] = read.keys() else { panic!("one key") };
        assert_eq!((key.version, key.created, key.signs_from), (1, START, START));
    }

    #[test]
    fn two_new_key_files_share_nothing() {
        let (one, other) = (KeyFile::new(START), KeyFile::new(START));
        let distinct: HashSet<_> = [secrets(&one), secrets(&other)].concat().into_iter().collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn a_key_file_is_never_overwritten_nor_anything_else_in_its_place() {
        let (folder, path) = folder();
        KeyFile::create(&path, START).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(KeyFile::create(&path, START), Err(KeyFileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), before);
        let link = folder.path().join("link");
        symlink(folder.path().join("elsewhere"), &link).unwrap();
        assert!(matches!(KeyFile::create(&link, START), Err(KeyFileError::Exists(_))));
        assert!(!folder.path().join("elsewhere").exists());
    }

    #[test]
    fn any_permission_for_others_is_refused_and_the_group_may_read() {
        let (_folder, path) = folder();
        KeyFile::create(&path, START).unwrap();
        for open in [0o604, 0o602, 0o601, 0o644, 0o666, 0o777] {
            set_mode(&path, open);
            assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Open { mode, .. }) if mode == open));
            assert!(matches!(KeyFile::rotate(&path, START), Err(KeyFileError::Open { .. })));
        }
        for closed in [0o600, 0o400, 0o640, 0o440] {
            set_mode(&path, closed);
            assert!(KeyFile::read(&path).is_ok());
        }
    }

    #[test]
    fn what_is_no_key_file_is_refused_and_said_so() {
        let (folder, path) = folder();
        assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Missing(_))));
        assert!(matches!(KeyFile::rotate(&path, START), Err(KeyFileError::Missing(_))));
        assert!(matches!(KeyFile::read(folder.path()), Err(KeyFileError::NotAFile(_))));
        assert!(matches!(KeyFile::read(Path::new("/dev/zero")), Err(KeyFileError::NotAFile(_))));
        for (text, size) in [(&b"\xff\xfe"[..], 1), (&b"#"[..], 70_000)] {
            fs::write(&path, text.repeat(size)).unwrap();
            set_mode(&path, 0o600);
            assert!(matches!(KeyFile::read(&path), Err(KeyFileError::NotAFile(_))));
        }
        fs::write(&path, "").unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Malformed { .. })));
    }

    #[test]
    fn a_rotation_keeps_every_old_key_and_the_look_up_key() {
        let (folder, path) = folder();
        let before = KeyFile::create(&path, START).unwrap();
        let now = START.plus(minutes(60));
        let after = KeyFile::rotate(&path, now).unwrap();
        let read = KeyFile::read(&path).unwrap();
        assert_eq!(secrets(&read), secrets(&after));
        let [old, new] = read.keys() else { panic!("two keys") };
        assert_eq!((*old.secret, **read.lookup()), (*before.keys()[0].secret, **before.lookup()));
        assert_eq!((new.version, new.created, new.signs_from), (2, now, now.plus(minutes(5))));
        assert_eq!((read.signing(now), read.signing(now.plus(minutes(5)))), (Some(1), Some(2)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_rotation_leaves_the_mode_and_a_link_as_they_were() {
        let (folder, path) = folder();
        KeyFile::create(&path, START).unwrap();
        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        for kept in [0o600, 0o640] {
            set_mode(&path, kept);
            KeyFile::rotate(&link, START).unwrap();
            assert_eq!(mode(&path), kept);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        assert_eq!(KeyFile::read(&path).unwrap().keys().len(), 3);
    }

    #[test]
    fn rotations_at_the_same_time_all_count_and_a_reader_never_sees_half_a_file() {
        let (_folder, path) = folder();
        KeyFile::create(&path, START).unwrap();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| KeyFile::rotate(&path, START).unwrap());
                scope.spawn(|| (0..50).for_each(|_| assert!(KeyFile::read(&path).is_ok())));
            }
        });
        let file = KeyFile::read(&path).unwrap();
        let versions: Vec<_> = file.keys().iter().map(|key| key.version).collect();
        assert_eq!(versions, (1..=9).collect::<Vec<_>>());
    }

    #[test]
    fn the_last_id_is_not_followed_by_the_first() {
        let mut file = KeyFile::fixed(START);
        file.keys[0].version = u16::MAX;
        assert!(file.add(START).is_none());
    }
}
