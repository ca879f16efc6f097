//! The form token: URL-safe base64 of binding (32 bytes) and a MAC over the page's family and that binding.
//! It can be checked without the session it was made for, so that "gone" and "forged" are told apart.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;

use crate::{
    keys::{Keys, Lookup, Use},
    web::{App, Visitor},
};

/// What a token is tied to: a keyed hash of a browser's form cookie, or a session's look-up hash.
pub type Binding = [u8; BINDING];
const BINDING: usize = 32;
/// The stranger's family: pages that need neither attempt nor session.
pub const STRANGER: &str = "stranger";

/// How a presented token stands to what this request presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenVerdict {
    /// Genuine, of this family, and tied to what this request presented.
    Fits,
    /// Genuine and of this family, but tied to this other binding.
    Other(Binding),
    /// Never ours, or of another family.
    Foreign,
}

/// The token of a family's form for this binding.
pub fn make(keys: &Keys, family: &str, binding: &Binding) -> String {
    let mut bytes = binding.to_vec();
    bytes.extend(keys.mac(Use::Form, &[family.as_bytes(), binding]));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The token of a stranger's form. Sets the form cookie where the browser has none.
pub fn stranger(app: &App, visitor: &Visitor) -> String {
    let binding = browser(&app.keys, &visitor.form_cookie_or_new());
    make(&app.keys, STRANGER, &binding)
}

/// What a form cookie's value ties a token to.
pub fn browser(keys: &Keys, form_cookie: &str) -> Binding {
    binding(&keys.lookup(Lookup::Session, &[b"form", form_cookie.as_bytes()])).unwrap_or_default()
}

/// A look-up hash as a binding; `None` where it is not 32 bytes.
pub fn binding(hash: &[u8]) -> Option<Binding> {
    hash.try_into().ok()
}

/// Judges a token; constant time in the MAC and in the binding.
pub fn judge(keys: &Keys, family: &str, presented: Option<&Binding>, token: &str) -> TokenVerdict {
    let Some((tied, mac)) = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| Some((binding(bytes.get(..BINDING)?)?, bytes.get(BINDING..)?.to_vec())))
    else {
        return TokenVerdict::Foreign;
    };
    if !keys.fits(Use::Form, &[family.as_bytes(), &tied], &mac) {
        return TokenVerdict::Foreign;
    }
    match presented {
        Some(presented) if bool::from(presented.ct_eq(&tied)) => TokenVerdict::Fits,
        _ => TokenVerdict::Other(tied),
    }
}

/// Whether this has the shape of [`crate::keys::random_token`].
pub fn is_token(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
