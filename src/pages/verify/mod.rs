//! The three verify pages, which every flow passes through.
//! They know whether an attempt may show what is known, and nothing of what comes after.

pub mod choose;
pub mod code;
pub mod resend;
