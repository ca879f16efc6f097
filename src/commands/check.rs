//! `vestibule check`: everything unsafe or missing at once, and whether the services answer.
//! The same findings keep `serve` from starting; the probes do not.

mod probes;
mod proxies;

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    outbox::messages::{TooLong, too_long},
    settings::{Finding, Settings, environment},
    words::Words,
};

/// Whether a service answers: the database, mail, texts, the CAPTCHA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// One lower-case word.
    pub name: &'static str,
    /// What it said, or what went wrong: one line, no secret, no contact.
    pub result: Result<String, String>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// What `serve` refuses.
    pub findings: Vec<Finding>,
    /// What `serve` does not refuse, and is most likely not meant.
    pub advice: Vec<Finding>,
    pub probes: Vec<Probe>,
}

impl Check {
    /// What the settings file and the environment hold, without any probe; the settings have defaults where something
    /// was wrong.
    ///
    /// # Errors
    /// When a text cannot be rendered at all.
    pub fn of(file: Option<&Path>) -> anyhow::Result<(Settings, Self)> {
        let (settings, mut findings) = Settings::examine(file, environment());
        findings.extend(long_texts(&settings, &findings)?);
        let advice =
            settings.advice().into_iter().filter(|hint| findings.iter().all(|finding| finding.key != hint.key));
        let advice = advice.collect();
        Ok((settings, Self { findings, advice, probes: Vec::new() }))
    }

    /// [`Check::of`], and every service asked.
    ///
    /// # Errors
    /// As [`Check::of`].
    pub async fn with_probes(file: Option<&Path>) -> anyhow::Result<Self> {
        let (settings, mut check) = Self::of(file)?;
        let unnamed;
        (check.probes, unnamed) =
            tokio::join!(probes::all(&settings, &check.findings), proxies::unnamed(settings.listen_ops));
        if let Some(finding) = unnamed {
            check.advice.retain(|hint| hint.key != finding.key);
            check.advice.push(finding);
        }
        Ok(check)
    }

    /// Whether `serve` starts and every service answers: exit 0, else 1.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty() && self.probes.iter().all(|probe| probe.result.is_ok())
    }

    /// Everything, as text or as one JSON object:
    /// `{"ok", "findings": [{"key", "problem", "mend"}], "advice": [the same], "probes": [{"name", "ok", "says"}]}`.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn print(&self, json: bool, out: &mut impl Write) -> io::Result<()> {
        if json { writeln!(out, "{}", self.json()) } else { self.text(out) }
    }

    fn json(&self) -> serde_json::Value {
        let probe = |probe: &Probe| {
            let (Ok(says) | Err(says)) = &probe.result;
            serde_json::json!({ "name": probe.name, "ok": probe.result.is_ok(), "says": says })
        };
        serde_json::json!({
            "ok": self.is_good(),
            "findings": self.findings,
            "advice": self.advice,
            "probes": self.probes.iter().map(probe).collect::<Vec<_>>(),
        })
    }

    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        list(out, "To mend before serve starts:", &self.findings)?;
        if !self.probes.is_empty() {
            writeln!(out, "Services:")?;
            for Probe { name, result } in &self.probes {
                let (word, Ok(says) | Err(says)) = (if result.is_ok() { "ok" } else { "FAILED" }, result);
                writeln!(out, "  {word:<6}  {name:<10}  {says}")?;
            }
            writeln!(out)?;
        }
        list(out, "Advice, which keeps nothing from starting:", &self.advice)?;
        let silent = self.probes.iter().filter(|probe| probe.result.is_err()).count();
        match (self.findings.len(), silent) {
            (0, 0) => writeln!(out, "Good: serve starts with these settings."),
            (0, silent) => writeln!(out, "Not good: {silent} of {} services failed.", self.probes.len()),
            (unsafe_, 0) => writeln!(out, "Not good: {unsafe_} to mend."),
            (unsafe_, silent) => {
                writeln!(out, "Not good: {unsafe_} to mend, {silent} of {} services failed.", self.probes.len())
            }
        }
    }
}

/// A text of two segments costs twice and may arrive in two pieces, so every one is tried with the real names.
fn long_texts(settings: &Settings, known: &[Finding]) -> anyhow::Result<Vec<Finding>> {
    let of_text = |text: TooLong| {
        let (kind, language) = (text.kind.as_str(), text.language.as_str());
        let problem = format!("the text {kind} ({language}) would take {} of 160 characters", text.septets);
        Finding::new("brand.product", problem, "shorten it, or the host in public_url")
    };
    // With a name that is refused already, the default would be tried.
    if known.iter().any(|finding| ["brand.product", "public_url"].contains(&finding.key.as_str())) {
        return Ok(Vec::new());
    }
    Ok(too_long(settings, &Words::new(settings))?.into_iter().map(of_text).collect())
}

fn list(out: &mut impl Write, heading: &str, findings: &[Finding]) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{heading}")?;
    for Finding { key, problem, mend } in findings {
        writeln!(out, "  {key}: {problem}\n      {mend}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check() -> Check {
        Check {
            findings: vec![
                Finding::new("codes.minutes", "line 4: 60 is outside 5 to 30", "give 5 to 30"),
                Finding::new("listn", "line 1: there is no such setting", "did you mean listen, above all sections?"),
            ],
            advice: vec![Finding::new("trusted_proxies", "is empty", "name the proxy")],
            probes: vec![
                Probe { name: "database", result: Ok("SQLite, schema fits".to_owned()) },
                Probe { name: "mail", result: Err("connection refused".to_owned()) },
            ],
        }
    }

    fn printed(check: &Check, json: bool) -> String {
        let mut out = Vec::new();
        check.print(json, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn everything_is_said_at_once() {
        assert_eq!(
            printed(&check(), false),
            "To mend before serve starts:\n  \
               codes.minutes: line 4: 60 is outside 5 to 30\n      give 5 to 30\n  \
               listn: line 1: there is no such setting\n      did you mean listen, above all sections?\n\n\
             Services:\n  ok      database    SQLite, schema fits\n  FAILED  mail        connection refused\n\n\
             Advice, which keeps nothing from starting:\n  trusted_proxies: is empty\n      name the proxy\n\n\
             Not good: 2 to mend, 1 of 2 services failed.\n"
        );
    }

    #[test]
    fn a_program_reads_the_same() {
        let report: serde_json::Value = serde_json::from_str(&printed(&check(), true)).unwrap();
        assert_eq!(report["ok"], false);
        assert_eq!(report["findings"][0]["key"], "codes.minutes");
        assert_eq!(report["findings"][0]["mend"], "give 5 to 30");
        assert_eq!(report["advice"][0]["key"], "trusted_proxies");
        assert_eq!(report["probes"][1], serde_json::json!({"name": "mail", "ok": false, "says": "connection refused"}));
    }

    #[test]
    fn advice_alone_is_good_and_a_silent_service_is_not() {
        let mut check = Check { findings: vec![], probes: vec![], ..check() };
        assert!(check.is_good());
        assert!(printed(&check, false).ends_with("Good: serve starts with these settings.\n"));
        check.probes.push(Probe { name: "mail", result: Err("no answer".to_owned()) });
        assert!(!check.is_good());
        assert!(printed(&check, false).ends_with("Not good: 1 of 1 services failed.\n"));
    }

    #[test]
    fn a_text_that_takes_two_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vestibule.toml");
        let host = "a".repeat(60);
        std::fs::write(&file, format!("public_url = \"https://{host}.{host}.example\"\n")).unwrap();
        let (_, check) = Check::of(Some(&file)).unwrap();
        let found: Vec<_> = check.findings.iter().filter(|finding| finding.key == "brand.product").collect();
        assert!(found.len() >= 2 && found[0].problem.starts_with("the text code (en) would take"), "{found:?}");
    }

    #[test]
    fn the_settings_file_is_examined() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vestibule.toml");
        std::fs::write(&file, "public_url = \"http://door.example\"\nlistn = \"x\"\n").unwrap();
        let (settings, check) = Check::of(Some(&file)).unwrap();
        let keys: Vec<_> = check.findings.iter().map(|finding| finding.key.as_str()).collect();
        assert_eq!(keys, ["listn", "public_url", "secret_key_file"]);
        assert_eq!(settings.host(), "door.example");
    }
}
