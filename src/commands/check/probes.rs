//! Whether the services answer: the database, the mail server, the text provider, hCaptcha.
//! Nothing is sent, nothing is changed; what is wrong with the settings is said elsewhere, and not asked for here.

use std::time::Duration;

use tokio::time::timeout;

use super::Probe;
use crate::{
    commands::house,
    outside::{
        Outage,
        captcha::{Captcha, Verdict},
        email::Mailer,
        texts::Texter,
    },
    rules::{moment::Clock, names::AttemptId},
    settings::{CaptchaProvider, Finding, Settings, TextProvider},
    store::{Link, Store, migrate},
};

/// Longest wait for one service: an administrator watches.
const PATIENCE: Duration = Duration::from_secs(15);

/// hCaptcha's own test token, which its test keys take and every other key refuses: either way it answered.
/// Source: docs.hcaptcha.com, Integration testing.
const TEST_TOKEN: &str = "10000000-aaaa-bbbb-cccc-000000000001";

type Said = Result<String, String>;

/// Asks every service at once, but for those whose settings are among the `findings`.
pub async fn all(settings: &Settings, findings: &[Finding]) -> Vec<Probe> {
    let is_sound = |section: &str| !findings.iter().any(|finding| finding.key.starts_with(section));
    let (database, mail, texts, captcha) = tokio::join!(
        within(is_sound("database_url"), Box::pin(database(settings))),
        within(is_sound("email."), Box::pin(mail(settings))),
        within(is_sound("texts."), Box::pin(texts(settings))),
        within(is_sound("captcha."), Box::pin(captcha(settings))),
    );
    [("database", database), ("mail", mail), ("texts", texts), ("captcha", captcha)]
        .into_iter()
        .map(|(name, result)| Probe { name, result })
        .collect()
}

async fn within(is_sound: bool, probe: impl Future<Output = Said>) -> Said {
    if !is_sound {
        return Err("not asked: its settings are to be mended first".to_owned());
    }
    let seconds = PATIENCE.as_secs();
    timeout(PATIENCE, probe).await.unwrap_or_else(|_| Err(format!("no answer within {seconds} seconds")))
}

async fn database(settings: &Settings) -> Said {
    let link = house::link(settings).map_err(|error| format!("{error:#}"))?;
    let name = match &link {
        // Opening it would make it.
        Link::Sqlite(path) if !path.exists() => {
            return Err(format!("there is none at {}: run `vestibule migrate`", path.display()));
        }
        Link::Sqlite(_) => "SQLite",
        Link::Postgres(_) => "PostgreSQL",
    };
    match Store::open(link).read(migrate::is_current).await {
        Ok(true) => Ok(format!("{name}, its schema fits")),
        Ok(false) => Err(format!("{name} answers; its schema is not this program's: run `vestibule migrate`")),
        Err(error) => Err(one_line(&error.to_string())),
    }
}

async fn mail(settings: &Settings) -> Said {
    let mailer = Mailer::new(&settings.email).map_err(|unfit| unfit.to_string())?;
    mailer.probe().await.map(|()| "the server takes our mail".to_owned()).map_err(|outage| said(&outage))
}

async fn texts(settings: &Settings) -> Said {
    if settings.texts.provider == TextProvider::Off {
        return Ok("off: codes go by email alone".to_owned());
    }
    let texter = Texter::new(&settings.texts, None).map_err(|unfit| unfit.to_string())?;
    texter.probe().await.map(|()| "the provider knows our account".to_owned()).map_err(|outage| said(&outage))
}

async fn captcha(settings: &Settings) -> Said {
    if settings.captcha.provider == CaptchaProvider::BuiltIn {
        return Ok("built in: nobody to ask".to_owned());
    }
    let clock = Clock::system();
    let keys = house::keys(settings, &clock).map_err(|_| "not asked: the key file is to be mended first".to_owned())?;
    let captcha = Captcha::new(&settings.captcha, keys).map_err(|unfit| unfit.to_string())?;
    match captcha.verify(AttemptId(0), TEST_TOKEN, clock.now()).await {
        Verdict::Good { .. } | Verdict::Bad => Ok("hCaptcha judges with our secret".to_owned()),
        Verdict::Down => Err("hCaptcha does not answer, or not to this secret".to_owned()),
    }
}

fn said(outage: &Outage) -> String {
    one_line(outage.answer())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(settings: &Settings, findings: &[Finding]) -> Vec<(&'static str, Said)> {
        all(settings, findings).await.into_iter().map(|probe| (probe.name, probe.result)).collect()
    }

    #[tokio::test]
    async fn a_database_is_looked_at_and_never_made() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::defaults(dir.path());
        assert!(database(&settings).await.unwrap_err().contains("run `vestibule migrate`"));
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
        let link = house::link(&settings).unwrap();
        std::fs::write(dir.path().join("vestibule.db"), "").unwrap();
        assert!(database(&settings).await.unwrap_err().contains("not this program's"));
        crate::commands::migrate::migrate(link).await.unwrap();
        assert_eq!(database(&settings).await.unwrap(), "SQLite, its schema fits");
    }

    #[tokio::test]
    async fn a_mail_server_that_is_away_is_said_and_the_others_are_still_asked() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::defaults(dir.path());
        // Bound and dropped: nobody listens there.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        settings.email.smtp_url = format!("smtp://127.0.0.1:{port}").into();
        let asked = asked(&settings, &[]).await;
        assert!(asked[1].1.is_err(), "{asked:?}");
        assert_eq!(asked[2], ("texts", Ok("off: codes go by email alone".to_owned())));
        assert!(asked[3].1.is_ok());
    }

    #[tokio::test]
    async fn what_is_to_be_mended_is_not_asked() {
        let dir = tempfile::tempdir().unwrap();
        let finding = Finding::new("email.smtp_url", "is plain", "encrypt it");
        let asked = asked(&Settings::defaults(dir.path()), &[finding]).await;
        assert!(asked[1].1.as_ref().unwrap_err().starts_with("not asked"), "{asked:?}");
    }
}
