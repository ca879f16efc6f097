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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use data_encoding::HEXLOWER;

    use super::*;
    use crate::{keys::Keys, rules::moment::minutes};

    const START: Moment = Moment(1_764_000_000_000);

    /// Computed apart from this program (Python's hmac, RFC 5869). A change here makes everything stored worthless.
    #[test]
    fn keys_are_derived_as_they_were_when_the_first_value_was_stored() {
        let keys = Keys::for_tests();
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        assert_eq!(
            hex(&keys.mac(Use::Code, &[b"ab", b"c"])),
            "0001b063b7ac96956a145cfefa82d826808b69a908cabcea47b66c2988a09527600b"
        );
        assert_eq!(
            hex(&keys.lookup(Lookup::Email, &[b"jane@example.com"])),
            "2b7078cbea3f8d354cef955f8521d7ca83c7bab3c1866e89df4bd9bd17c9febd"
        );
        let ring = Ring::new(&KeyFile::fixed(START));
        let cookie = "46d40d9ab5dcacedc6d3811069627a717a903d52bdf2862423d8756c0cfa69cd\
             f4f60072e9e65b7a5926471b5a622506b87bb32e385dace07066b3541f8efdfa";
        assert_eq!(hex(&keys.cookie_key()), cookie);
        assert_eq!(
            hex(ring.signing(START).seal().as_slice()),
            "5d0a61ee16892469f7dd01e7237b5a47b2b9910d01b15a9778f0bbd88a399aae"
        );
        assert_eq!(
            hex(ring.signing(START).pepper().as_slice()),
            "125e9b93d77e37dc933c99091fc9a05a617d1bd1577abfb4b5497286b0650b73"
        );
    }

    #[test]
    fn no_two_derived_keys_are_the_same() {
        let mut file = KeyFile::fixed(START);
        file.add(START).unwrap();
        let ring = Ring::new(&file);
        let of_key = |key: &Key| [key.macs.to_vec(), vec![key.seal.clone(), key.pepper.clone()]].concat();
        let mut all: Vec<_> = ring.keys.iter().flat_map(of_key).chain(ring.lookups.to_vec()).collect();
        all.extend(ring.cookie.chunks(32).map(|half| Secret::new(half.try_into().unwrap())));
        let distinct: HashSet<[u8; 32]> = all.iter().map(|key| **key).collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(all.len(), 2 * (USES.len() + 2) + LOOKUPS.len() + 2);
    }

    #[test]
    fn every_use_finds_the_key_of_its_own_name() {
        let ring = Ring::new(&KeyFile::fixed(START));
        let [one, two] = [Zeroizing::new([1; 32]), Zeroizing::new([2; 32])];
        for of in USES {
            assert_eq!(*ring.signing(START).mac(of), derived(&one, "key 1", of.name()));
        }
        for of in LOOKUPS {
            assert_eq!(*ring.lookup(of), derived(&two, "lookup", of.name()));
        }
    }

    #[test]
    fn a_rotated_key_verifies_at_once_and_signs_from_its_time() {
        let mut file = KeyFile::fixed(START);
        file.add(START).unwrap();
        let ring = Ring::new(&file);
        let signing = |at: Moment| ring.signing(at).version;
        assert!(ring.of_version(2).is_some());
        assert_eq!(signing(START), 1);
        assert_eq!(signing(Moment(START.plus(minutes(5)).0 - 1)), 1);
        assert_eq!(signing(START.plus(minutes(5))), 2);
        assert_eq!(signing(Moment(0)), 1, "a clock that went back far still signs");
    }
}
