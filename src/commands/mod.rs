//! What the command line can do, a file a command.

pub mod backup;
pub mod check;
pub mod demo;
pub mod house;
pub mod init;
pub mod keys;
pub mod migrate;
pub mod patients;
pub mod serve;

mod outcome;

pub use outcome::Outcome;
use tracing_subscriber::EnvFilter;

/// What every command does first: logs, one TLS implementation, no core dumps that would hold keys.
pub fn prepare() {
    let filter = EnvFilter::try_from_env("VESTIBULE_LOG").unwrap_or_else(|_| EnvFilter::new("warn,vestibule=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    // Set already where a library was quicker.
    let _ = rustls::crypto::ring::default_provider().install_default();
    limit_the_process();
    crate::web::errors::log_panics();
}

/// No core dumps, and as many connections as the system lets us have.
fn limit_the_process() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        tracing::warn!(%error, "core dumps stay on");
    }
    let files = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, maximum: files.maximum }) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}
