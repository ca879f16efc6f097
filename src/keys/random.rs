//! Random values from the operating system.
//! A machine that cannot give any must not go on: every use here is a secret or has to be unguessable.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// Fills `bytes` from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give.
#[expect(clippy::expect_used, reason = "going on with a guessable secret would be worse than stopping")]
pub fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives no random bytes");
}

/// 256 random bits as 43 characters of URL-safe base64: session ids, device tokens, form cookies.
#[must_use]
pub fn random_token() -> SecretString {
    let mut bits = Zeroizing::new([0; 32]);
    fill_random(bits.as_mut_slice());
    SecretString::from(URL_SAFE_NO_PAD.encode(bits.as_slice()))
}

/// A random positive 63-bit row id.
#[must_use]
pub fn random_id() -> i64 {
    loop {
        let mut bytes = [0; 8];
        fill_random(&mut bytes);
        let id = i64::from_le_bytes(bytes) & i64::MAX;
        if id > 0 {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn tokens_are_43_url_safe_characters_and_never_the_same() {
        let tokens: Vec<_> = (0..1000).map(|_| random_token()).collect();
        let distinct: HashSet<_> = tokens.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(distinct.len(), 1000);
        for token in distinct {
            assert_eq!(URL_SAFE_NO_PAD.decode(token).unwrap().len(), 32);
            assert_eq!(token.len(), 43);
        }
    }

    #[test]
    fn ids_are_positive_and_use_all_63_bits() {
        let ids: Vec<_> = (0..1000).map(|_| random_id()).collect();
        assert!(ids.iter().all(|id| *id > 0));
        assert_eq!(ids.iter().fold(0, |seen, id| seen | id), i64::MAX);
    }
}
