//! What `serve` refuses: settings that are of the right type and still unsafe, and how to mend each.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{Database, Finding, Settings, links::Postgres, secret_file, top::Top};

impl Settings {
    /// Everything `serve` refuses to start with. Reads the files that the settings name, never their network peers.
    pub fn unsafe_findings(&self) -> Vec<Finding> {
        let mut findings = self.judge_tables();
        findings.extend(self.listening());
        findings.extend(self.public_address());
        findings.extend(self.database_link());
        findings.extend(secret_file::guard("secret_key_file", &self.secret_key_file).err().map(with_init));
        findings.extend(self.settings_file());
        findings.extend(self.warning_time());
        findings.extend(readable("email.ca_file", self.email.ca_file.as_deref()));
        findings.extend(self.logo().err());
        findings.extend(readable("passwords.breached_file", self.passwords.breached_file.as_deref()));
        findings.extend(self.codes.unsafe_findings());
        findings.extend(self.texts.unsafe_findings());
        findings.extend(self.captcha.unsafe_findings());
        findings.extend(self.limits.unsafe_findings());
        findings
    }

    fn judge_tables(&self) -> Vec<Finding> {
        [
            self.top().judge(),
            self.brand.judge(),
            self.codes.judge(),
            self.resend.judge(),
            self.remember.judge(),
            self.passwords.judge(),
            self.sessions.judge(),
            self.email.judge(),
            self.texts.judge(),
            self.captcha.judge(),
            self.limits.judge(),
            self.staff.judge(),
        ]
        .concat()
    }

    fn top(&self) -> Top {
        Top {
            listen: self.listen,
            listen_ops: self.listen_ops,
            public_url: self.public_url.clone(),
            database_url: self.database_url.clone(),
            secret_key_file: self.secret_key_file.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
        }
    }

    fn listening(&self) -> Option<Finding> {
        let is_same = self.listen.port() != 0 && self.listen == self.listen_ops;
        is_same.then(|| {
            let problem = "is the address of listen: patients would see /metrics";
            Finding::new("listen_ops", problem, "give another port, such as 127.0.0.1:9090")
        })
    }

    fn public_address(&self) -> Option<Finding> {
        (!self.is_https() && !self.is_local_public()).then(|| {
            let problem = format!("{} is plain http to another machine: passwords could be read on the way, and browsers refuse our cookies", self.origin());
            Finding::new("public_url", problem, "use https:// (a proxy in front terminates TLS), or http://localhost to try it out")
        })
    }

    fn database_link(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match self.database() {
            // What it is not, its table's rule says.
            Err(_) | Ok(Database::Sqlite(_)) => {}
            Ok(Database::Postgres(url)) => {
                findings.extend(unencrypted(&url));
                if self.brand.time_zone.is_empty() {
                    let problem = "is empty; with PostgreSQL several servers tell the time, and must tell the same";
                    findings.push(Finding::new(
                        "brand.time_zone",
                        problem,
                        "give an IANA name such as America/Chicago",
                    ));
                }
            }
        }
        findings
    }

    /// The settings file itself is a secret when a URL in it holds a password.
    fn settings_file(&self) -> Option<Finding> {
        let file = self.source.file.as_deref()?;
        let secrets = [("database_url", &self.database_url), ("email.smtp_url", &self.email.smtp_url)];
        let (key, _) =
            secrets.into_iter().find(|(key, url)| self.source.from_file.contains(*key) && has_password(url))?;
        secret_file::guard(&file.display().to_string(), file).err().map(|finding| Finding {
            problem: format!("{}, and {key} in it holds a password", finding.problem),
            ..finding
        })
    }

    fn warning_time(&self) -> Option<Finding> {
        let idle = self.sessions.idle_minutes.saturating_mul(60);
        (self.sessions.warn_seconds >= idle).then(|| {
            let problem = format!("{} is not before the idle end, {idle} seconds", self.sessions.warn_seconds);
            Finding::new("sessions.warn_seconds", problem, "give less than sessions.idle_minutes")
        })
    }
}

fn readable(key: &str, path: Option<&Path>) -> Option<Finding> {
    let path = path?;
    let why = match std::fs::File::open(path).and_then(|file| file.metadata()) {
        Ok(facts) if facts.is_file() => return None,
        Ok(_) => "is not a file".to_owned(),
        Err(why) => format!("cannot be read: {why}"),
    };
    Some(Finding::new(key, format!("{} {why}", path.display()), "name a file that exists, or leave it empty"))
}

fn with_init(finding: Finding) -> Finding {
    if finding.problem.contains("cannot be read") {
        let mend =
            "`vestibule init` or `vestibule keys new` makes one; a database in use needs the file it was made with";
        return Finding { mend: mend.to_owned(), ..finding };
    }
    finding
}

/// libpq's default, `prefer`, goes on in plain text when the server says so; `allow` does too.
/// `require` is encrypted, but to whoever answers: accepted, and advised against.
fn unencrypted(url: &SecretString) -> Option<Finding> {
    let link = Postgres::parse(url.expose_secret())?;
    let mode = link.ssl_mode.as_deref().unwrap_or("prefer");
    if link.is_local() || matches!(mode, "require" | "verify-ca" | "verify-full") {
        return None;
    }
    let problem = format!("reaches another machine with sslmode={mode}, which may go unencrypted");
    Some(Finding::new(
        "database_url",
        problem,
        "add ?sslmode=verify-full (and sslrootcert=FILE for a certificate of your own)",
    ))
}

fn has_password(url: &SecretString) -> bool {
    let text = url.expose_secret();
    Postgres::parse(text).is_some_and(|link| link.has_password)
        || url::Url::parse(text).is_ok_and(|url| url.password().is_some_and(|password| !password.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_link_to_another_host_is_encrypted() {
        let findings = |url: &str| unencrypted(&SecretString::from(url)).is_some();
        for good in [
            "postgres://v@db/door?sslmode=verify-full",
            "postgres://v@db/door?sslmode=require",
            "postgres://v@localhost/door",
        ] {
            assert!(!findings(good), "{good}");
        }
        for bad in [
            "postgres://v@db/door",
            "postgres://v@localhost,db/door",
            "postgres://v@db/door?sslmode=prefer",
            "postgres://v@db/door?sslmode=disable",
        ] {
            assert!(findings(bad), "{bad}");
        }
    }

    #[test]
    fn passwords_in_urls_are_seen() {
        for with in ["postgres://v:p@a,b/d", "postgres://v@a/d?password=p", "smtps://u:p@mail"] {
            assert!(has_password(&SecretString::from(with)), "{with}");
        }
        for without in ["postgres://v@a,b/d", "smtp://mail:25", "sqlite://x.db", "smtp://u:@mail"] {
            assert!(!has_password(&SecretString::from(without)), "{without}");
        }
    }
}
