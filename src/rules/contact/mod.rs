//! Where codes go: email addresses and phone numbers, read, compared and shown without giving them away.
//! Neither type prints itself: what is logged by mistake is the masked form.

mod email;
mod phone;

pub use email::{Email, EmailProblem, SpokenEmail};
pub use phone::{Country, Phone, PhoneProblem};
