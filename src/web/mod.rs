//! Plumbing: what every page stands on and no page should have to think of.
//! Headers, forms and their tokens, cookies, the visitor's language and address, error pages, static files.

pub mod address;
pub mod app;
pub mod cookies;
pub mod errors;
pub mod families;
pub mod fields;
pub mod forms;
pub mod headers;
pub mod language;
pub mod page;
pub mod route;
pub mod server;
pub mod sessions;
pub mod shell;
pub mod stand;
pub mod statics;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod visit;
pub mod visitor;

pub use app::App;
pub use errors::{Failure, Refusal};
pub use forms::{Family, Form, Presented, Stranger};
pub use visitor::Visitor;
