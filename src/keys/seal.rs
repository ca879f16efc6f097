//! Sealing: XChaCha20-Poly1305 with a random nonce, bound to table, column and row.
//! A sealed value is 2 bytes key version, 24 bytes nonce, the cipher text, 16 bytes tag.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, KeyInit},
};
use zeroize::Zeroizing;

use super::{Place, Sealed, derive::Secret, fill_random};

const NONCE: usize = 24;
const TAG: usize = 16;

#[expect(clippy::expect_used, reason = "the cipher refuses only texts of 256 GiB")]
pub fn seal(key: &Secret, version: u16, place: Place, plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    fill_random(&mut nonce);
    let mut value = Vec::with_capacity(2 + NONCE + plain.len() + TAG);
    value.extend_from_slice(&version.to_be_bytes());
    value.extend_from_slice(&nonce);
    value.extend_from_slice(plain);
    let tag = XChaCha20Poly1305::new((&**key).into())
        .encrypt_inout_detached(&XNonce::from(nonce), &bound_to(place), (&mut value[2 + NONCE..]).into())
        .expect("shorter than 256 GiB");
    value.extend_from_slice(&tag);
    value
}

/// `key` is the one whose version the value names.
pub fn open(key: &Secret, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Sealed> {
    let rest = sealed.get(2..).ok_or(Sealed)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(Sealed)?;
    let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(Sealed)?;
    let mut plain = Zeroizing::new(text.to_vec());
    XChaCha20Poly1305::new((&**key).into())
        .decrypt_inout_detached(&XNonce::from(*nonce), &bound_to(place), plain.as_mut_slice().into(), &(*tag).into())
        .map_err(|_| Sealed)?;
    Ok(plain)
}

/// Table, column and row with a zero byte between, which no name holds.
fn bound_to(place: Place) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(place.table.len() + place.column.len() + 10);
    bytes.extend_from_slice(place.table.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(place.column.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&place.row.to_be_bytes());
    bytes
}
