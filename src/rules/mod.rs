//! The rules, pure: facts in, verdicts out, time an argument.
//! Nothing here waits, reads, writes or knows a framework.

pub mod event;
pub mod moment;
pub mod names;
