//! Password hashes that other portals made: Argon2id PHC strings and bcrypt.
//! They hold no pepper, so they are sealed at rest and re-made at their owner's first sign-in.

use bcrypt::HashParts;

use super::phc::{Blocks, Phc};

/// Costs above which one hash would hold a core too long (contract, section 6): bcrypt 14 is about a second.
const MOST_BCRYPT: u32 = 14;
/// KiB: 256 MiB.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 10;
const MOST_LANES: u32 = 8;

/// bcrypt's own least; below it there is no such hash.
const LEAST_BCRYPT: u32 = 4;

/// How many of our own hashes the costliest Argon2id within the caps is worth: memory times passes.
pub(super) const MOST_IN_OURS: u32 = MOST_MEMORY * MOST_PASSES / (super::phc::OURS.0 * super::phc::OURS.1) + 1;

/// bcrypt doubles with each step: how many samples of this cost one of the greatest cost is worth.
pub(super) const SAMPLE_BCRYPT: u32 = 6;
pub(super) const MOST_IN_SAMPLES: u32 = 1 << (MOST_BCRYPT - SAMPLE_BCRYPT);

/// A hash of another portal that is within the caps.
pub enum Foreign {
    Argon2id(Phc),
    /// The whole text, checked.
    Bcrypt(zeroize::Zeroizing<String>),
}

/// Why a hash cannot be taken in. Holds nothing of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("neither an argon2id PHC string nor a $2a$, $2b$ or $2y$ bcrypt hash")]
    Unknown,
    #[error("{what} {found} is above the cap of {most}")]
    TooCostly { what: &'static str, found: u32, most: u32 },
}

impl Foreign {
    /// Reads and judges a hash: at import, and again before it is computed.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if text.starts_with("$argon2id$") {
            let phc = Phc::parse(text).ok_or(Unfit::Unknown)?;
            let (memory, passes, lanes) = phc.cost();
            cap("argon2id memory (KiB)", memory, MOST_MEMORY)?;
            cap("argon2id passes", passes, MOST_PASSES)?;
            cap("argon2id lanes", lanes, MOST_LANES)?;
            return Ok(Self::Argon2id(phc));
        }
        if !["$2a$", "$2b$", "$2y$"].iter().any(|make| text.starts_with(make)) {
            return Err(Unfit::Unknown);
        }
        let parts: HashParts = text.parse().map_err(|_| Unfit::Unknown)?;
        if parts.get_cost() < LEAST_BCRYPT {
            return Err(Unfit::Unknown);
        }
        cap("bcrypt cost", parts.get_cost(), MOST_BCRYPT)?;
        Ok(Self::Bcrypt(zeroize::Zeroizing::new(text.to_owned())))
    }

    /// Whether `password` makes this hash. bcrypt looks at its first 72 bytes, as the portal that made it did.
    pub(super) fn fits(&self, blocks: &mut Blocks, password: &[u8]) -> bool {
        match self {
            Self::Argon2id(phc) => phc.fits(blocks, password, None),
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
        }
    }
}

fn cap(what: &'static str, found: u32, most: u32) -> Result<(), Unfit> {
    if found > most { Err(Unfit::TooCostly { what, found, most }) } else { Ok(()) }
}
