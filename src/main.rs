//! The command line: one arm per command.
//! Exit 0 done, 1 failed, 2 wrong use.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use vestibule::{
    commands,
    settings::{self, Settings},
};

/// The front door of a clinic's patient portal.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Line {
    /// The settings file.
    #[arg(short = 'c', long = "config", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything on made-up patients, with nothing to set up.
    Demo(commands::demo::Args),
    /// Serve the pages.
    Serve,
}

fn main() -> ExitCode {
    let line = Line::parse();
    commands::prepare();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(run(line));
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match done {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("vestibule: {error:#}");
    ExitCode::FAILURE
}

async fn run(line: Line) -> anyhow::Result<ExitCode> {
    let config = line.config.or_else(default_config);
    match line.command {
        Command::Demo(args) => commands::demo::run(args).await?,
        Command::Serve => match Settings::load_safe(config.as_deref(), settings::environment()) {
            Ok(settings) => commands::serve::run(settings).await?,
            Err(findings) => {
                eprintln!("vestibule: not safe to serve with these settings:");
                for finding in findings {
                    eprintln!("  {finding}");
                }
                return Ok(ExitCode::FAILURE);
            }
        },
    }
    Ok(ExitCode::SUCCESS)
}

/// `vestibule.toml` in the folder the program runs in, where there is one.
fn default_config() -> Option<PathBuf> {
    let file = PathBuf::from("vestibule.toml");
    file.exists().then_some(file)
}
