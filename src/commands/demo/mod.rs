//! `vestibule demo`: everything at once, on made-up patients, with nothing to set up.
//! Mail and texts go to a catcher on this machine.

pub mod catcher;
