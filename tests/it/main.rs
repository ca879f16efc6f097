//! Stories told to the real program: a server on a port of its own, browsers that drive it, both databases.
//! A file per page; `world/` is what stands around the program.
#![allow(clippy::similar_names, reason = "read and write, said and sid: each is what its protocol calls it")]
#![expect(clippy::expect_used, reason = "a test that cannot go on says so and stops")]

mod choose;
mod code;
mod delivery;
mod devices;
mod forms;
mod headers;
mod login;
mod process;
mod races;
mod resend;
mod rooms;
mod sessions;
mod stolen;
mod strangers;
mod thief;

mod webhook;
mod weight;
mod world;
