//! One-time codes: what they are drawn from, and which one a patient means by what was typed.
//! Rule 1. Whether a code is right, alive or used is decided where codes are kept.

mod alphabet;
mod candidate;

pub use alphabet::{
    Alphabet, AlphabetProblem, Code, EMAIL_ALPHABET, FEWEST_CODES, LENGTH, LONGEST, TEXT_ALPHABET, draw,
};
pub use candidate::{Candidate, candidate};
