//! The key file and everything made from it.
//! SKELETON: the signatures other rooms call; the keys helper fills them in.

use secrecy::SecretString;

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
pub struct Keys;

#[derive(Debug, thiserror::Error)]
#[error("a sealed value does not open: wrong key file, or the value was moved or changed")]
pub struct Sealed;

impl Keys {
    /// A MAC under the key that signs now; the value names its key (2 bytes version, 32 bytes MAC).
    /// The parts are length-prefixed, so that ("ab","c") and ("a","bc") differ.
    pub fn mac(&self, _use: Use, _parts: &[&[u8]]) -> Vec<u8> {
        unimplemented!()
    }
    /// Whether `mac` is of these parts, under any key that still verifies. Constant time.
    pub fn fits(&self, _use: Use, _parts: &[&[u8]], _mac: &[u8]) -> bool {
        unimplemented!()
    }
    /// Keyed hash for look-ups, 32 bytes, stable over rotations.
    pub fn lookup(&self, _of: Lookup, _parts: &[&[u8]]) -> Vec<u8> {
        unimplemented!()
    }
    pub fn seal(&self, _place: Place, _plain: &[u8]) -> Vec<u8> {
        unimplemented!()
    }
    pub fn open(
        &self,
        _place: Place,
        _sealed: &[u8],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, Sealed> {
        unimplemented!()
    }
    /// `seal`/`open` for text.
    pub fn seal_text(&self, place: Place, plain: &str) -> Vec<u8> {
        self.seal(place, plain.as_bytes())
    }
    pub fn open_text(&self, _place: Place, _sealed: &[u8]) -> Result<SecretString, Sealed> {
        unimplemented!()
    }
    /// 64 bytes for actix-session's cookie key; derived from the look-up key, so that a rotation signs nobody out.
    pub fn cookie_key(&self) -> Vec<u8> {
        unimplemented!()
    }
}

/// 256 random bits as 43 characters of URL-safe base64: session ids, device tokens, form cookies.
#[must_use]
pub fn random_token() -> SecretString {
    unimplemented!()
}

/// A random positive 63-bit row id.
#[must_use]
pub fn random_id() -> i64 {
    unimplemented!()
}
