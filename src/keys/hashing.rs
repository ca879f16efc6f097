//! Passwords: Argon2id with a pepper from the key file, computed behind a bounded, fair queue.
//! Every verification of one of our own hashes costs the same, whoever is asked for and however it ends.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{
    Keys,
    foreign::{self, Foreign},
    phc::{self, Blocks, Phc},
    pool::Pool,
};

pub use super::queue::{Busy, Queue};

/// Code points of the longest password, after NFC (rule 7).
pub const MOST_CODE_POINTS: usize = 128;

/// What a password is held against.
#[derive(Clone)]
pub enum Stored {
    /// A hash of ours, and the version of the pepper in it.
    Own { phc: String, key: i32 },
    /// A hash of another portal, unsealed.
    Foreign { phc: SecretString },
    /// No account, or one without a password: costs one hash of ours and is never right.
    Nobody,
}

/// How a verification ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    /// Right, but not what [`Hasher::hash`] would make today: hash it again.
    pub stale: bool,
}

/// Where measuring failed: twice what a machine of 2026 takes for bcrypt 14.
const FLOOR_UNMEASURED: Duration = Duration::from_secs(4);

const WRONG: Verdict = Verdict { right: false, stale: false };

/// Computes password hashes; shared by the whole server.
#[derive(Clone)]
pub struct Hasher {
    pool: Arc<Pool<Blocks>>,
    keys: Keys,
    floor: Arc<OnceCell<Duration>>,
}

impl Hasher {
    /// `cores` hashes at a time (0: one for each core) and `queue` places to wait.
    /// Fails when the operating system gives no thread.
    pub fn new(keys: Keys, cores: usize, queue: usize) -> io::Result<Self> {
        let pool = Arc::new(Pool::new(cores, queue)?);
        Ok(Self { pool, keys, floor: Arc::default() })
    }

    /// Whether `password` makes what is `stored`. A password of more than 128 code points is never right.
    pub async fn verify(&self, queue: Queue, password: &SecretString, stored: Stored) -> Result<Verdict, Busy> {
        let keys = self.keys.clone();
        let password = Typed::new(password);
        self.pool.run(queue, move |blocks| verdict(&keys, blocks, &password, &stored)).await
    }

    /// A new hash of `password`, and the version of the pepper in it. Judge the password's length first: nothing
    /// ever fits the hash of one that is too long.
    pub async fn hash(&self, queue: Queue, password: &SecretString) -> Result<(String, i32), Busy> {
        let keys = self.keys.clone();
        let password = Typed::new(password);
        let made = move |blocks: &mut Blocks| {
            let (version, pepper) = keys.pepper();
            (phc::make(blocks, password.nfc.as_bytes(), pepper.as_slice()).to_string(), i32::from(version))
        };
        self.pool.run(queue, made).await
    }

    /// How long after its post every refused password is answered while any foreign hash remains. Hashes of other
    /// portals cost what they cost, so an early no would tell which accounts exist and which were imported.
    ///
    /// Longer than the costliest hash that may be imported takes on this machine, in whole half seconds; measured at
    /// the first call, the same ever after. Take the time when the post arrives, verify, record, and only then sleep
    /// what is left: by then no hashing place is held. Queued longer than this, an answer comes when it can.
    pub async fn foreign_floor(&self) -> Duration {
        let measure = || async {
            let measured = tokio::task::spawn_blocking(costliest_foreign).await;
            measured.map_or(FLOOR_UNMEASURED, floor_above)
        };
        *self.floor.get_or_init(measure).await
    }

    /// How many wait for a core now, for the metrics.
    pub fn waiting(&self) -> usize {
        self.pool.waiting()
    }
}

/// What was typed, ready to be hashed.
struct Typed {
    /// NFC, at most 128 code points of it.
    nfc: Zeroizing<String>,
    too_long: bool,
    /// As typed, where that differs from NFC: other portals hashed what came.
    raw: Option<Zeroizing<String>>,
}

impl Typed {
    fn new(password: &SecretString) -> Self {
        let text = password.expose_secret();
        // Room for all of it (a code point has at most 4 bytes): a string that grows leaves copies of itself behind.
        let mut nfc = Zeroizing::new(String::with_capacity(4 * MOST_CODE_POINTS));
        let mut points = text.nfc();
        nfc.extend(points.by_ref().take(MOST_CODE_POINTS));
        let too_long = points.next().is_some();
        let raw = (!too_long && *nfc != text).then(|| Zeroizing::new(text.to_owned()));
        Self { nfc, too_long, raw }
    }
}

fn verdict(keys: &Keys, blocks: &mut Blocks, password: &Typed, stored: &Stored) -> Verdict {
    let judged = match stored {
        Stored::Own { phc, key } => own(keys, blocks, password, phc, *key),
        Stored::Foreign { phc } => imported(blocks, password, phc.expose_secret()),
        Stored::Nobody => None,
    };
    let Some(verdict) = judged else {
        let (_, pepper) = keys.pepper();
        phc::make(blocks, password.nfc.as_bytes(), pepper.as_slice());
        return WRONG;
    };
    if password.too_long { WRONG } else { verdict }
}

/// None, before any hash was computed, when the stored one cannot be held against anything.
fn own(keys: &Keys, blocks: &mut Blocks, password: &Typed, phc: &str, key: i32) -> Option<Verdict> {
    let Some(pepper) = keys.pepper_of(key) else {
        tracing::error!(key, "a password is of a key that the key file does not hold");
        return None;
    };
    // The caps hold here too: whoever can write to the database must not choose what a hash costs.
    let Some(parsed) = Phc::parse(phc).filter(|phc| foreign::within_caps(phc).is_ok()) else {
        tracing::error!("a stored password hash is broken");
        return None;
    };
    let right = parsed.fits(blocks, password.nfc.as_bytes(), Some(pepper.as_slice()));
    // A newer key than signs here is one of a server whose clock is ahead of ours.
    let stale = right && !(parsed.is_of_today() && key >= i32::from(keys.signing_version()));
    Some(Verdict { right, stale })
}

fn imported(blocks: &mut Blocks, password: &Typed, phc: &str) -> Option<Verdict> {
    let parsed = Foreign::parse(phc).inspect_err(|unfit| tracing::error!("an imported password hash: {unfit}")).ok()?;
    let raw = password.raw.as_ref();
    let right =
        parsed.fits(blocks, password.nfc.as_bytes()) || raw.is_some_and(|raw| parsed.fits(blocks, raw.as_bytes()));
    Some(Verdict { right, stale: right })
}

/// What the costliest hash within the caps takes here, from two small samples.
fn costliest_foreign() -> Duration {
    let mut blocks = Blocks::default();
    let took = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    // The first hash also fetches its memory, as the costly ones do.
    let argon2id = took(&mut || drop(phc::make(&mut blocks, b"sample", b""))) * foreign::MOST_IN_OURS;
    let bcrypt = took(&mut || drop(bcrypt::hash("sample", foreign::SAMPLE_BCRYPT))) * foreign::MOST_IN_SAMPLES;
    argon2id.max(bcrypt)
}

/// A quarter more, up to the next half second.
fn floor_above(costliest: Duration) -> Duration {
    let halves = (costliest.as_millis() * 5 / 4).div_ceil(500).max(1);
    Duration::from_millis(500) * u32::try_from(halves).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::file::KeyFile,
        rules::moment::{Clock, Moment, minutes},
    };

    const PASSWORD: &str = "correct horse battery staple";
    const RIGHT: Verdict = Verdict { right: true, stale: false };
    const RIGHT_BUT_STALE: Verdict = Verdict { right: true, stale: true };

    /// "secret password" by other programs: libxcrypt, Python's bcrypt, and the C reference of Argon2.
    const FOREIGN: [&str; 5] = [
        "$2y$05$abcdefghijklmnopqrstuuCk8jkoqETEiNj.yXXza3UhEkEmCpaNe",
        "$2b$04$qn1vZGPZjTQhpg5RBbxzveluEL8nMigzm/5/VzOwj56GPcZFWK7fm",
        "$2a$04$CbBlXFtc7YI/zW.l0p62UuNshGm9XSN/HmIQb9uxQ.oEJE6DFcLM.",
        "$argon2id$v=19$m=4096,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$ccMKEA8SKsfcByWlQukHEYVCetpAREb17H1lcbh+5eQ",
        "$argon2id$v=16$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$BOdpFZPSiOI7TsiTTLpfCO1oH67mNPgyp3bCscDbiAQ",
    ];

    /// The decomposed "contrasen\u{303}a", hashed as typed.
    const DECOMPOSED: &str =
        "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$iewF95S3QwuO4b7PfFr1iha7LsRvuyosTcyre6JZTlc";

    /// 72 times x.
    const BCRYPT_72: &str = "$2b$04$17yX69MImJcAC..BiYPlNOwsaXXnCb2T2HlIE/Fs9hOsWzNJAs.Fq";

    fn hasher() -> Hasher {
        Hasher::new(Keys::for_tests(), 1, 64).unwrap()
    }

    async fn verify(hasher: &Hasher, password: &str, stored: Stored) -> Verdict {
        hasher.verify(Queue::Known, &SecretString::from(password), stored).await.unwrap()
    }

    async fn own(hasher: &Hasher, password: &str) -> Stored {
        let (phc, key) = hasher.hash(Queue::Known, &SecretString::from(password)).await.unwrap();
        Stored::Own { phc, key }
    }

    fn foreign(phc: &str) -> Stored {
        Stored::Foreign { phc: SecretString::from(phc) }
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_does() {
        let hasher = hasher();
        let stored = own(&hasher, PASSWORD).await;
        assert_eq!(verify(&hasher, PASSWORD, stored.clone()).await, RIGHT);
        assert_eq!(verify(&hasher, "wrong horse", stored.clone()).await, WRONG);
        assert_eq!(verify(&hasher, &format!("{PASSWORD} "), stored.clone()).await, WRONG);
        assert_eq!(verify(&hasher, "", stored).await, WRONG);
        assert_eq!(verify(&hasher, PASSWORD, Stored::Nobody).await, WRONG);
    }

    #[tokio::test]
    async fn a_hash_is_of_the_promised_make_and_salted() {
        let hasher = hasher();
        let password = SecretString::from(PASSWORD);
        let (one, key) = hasher.hash(Queue::Known, &password).await.unwrap();
        let (two, _) = hasher.hash(Queue::Known, &password).await.unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert_eq!(key, 1);
    }

    #[tokio::test]
    async fn a_hash_without_the_pepper_is_worth_nothing() {
        let hasher = hasher();
        let (phc, key) = hasher.hash(Queue::Known, &SecretString::from(PASSWORD)).await.unwrap();
        assert_eq!(verify(&hasher, PASSWORD, foreign(&phc)).await, WRONG);
        let unpeppered = phc::make(&mut Blocks::default(), PASSWORD.as_bytes(), b"").to_string();
        assert_eq!(verify(&hasher, PASSWORD, Stored::Own { phc: unpeppered, key }).await, WRONG);
    }

    #[tokio::test]
    async fn composed_and_decomposed_letters_are_the_same_password() {
        let hasher = hasher();
        let stored = own(&hasher, "contrase\u{f1}a segura").await;
        assert_eq!(verify(&hasher, "contrasen\u{303}a segura", stored).await, RIGHT);
    }

    #[tokio::test]
    async fn the_longest_password_fits_and_one_more_code_point_never_does() {
        let hasher = hasher();
        let longest = "\u{f1}".repeat(MOST_CODE_POINTS);
        let stored = own(&hasher, &longest).await;
        assert_eq!(verify(&hasher, &longest, stored.clone()).await, RIGHT);
        // Counted after NFC: 256 code points as typed.
        assert_eq!(verify(&hasher, &"n\u{303}".repeat(MOST_CODE_POINTS), stored.clone()).await, RIGHT);
        assert_eq!(verify(&hasher, &format!("{longest}x"), stored).await, WRONG);
        assert_eq!(verify(&hasher, &"x".repeat(129), own(&hasher, &"x".repeat(129)).await).await, WRONG);
    }

    #[tokio::test]
    async fn hashes_of_other_portals_let_their_owners_in_and_ask_to_be_made_anew() {
        let hasher = hasher();
        for hash in FOREIGN {
            assert_eq!(verify(&hasher, "secret password", foreign(hash)).await, RIGHT_BUT_STALE, "{hash}");
            assert_eq!(verify(&hasher, "secret passwort", foreign(hash)).await, WRONG, "{hash}");
        }
    }

    #[tokio::test]
    async fn a_foreign_hash_of_decomposed_letters_still_fits() {
        assert_eq!(verify(&hasher(), "contrasen\u{303}a", foreign(DECOMPOSED)).await, RIGHT_BUT_STALE);
    }

    #[tokio::test]
    async fn bcrypt_looks_at_72_bytes_as_it_did_where_it_came_from() {
        assert_eq!(verify(&hasher(), &"x".repeat(80), foreign(BCRYPT_72)).await, RIGHT_BUT_STALE);
        assert_eq!(verify(&hasher(), &"x".repeat(71), foreign(BCRYPT_72)).await, WRONG);
        assert_eq!(verify(&hasher(), &"x".repeat(129), foreign(BCRYPT_72)).await, WRONG);
    }

    #[tokio::test]
    async fn what_is_no_hash_is_wrong_and_nothing_worse() {
        let hasher = hasher();
        for garbage in ["", "$", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$", "$2b$04$", "password", "\u{f1}$2y$"]
        {
            assert_eq!(verify(&hasher, garbage, foreign(garbage)).await, WRONG);
            assert_eq!(verify(&hasher, garbage, Stored::Own { phc: garbage.to_owned(), key: 1 }).await, WRONG);
        }
    }

    #[tokio::test]
    async fn a_hash_above_the_caps_is_not_computed_whoever_is_said_to_have_made_it() {
        let hasher = hasher();
        // 64 GiB: computing it would end this test.
        let costly =
            "$argon2id$v=19$m=67108864,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$ccMKEA8SKsfcByWlQukHEYVCetpAREb17H1lcbh+5eQ";
        assert_eq!(verify(&hasher, PASSWORD, foreign(costly)).await, WRONG);
        assert_eq!(verify(&hasher, PASSWORD, Stored::Own { phc: costly.to_owned(), key: 1 }).await, WRONG);
    }

    #[tokio::test]
    async fn a_hash_of_a_key_that_is_gone_never_fits() {
        let hasher = hasher();
        let (phc, _) = hasher.hash(Queue::Known, &SecretString::from(PASSWORD)).await.unwrap();
        for key in [2, 0, -1, 65_537] {
            assert_eq!(verify(&hasher, PASSWORD, Stored::Own { phc: phc.clone(), key }).await, WRONG);
        }
    }

    #[tokio::test]
    async fn a_hash_grows_stale_when_a_new_key_signs_and_when_the_costs_change() {
        let start = Moment(1_764_000_000_000);
        let mut file = KeyFile::fixed(start);
        file.add(start).unwrap();
        let at = |now: Moment| Hasher::new(Keys::from_file(&file, Clock::new(move || now)), 1, 64).unwrap();
        let (before, after) = (at(start), at(start.plus(minutes(5))));
        let old = own(&before, PASSWORD).await;
        assert_eq!(verify(&before, PASSWORD, old.clone()).await, RIGHT);
        assert_eq!(verify(&after, PASSWORD, old).await, RIGHT_BUT_STALE);
        let new = own(&after, PASSWORD).await;
        assert!(matches!(new, Stored::Own { key: 2, .. }));
        // On a server whose clock is behind.
        assert_eq!(verify(&before, PASSWORD, new.clone()).await, RIGHT);
        assert_eq!(verify(&after, PASSWORD, new).await, RIGHT);
    }

    #[test]
    fn the_floor_is_above_the_costliest_and_round() {
        assert_eq!(floor_above(Duration::ZERO), Duration::from_millis(500));
        assert_eq!(floor_above(Duration::from_millis(400)), Duration::from_millis(500));
        assert_eq!(floor_above(Duration::from_millis(401)), Duration::from_secs(1));
        assert_eq!(floor_above(Duration::from_millis(1300)), Duration::from_secs(2));
    }

    #[tokio::test]
    async fn the_floor_is_measured_once() {
        let hasher = hasher();
        let floor = hasher.foreign_floor().await;
        assert!(floor >= Duration::from_millis(500));
        assert_eq!(hasher.clone().foreign_floor().await, floor);
    }
}
