//! The command line: one arm per command.
//! Exit 0 done, 1 failed, 2 wrong use.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use vestibule::{
    commands::{self, Outcome},
    rules::moment::Clock,
    settings::{self, Finding, Settings},
    store,
};

/// The front door of a clinic's patient portal.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Line {
    /// The settings file; `vestibule.toml` here, where there is one
    #[arg(short = 'c', long = "config", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything on made-up patients, with nothing to set up
    Demo(commands::demo::Args),
    /// Write a commented settings file and a key file
    Init {
        #[arg(long)]
        json: bool,
    },
    /// Say all at once what is unsafe, and whether the services outside answer
    Check {
        #[arg(long)]
        json: bool,
    },
    /// Make or update the tables
    Migrate(commands::migrate::Args),
    /// Serve the pages
    Serve,
    /// Who may sign in
    #[command(subcommand)]
    Patients(commands::patients::Command),
    /// The key file
    #[command(subcommand)]
    Keys(Keys),
    /// Copy the SQLite database while it is in use
    Backup(commands::backup::Args),
}

#[derive(Subcommand)]
enum Keys {
    /// Write the key file; refuses to overwrite one
    New {
        #[arg(long)]
        json: bool,
    },
    /// Which keys there are, and what each still holds
    List {
        #[arg(long)]
        json: bool,
    },
    /// Add a key that signs in five minutes
    Rotate {
        #[arg(long)]
        json: bool,
    },
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
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Ok(Outcome::WrongUse) => ExitCode::from(2),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("vestibule: {error:#}");
    ExitCode::FAILURE
}

async fn run(line: Line) -> anyhow::Result<Outcome> {
    let config = line.config.or_else(default_config);
    let file = config.as_deref();
    match line.command {
        Command::Demo(args) => commands::demo::run(args).await?,
        Command::Init { json } => {
            let file = file.unwrap_or(Path::new("vestibule.toml"));
            commands::init::run(file, json, Clock::system().now(), &mut io::stdout())?;
        }
        Command::Check { json } => {
            let check = Box::pin(commands::check::Check::with_probes(file)).await?;
            check.print(json, &mut io::stdout())?;
            return Ok(if check.is_good() { Outcome::Done } else { Outcome::Failed });
        }
        Command::Serve => {
            let (settings, check) = commands::check::Check::of(file)?;
            if !check.findings.is_empty() {
                return refuse("not safe to serve with these settings", &check.findings);
            }
            commands::serve::run(settings).await?;
        }
        Command::Migrate(args) => return with(file, async |s| commands::migrate::run(args, s).await).await,
        Command::Patients(args) => return with(file, async |s| commands::patients::run(args, s).await).await,
        Command::Backup(args) => return with(file, async |s| commands::backup::run(args, s).await).await,
        Command::Keys(args) => return with(file, async |s| keys(args, s).await).await,
    }
    Ok(Outcome::Done)
}

async fn keys(args: Keys, settings: &Settings) -> anyhow::Result<Outcome> {
    let (path, now, out) = (&settings.secret_key_file, Clock::system().now(), &mut io::stdout());
    match args {
        Keys::New { json } => commands::keys::new(out, path, now, json)?,
        Keys::List { json } => {
            let held = held(settings).await;
            commands::keys::list(out, path, now, held.as_ref(), json)?;
        }
        Keys::Rotate { json } => commands::keys::rotate(out, path, now, json)?,
    }
    Ok(Outcome::Done)
}

/// What each key still holds, where the database can be asked.
async fn held(settings: &Settings) -> Option<store::held::Held> {
    let store = store::Store::open(commands::house::link(settings).ok()?);
    store.read(store::held::count).await.ok()
}

/// Runs a command with the settings that can be read, or says what cannot.
async fn with(
    file: Option<&Path>,
    command: impl AsyncFnOnce(&Settings) -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    match Settings::load(file, settings::environment()) {
        Ok(settings) => command(&settings).await,
        Err(findings) => refuse("the settings cannot be read", &findings),
    }
}

fn refuse(what: &str, findings: &[Finding]) -> anyhow::Result<Outcome> {
    let mut out = io::stderr();
    writeln!(out, "vestibule: {what}:")?;
    for finding in findings {
        writeln!(out, "  {finding}")?;
    }
    Ok(Outcome::Failed)
}

/// `vestibule.toml` in the folder the program runs in, where there is one.
fn default_config() -> Option<PathBuf> {
    let file = PathBuf::from("vestibule.toml");
    file.exists().then_some(file)
}
