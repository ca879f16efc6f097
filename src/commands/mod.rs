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
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = rustix::process::setrlimit(rustix::process::Resource::Core, none) {
        tracing::warn!(%error, "core dumps stay on");
    }
    crate::web::errors::log_panics();
}
