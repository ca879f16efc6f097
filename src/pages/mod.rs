//! What patients see: a file a page, with its form, its template's struct, what shows it and what takes its form.
//! Words are Fluent ids in locales/, markup is in templates/pages/.

pub mod dev;
pub mod error;
pub mod faq;
pub mod home;
pub mod limit;
pub mod login;
pub mod verify;
