//! The key file and everything made from it: MACs, look-up hashes, sealed values, random tokens.
//! One [`Keys`] is shared by the whole server and follows the file while serving.

pub mod derive;
pub mod file;
pub mod foreign;
mod format;
pub mod hashing;
mod phc;
mod pool;
pub mod queue;
pub mod random;
mod seal;
mod watch;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::rules::moment::Clock;
use derive::{Ring, Secret};
use file::{KeyFile, KeyFileError};

pub use format::write_time as written_time;
pub use random::{fill_random, random_id, random_token};
pub use watch::Reload;

/// What a MAC is for: each use has its own derived key, so that no value of one passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Code,
    Form,
    Captcha,
    SessionSuccessor,
}

/// What a look-up hash is of. The look-up key never rotates with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    Username,
    Email,
    Phone,
    Activation,
    Session,
    Device,
    DeviceCookieName,
    Throttle,
    Network,
    CaptchaAnswer,
}

/// Where a sealed value lives; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: i64,
}

/// The live keys: shared, re-read from the file while serving.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    ring: RwLock<Arc<Ring>>,
    clock: Clock,
    /// Where [`Keys::reload`] reads; none when the keys came from memory.
    path: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
#[error("a sealed value does not open: wrong key file, or the value was moved or changed")]
pub struct Sealed;

impl Keys {
    /// The keys of the file at `path`. Refuses a file that others may read, and one that does not parse.
    pub fn load(path: &Path, clock: Clock) -> Result<Self, KeyFileError> {
        let file = KeyFile::read(path)?;
        Ok(Self::new(&file, clock, Some(path.to_owned())))
    }

    /// Keys that live in memory alone and follow no file.
    pub fn from_file(file: &KeyFile, clock: Clock) -> Self {
        Self::new(file, clock, None)
    }

    fn new(file: &KeyFile, clock: Clock, path: Option<PathBuf>) -> Self {
        let ring = RwLock::new(Arc::new(Ring::new(file)));
        Self(Arc::new(Inner { ring, clock, path }))
    }

    /// Always the same keys, one version, under a clock that stands still.
    #[cfg(test)]
    pub fn for_tests() -> Self {
        let at = crate::rules::moment::Moment(1_764_000_000_000);
        Self::from_file(&KeyFile::fixed(at), Clock::new(move || at))
    }

    fn ring(&self) -> Arc<Ring> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A MAC under the key that signs now; the value names its key (2 bytes version, 32 bytes MAC).
    /// The parts are length-prefixed, so that ("ab","c") and ("a","bc") differ.
    pub fn mac(&self, of: Use, parts: &[&[u8]]) -> Vec<u8> {
        let ring = self.ring();
        let key = ring.signing(self.0.clock.now());
        let mut value = key.version.to_be_bytes().to_vec();
        value.extend_from_slice(&hash_parts(key.mac(of), parts).finalize().into_bytes());
        value
    }

    /// Whether `mac` is of these parts, under any key that still verifies. Constant time.
    pub fn fits(&self, of: Use, parts: &[&[u8]], mac: &[u8]) -> bool {
        let Some((version, tag)) = mac.split_first_chunk::<2>() else {
            return false;
        };
        let ring = self.ring();
        ring.of_version(u16::from_be_bytes(*version))
            .is_some_and(|key| hash_parts(key.mac(of), parts).verify_slice(tag).is_ok())
    }

    /// Keyed hash for look-ups, 32 bytes, stable over rotations.
    pub fn lookup(&self, of: Lookup, parts: &[&[u8]]) -> Vec<u8> {
        let ring = self.ring();
        hash_parts(ring.lookup(of), parts).finalize().into_bytes().to_vec()
    }

    /// The value encrypted for its place: 2 bytes key version, 24 bytes nonce, the cipher text, 16 bytes tag.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Vec<u8> {
        let ring = self.ring();
        let key = ring.signing(self.0.clock.now());
        seal::seal(key.seal(), key.version, place, plain)
    }

    /// What was sealed for `place`. Fails on a value of another place, of a key the file does not hold, or changed.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Sealed> {
        let ring = self.ring();
        let key = version_of(sealed).and_then(|version| ring.of_version(version));
        seal::open(key.ok_or(Sealed)?.seal(), place, sealed)
    }

    /// `seal`/`open` for text.
    pub fn seal_text(&self, place: Place, plain: &str) -> Vec<u8> {
        self.seal(place, plain.as_bytes())
    }

    /// Like [`Keys::open`]; fails also when what was sealed is not UTF-8.
    pub fn open_text(&self, place: Place, sealed: &[u8]) -> Result<SecretString, Sealed> {
        let plain = self.open(place, sealed)?;
        std::str::from_utf8(&plain).map(SecretString::from).map_err(|_| Sealed)
    }

    /// 64 bytes for actix-session's cookie key; derived from the look-up key, so that a rotation signs nobody out.
    pub fn cookie_key(&self) -> Vec<u8> {
        self.ring().cookie().to_vec()
    }

    /// The pepper of new password hashes, and the version that names it.
    fn pepper(&self) -> (u16, Secret) {
        let ring = self.ring();
        let key = ring.signing(self.0.clock.now());
        (key.version, key.pepper().clone())
    }

    /// The pepper of password hashes made under `version`, while the file holds it.
    fn pepper_of(&self, version: i32) -> Option<Secret> {
        let version = u16::try_from(version).ok()?;
        self.ring().of_version(version).map(|key| key.pepper().clone())
    }

    /// The version that signs, seals and peppers now.
    pub fn signing_version(&self) -> u16 {
        self.ring().signing(self.0.clock.now()).version
    }
}

/// Says which versions it holds, never what they are.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("versions", &self.ring().versions()).finish_non_exhaustive()
    }
}

/// The key version that a MAC or a sealed value names.
pub fn version_of(value: &[u8]) -> Option<u16> {
    value.first_chunk().map(|version| u16::from_be_bytes(*version))
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hash_parts(key: &Secret, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("any length");
    for part in parts {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    hmac
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    const EMAIL: Place = Place { table: "patients", column: "email", row: 7 };

    #[test]
    fn a_mac_fits_its_own_parts_and_use_alone() {
        let keys = Keys::for_tests();
        let mac = keys.mac(Use::Code, &[b"ab", b"c"]);
        assert_eq!(mac.len(), 34);
        assert!(keys.fits(Use::Code, &[b"ab", b"c"], &mac));
        assert!(!keys.fits(Use::Code, &[b"a", b"bc"], &mac));
        assert!(!keys.fits(Use::Code, &[b"abc"], &mac));
        assert!(!keys.fits(Use::Code, &[b"ab", b"c", b""], &mac));
        for other in [Use::Form, Use::Captcha, Use::SessionSuccessor] {
            assert!(!keys.fits(other, &[b"ab", b"c"], &mac));
        }
    }

    #[test]
    fn every_changed_bit_and_every_cut_of_a_mac_is_refused() {
        let keys = Keys::for_tests();
        let mac = keys.mac(Use::Form, &[b"x"]);
        for n in 0..mac.len() {
            assert!(!keys.fits(Use::Form, &[b"x"], &mac[..n]));
            let mut changed = mac.clone();
            changed[n] ^= 1;
            assert!(!keys.fits(Use::Form, &[b"x"], &changed));
        }
        assert!(!keys.fits(Use::Form, &[b"x"], &[mac.clone(), vec![0]].concat()));
    }

    #[test]
    fn look_up_hashes_differ_by_what_they_are_of() {
        let keys = Keys::for_tests();
        let hash = keys.lookup(Lookup::Email, &[b"a@b.c"]);
        assert_eq!(hash.len(), 32);
        assert_eq!(hash, keys.lookup(Lookup::Email, &[b"a@b.c"]));
        assert_ne!(hash, keys.lookup(Lookup::Username, &[b"a@b.c"]));
        assert_ne!(hash, keys.lookup(Lookup::Email, &[b"a@b", b".c"]));
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_alone() {
        let keys = Keys::for_tests();
        let sealed = keys.seal_text(EMAIL, "jane@example.com");
        assert_eq!(keys.open_text(EMAIL, &sealed).unwrap().expose_secret(), "jane@example.com");
        for moved in [Place { row: 8, ..EMAIL }, Place { column: "phone", ..EMAIL }, Place { table: "staff", ..EMAIL }]
        {
            assert!(keys.open(moved, &sealed).is_err());
        }
        assert_ne!(sealed, keys.seal_text(EMAIL, "jane@example.com"));
    }

    #[test]
    fn a_changed_or_cut_sealed_value_does_not_open() {
        let keys = Keys::for_tests();
        let sealed = keys.seal(EMAIL, b"x");
        for n in 0..sealed.len() {
            assert!(keys.open(EMAIL, &sealed[..n]).is_err());
            let mut changed = sealed.clone();
            changed[n] ^= 1;
            assert!(keys.open(EMAIL, &changed).is_err());
        }
    }

    #[test]
    fn what_is_sealed_but_is_no_text_does_not_open_as_text() {
        let keys = Keys::for_tests();
        assert!(keys.open_text(EMAIL, &keys.seal(EMAIL, &[0xff])).is_err());
    }

    #[test]
    fn printing_keys_shows_their_versions_alone() {
        assert_eq!(format!("{:?}", Keys::for_tests()), "Keys { versions: [1], .. }");
    }

    proptest! {
        #[test]
        fn garbage_never_opens_fits_or_panics(garbage in proptest::collection::vec(any::<u8>(), 0..100)) {
            let keys = Keys::for_tests();
            prop_assert!(keys.open(EMAIL, &garbage).is_err());
            prop_assert!(!keys.fits(Use::Code, &[b"x"], &garbage));
        }

        #[test]
        fn whatever_is_sealed_opens_again(plain in proptest::collection::vec(any::<u8>(), 0..300), row: i64) {
            let (keys, place) = (Keys::for_tests(), Place { row, ..EMAIL });
            prop_assert_eq!(&*keys.open(place, &keys.seal(place, &plain)).unwrap(), &plain);
        }
    }
}
