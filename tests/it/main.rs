//! Stories told to the real program: a server on a port of its own, browsers that drive it, both databases.
//! A file per page; `world/` is what stands around the program.
#![expect(clippy::expect_used, reason = "a test that cannot go on says so and stops")]

mod rooms;
mod world;
