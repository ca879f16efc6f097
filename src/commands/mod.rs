//! What the command line can do, a file a command.

pub mod demo;
pub mod house;
pub mod serve;
