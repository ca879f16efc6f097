//! From the secrets of the key file to one key per use and version, by HKDF-SHA256 (RFC 5869).
//! A derived key says nothing of its secret or of any other key.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Lookup, Use, file::KeyFile};
use crate::rules::moment::Moment;

/// 256 bits, zeroed when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

const USES: [Use; 4] = [Use::Code, Use::Form, Use::Captcha, Use::SessionSuccessor];

const LOOKUPS: [Lookup; 10] = [
    Lookup::Username,
    Lookup::Email,
    Lookup::Phone,
    Lookup::Activation,
    Lookup::Session,
    Lookup::Device,
    Lookup::DeviceCookieName,
    Lookup::Throttle,
    Lookup::Network,
    Lookup::CaptchaAnswer,
];

impl Use {
    /// Part of the derivation: a changed name is another key.
    fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Form => "form",
            Self::Captcha => "captcha",
            Self::SessionSuccessor => "session-successor",
        }
    }
}

impl Lookup {
    /// Part of the derivation: a changed name is another key.
    fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Activation => "activation",
            Self::Session => "session",
            Self::Device => "device",
            Self::DeviceCookieName => "device-cookie-name",
            Self::Throttle => "throttle",
            Self::Network => "network",
            Self::CaptchaAnswer => "captcha-answer",
        }
    }
}

/// All derived keys of one key file.
pub struct Ring {
    /// At least one, oldest `signs_from` first.
    keys: Vec<Key>,
    lookups: [Secret; LOOKUPS.len()],
    cookie: Zeroizing<[u8; 64]>,
    lookup_print: [u8; 32],
}

/// The derived keys of one version.
pub struct Key {
    pub version: u16,
    signs_from: Moment,
    macs: [Secret; USES.len()],
    seal: Secret,
    pepper: Secret,
    print: [u8; 32],
}

impl Ring {
    pub fn new(file: &KeyFile) -> Self {
        let mut keys: Vec<_> = file.keys().iter().map(Key::new).collect();
        keys.sort_by_key(|key| (key.signs_from, key.version));
        let secret = file.lookup();
        let mut cookie = Zeroizing::new([0; 64]);
        expand(secret, "lookup", "cookie", cookie.as_mut_slice());
        Self {
            keys,
            lookups: LOOKUPS.map(|of| derived(secret, "lookup", of.name())),
            cookie,
            lookup_print: *derived(secret, "lookup", "print"),
        }
    }

    /// The key that signs at `now`: the one that began last. Before the first one's time (a clock that went back) the first.
    pub fn signing(&self, now: Moment) -> &Key {
        let begun = self.keys.iter().rev().find(|key| key.signs_from <= now);
        // A key file holds at least one key.
        begun.unwrap_or(&self.keys[0])
    }

    pub fn of_version(&self, version: u16) -> Option<&Key> {
        self.keys.iter().find(|key| key.version == version)
    }

    pub fn versions(&self) -> Vec<u16> {
        self.keys.iter().map(|key| key.version).collect()
    }

    pub fn lookup(&self, of: Lookup) -> &Secret {
        &self.lookups[of as usize]
    }

    pub fn cookie(&self) -> &[u8; 64] {
        &self.cookie
    }

    /// Whether both hold the same look-up key.
    pub fn looks_up_like(&self, other: &Self) -> bool {
        self.lookup_print == other.lookup_print
    }

    /// The first version of which `other` holds a different secret.
    pub fn differs_in(&self, other: &Self) -> Option<u16> {
        let differs = |key: &&Key| other.of_version(key.version).is_some_and(|twin| twin.print != key.print);
        self.keys.iter().find(differs).map(|key| key.version)
    }
}

/// The same versions with the same secrets and times.
impl PartialEq for Ring {
    fn eq(&self, other: &Self) -> bool {
        let facts =
            |ring: &Self| ring.keys.iter().map(|key| (key.version, key.signs_from, key.print)).collect::<Vec<_>>();
        self.looks_up_like(other) && facts(self) == facts(other)
    }
}

impl Key {
    fn new(key: &super::file::FileKey) -> Self {
        let family = format!("key {}", key.version);
        let make = |name: &str| derived(&key.secret, &family, name);
        Self {
            version: key.version,
            signs_from: key.signs_from,
            macs: USES.map(|of| make(of.name())),
            seal: make("seal"),
            pepper: make("pepper"),
            print: *make("print"),
        }
    }

    pub fn mac(&self, of: Use) -> &Secret {
        &self.macs[of as usize]
    }

    pub fn seal(&self) -> &Secret {
        &self.seal
    }

    pub fn pepper(&self) -> &Secret {
        &self.pepper
    }
}

fn derived(secret: &Secret, family: &str, name: &str) -> Secret {
    let mut key = Secret::default();
    expand(secret, family, name, key.as_mut_slice());
    key
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses only outputs above 8160 bytes")]
fn expand(secret: &Secret, family: &str, name: &str, out: &mut [u8]) {
    let info = [b"vestibule 1\0", family.as_bytes(), b"\0", name.as_bytes()];
    Hkdf::<Sha256>::new(None, secret.as_slice()).expand_multi_info(&info, out).expect("at most 64 bytes");
}
