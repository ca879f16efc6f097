//! `vestibule demo`: everything at once, on made-up patients, with nothing to set up.
//! Mail and texts take the real way, over SMTP and HTTP, to a catcher on this machine.

pub mod catcher;
mod people;

use std::{
    fs::OpenOptions,
    io::Write as _,
    net::{SocketAddr, TcpListener},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use actix_web::web::Data;
use anyhow::Context as _;
use catcher::Catcher;
use secrecy::{ExposeSecret as _, SecretString};

use super::{house, serve};
use crate::{
    keys::{Keys, file::KeyFile},
    outside::caught::{Caught, Tray},
    pages::dev,
    rules::moment::Clock,
    settings::{Settings, TextProvider},
    store::{Conn, migrate},
    web::{App, app::Alphabets},
};

/// What the demo can be told.
#[derive(clap::Args)]
pub struct Args {
    /// Where its database and keys are kept.
    #[arg(long, default_value = "vestibule-demo")]
    dir: PathBuf,
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Runs until told to stop.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let clock = Clock::system();
    std::fs::create_dir_all(&args.dir).with_context(|| format!("{} cannot be made", args.dir.display()))?;
    let dir = std::path::absolute(&args.dir)?;
    let listener = serve::bind(args.listen, "--listen")?;
    let catcher = Catcher::start(clock.clone()).await.context("no port for the catcher")?;
    let settings = settings(&dir, &listener, &catcher)?;
    let keys = keys(&settings, &clock)?;
    let app = house::build(settings, keys, clock)?;
    let conn = &mut Conn::open(app.store.link())?;
    migrate::run(conn)?;
    people::move_in(&app).await?;
    serve::upkeep(&app)?;
    print_codes(&app, &catcher.tray);
    let server = house::serve(&app, listener, dev::routes(&catcher.tray))?;
    people::introduce(&app.settings.origin());
    server.await?;
    Ok(())
}

/// The defaults, with the catcher for a world.
fn settings(dir: &Path, listener: &TcpListener, catcher: &Catcher) -> anyhow::Result<Settings> {
    let mut settings = Settings::defaults(dir);
    let address = listener.local_addr()?;
    settings.listen = address;
    settings.public_url = url::Url::parse(&format!("http://localhost:{}/", address.port()))?;
    settings.email.smtp_url = SecretString::from(catcher.smtp_url());
    settings.texts.provider = TextProvider::Twilio;
    settings.texts.api_url.clone_from(&catcher.gateway_url);
    settings.texts.account_sid.clone_from(&catcher.account_sid);
    settings.texts.from = people::CLINIC_NUMBER.to_owned();
    settings.texts.auth_token_file = Some(write_secret(&dir.join("texts.token"), &catcher.auth_token)?);
    people::furnish(&mut settings.brand);
    Ok(settings)
}

/// A secret in a file of its own, as a clinic would keep it; each start has a new one.
fn write_secret(path: &Path, secret: &SecretString) -> anyhow::Result<PathBuf> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(secret.expose_secret().as_bytes())?;
    Ok(path.to_owned())
}

fn keys(settings: &Settings, clock: &Clock) -> anyhow::Result<Keys> {
    if !settings.secret_key_file.exists() {
        KeyFile::create(&settings.secret_key_file, clock.now())?;
    }
    house::keys(settings, clock)
}

/// Codes appear on the terminal as they arrive.
fn print_codes(app: &Data<App>, tray: &Tray) {
    let app = app.clone();
    tray.listen(move |message: &Caught| println!("{}", line(&app.alphabets, message)));
}

/// A message in one line: its code, else what it is about.
fn line(alphabets: &Alphabets, message: &Caught) -> String {
    let what = if message.subject.is_empty() { "text" } else { "mail" };
    let about = match dev::code_in(alphabets, message) {
        Some(code) => format!("code {code}"),
        None if message.subject.is_empty() => message.text.lines().next().unwrap_or_default().to_owned(),
        None => message.subject.clone(),
    };
    format!("{what} to {}: {about}", message.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        code::Alphabet,
        moment::Moment,
        names::Channel::{Email, Text},
    };

    #[test]
    fn a_code_stands_on_the_terminal() {
        let alphabet = |letters| Alphabet::parse(letters, 6).unwrap();
        let alphabets = Alphabets { email: alphabet("23456789ABCDEFGHJKMNPQRSTUVWXYZ"), text: alphabet("0123456789") };
        let said = |channel, subject: &str, text: &str| {
            let (subject, text, html) = (subject.to_owned(), text.to_owned(), String::new());
            line(&alphabets, &Caught { id: 1, at: Moment(0), channel, to: "x".to_owned(), subject, text, html })
        };
        assert_eq!(said(Email, "Your code", "Hello!\n\nTM3KX2\n\nBye"), "mail to x: code TM3KX2");
        assert_eq!(said(Text, "", "123456 is your code\n@localhost #123456"), "text to x: code 123456");
        assert_eq!(said(Email, "New login", "Hello!"), "mail to x: New login");
        assert_eq!(said(Text, "", "Somebody logged in\nCall us"), "text to x: Somebody logged in");
    }
}
