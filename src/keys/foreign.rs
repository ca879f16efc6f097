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
            return within_caps(&phc).map(|()| Self::Argon2id(phc));
        }
        if !["$2a$", "$2b$", "$2y$"].iter().any(|make| text.starts_with(make)) {
            return Err(Unfit::Unknown);
        }
        let parts: HashParts = text.parse().map_err(|_| Unfit::Unknown)?;
        // The crate also reads "+9".
        if parts.get_cost() < LEAST_BCRYPT || text.as_bytes().get(4) == Some(&b'+') {
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

/// Whether an Argon2id hash costs no more than we are willing to pay.
pub(super) fn within_caps(phc: &Phc) -> Result<(), Unfit> {
    let (memory, passes, lanes) = phc.cost();
    cap("argon2id memory (KiB)", memory, MOST_MEMORY)?;
    cap("argon2id passes", passes, MOST_PASSES)?;
    cap("argon2id lanes", lanes, MOST_LANES)
}

fn cap(what: &'static str, found: u32, most: u32) -> Result<(), Unfit> {
    if found > most { Err(Unfit::TooCostly { what, found, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SALT_AND_HASH: &str = "c2FsdHNhbHRzYWx0c2FsdA$ccMKEA8SKsfcByWlQukHEYVCetpAREb17H1lcbh+5eQ";

    fn argon2id(m: u32, t: u32, p: u32) -> Result<Foreign, Unfit> {
        Foreign::parse(&format!("$argon2id$v=19$m={m},t={t},p={p}${SALT_AND_HASH}"))
    }

    fn bcrypt(make: &str, cost: &str) -> Result<Foreign, Unfit> {
        Foreign::parse(&format!("${make}${cost}$abcdefghijklmnopqrstuuCk8jkoqETEiNj.yXXza3UhEkEmCpaNe"))
    }

    #[test]
    fn hashes_are_taken_in_up_to_the_caps() {
        assert!(argon2id(262_144, 10, 8).is_ok());
        assert!(["2a", "2b", "2y"].iter().all(|make| bcrypt(make, "14").is_ok() && bcrypt(make, "04").is_ok()));
    }

    #[test]
    fn above_a_cap_the_refusal_names_what_is_too_much() {
        let said = |unfit: Result<Foreign, Unfit>| unfit.err().map(|unfit| unfit.to_string()).unwrap_or_default();
        assert_eq!(said(argon2id(262_145, 2, 1)), "argon2id memory (KiB) 262145 is above the cap of 262144");
        assert_eq!(said(argon2id(u32::MAX, 2, 1)), "argon2id memory (KiB) 4294967295 is above the cap of 262144");
        assert_eq!(said(argon2id(1024, 11, 1)), "argon2id passes 11 is above the cap of 10");
        assert_eq!(said(argon2id(1024, 2, 9)), "argon2id lanes 9 is above the cap of 8");
        assert_eq!(said(bcrypt("2b", "15")), "bcrypt cost 15 is above the cap of 14");
        assert_eq!(said(bcrypt("2b", "31")), "bcrypt cost 31 is above the cap of 14");
    }

    #[test]
    fn other_hashes_are_refused() {
        assert!(bcrypt("2x", "10").is_err());
        assert!(bcrypt("2", "10").is_err());
        assert!(bcrypt("2b", "03").is_err());
        assert!(bcrypt("2b", "+9").is_err());
        for other in [
            "",
            "secret password",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
            "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.",
            "$argon2id$v=19$m=1024,t=1,p=1",
            "$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$ccMKEA8SKsfcByWlQukHEYVCetpAREb17H1lcbh+5eQ",
            "$argon2id$v=18$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$ccMKEA8SKsfcByWlQukHEYVCetpAREb17H1lcbh+5eQ",
            "$argon2i$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$m4AD3BvKu19NYYJQeI3q1rHyFI0uWbi8nfAKqsLFqE4",
            "$argon2d$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$m4AD3BvKu19NYYJQeI3q1rHyFI0uWbi8nfAKqsLFqE4",
        ] {
            assert_eq!(Foreign::parse(other).err(), Some(Unfit::Unknown), "{other}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_refused_without_a_panic(make in "(\\$argon2id\\$|\\$2b\\$)?", text in "\\PC{0,80}") {
            let hash = format!("{make}{text}");
            prop_assert!(Foreign::parse(&hash).is_err());
        }
    }
}
