//! Argon2id by its written form (PHC string): `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
//! The memory it fills is kept from hash to hash; fetching 19 MiB anew costs 5 to 30 % more.

use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::PasswordHash};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{fill_random, pool};

/// OWASP's first choice of 2026, rule 7: 19 MiB (19 456 KiB, a block each), 2 passes, 1 lane.
pub const OURS: (u32, u32, u32) = (19_456, 2, 1);

/// Bytes of salt and of hash (RFC 9106, section 4).
pub const SALT: usize = 16;
pub const HASH: usize = 32;

/// The blocks of one thread. Blocks beyond what our own hash needs are never kept.
#[derive(Default)]
pub struct Blocks(Vec<Block>);

/// glibc gives memory back to the system for sure only where a piece is above 32 MiB. Blocks that are reserved and
/// never touched cost nothing; without them the process would stay 19 MiB bigger a core after its first hash.
const RESERVED: usize = 33 * 1024;

impl Blocks {
    fn with<T>(&mut self, count: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        if count > OURS.0 as usize {
            return work(&mut vec![Block::new(); count]);
        }
        if self.0.is_empty() {
            self.0.reserve_exact(RESERVED);
            self.0.resize(OURS.0 as usize, Block::new());
        }
        work(&mut self.0)
    }
}

impl pool::Memory for Blocks {
    fn release(&mut self) {
        self.0 = Vec::new();
    }
}

/// A parsed Argon2id hash.
pub struct Phc {
    version: Version,
    params: Params,
    salt: Vec<u8>,
    hash: Zeroizing<Vec<u8>>,
}

impl Phc {
    /// None where the text is no Argon2id hash with salt and hash. A missing version is the first one (0x10).
    pub fn parse(text: &str) -> Option<Self> {
        let phc = PasswordHash::new(text).ok()?;
        if phc.algorithm != argon2::ARGON2ID_IDENT {
            return None;
        }
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?;
        let params = Params::try_from(&phc).ok()?;
        // A shorter salt is refused by Argon2 itself, at once and without a hash's cost.
        let salt = phc.salt.filter(|salt| salt.len() >= argon2::MIN_SALT_LEN)?.to_vec();
        let hash = Zeroizing::new(phc.hash?.as_bytes().to_vec());
        Some(Self { version, params, salt, hash })
    }

    /// Memory in KiB, passes, lanes.
    pub fn cost(&self) -> (u32, u32, u32) {
        (self.params.m_cost(), self.params.t_cost(), self.params.p_cost())
    }

    /// Whether a hash made today would be of this make.
    pub fn is_of_today(&self) -> bool {
        let sizes = (self.salt.len(), self.hash.len());
        self.cost() == OURS && self.version == Version::V0x13 && sizes == (SALT, HASH)
    }

    /// Whether `password` under `pepper` makes this hash. Compared in constant time.
    pub fn fits(&self, blocks: &mut Blocks, password: &[u8], pepper: Option<&[u8]>) -> bool {
        let mut made = Zeroizing::new(vec![0; self.hash.len()]);
        let params = self.params.clone();
        let hashed = fill(blocks, (self.version, params), pepper, (password, &self.salt), &mut made);
        hashed.is_ok() && bool::from(made.ct_eq(&self.hash))
    }
}

/// A new hash of `password` with our costs and a random salt, in its written form.
#[expect(clippy::expect_used, reason = "our own costs are in range, the memory is of their size")]
pub fn make(blocks: &mut Blocks, password: &[u8], pepper: &[u8]) -> Zeroizing<String> {
    let mut salt = [0; SALT];
    fill_random(&mut salt);
    let mut hash = Zeroizing::new([0; HASH]);
    let (m, t, p) = OURS;
    let params = Params::new(m, t, p, Some(HASH)).expect("in range");
    let make = (Version::V0x13, params);
    fill(blocks, make, Some(pepper), (password, &salt), hash.as_mut_slice()).expect("in range");
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), Zeroizing::new(STANDARD_NO_PAD.encode(hash.as_slice())));
    Zeroizing::new(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${}", *hash))
}

fn fill(
    blocks: &mut Blocks,
    (version, params): (Version, Params),
    pepper: Option<&[u8]>,
    (password, salt): (&[u8], &[u8]),
    out: &mut [u8],
) -> argon2::Result<()> {
    let count = params.block_count();
    let argon2 = match pepper {
        Some(pepper) => Argon2::new_with_secret(pepper, Algorithm::Argon2id, version, params)?,
        None => Argon2::new(Algorithm::Argon2id, version, params),
    };
    blocks.with(count, |blocks| argon2.hash_password_into_with_memory(password, salt, out, blocks))
}
