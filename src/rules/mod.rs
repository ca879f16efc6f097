//! The rules, pure: facts in, verdicts out, time an argument.
//! Nothing here waits, reads, writes or knows a framework.

pub mod activation;
pub mod browser;
pub mod code;
pub mod contact;
pub mod device;
pub mod event;
pub mod moment;
pub mod names;
pub mod network;
pub mod next;
pub mod sending;
pub mod session;
pub mod throttle;
mod typed;
pub mod username;
