//! `vestibule check`: everything unsafe or missing at once, and whether the services answer.
//! The same findings keep `serve` from starting; the probes do not.

mod probes;
mod proxies;

use std::{
    io::{self, Write},
    path::Path,
};

use crate::settings::{Finding, Settings, environment};

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
    pub fn of(file: Option<&Path>) -> (Settings, Self) {
        let (settings, findings) = Settings::examine(file, environment());
        let advice =
            settings.advice().into_iter().filter(|hint| findings.iter().all(|finding| finding.key != hint.key));
        let advice = advice.collect();
        (settings, Self { findings, advice, probes: Vec::new() })
    }

    /// [`Check::of`], and every service asked.
    pub async fn with_probes(file: Option<&Path>) -> Self {
        let (settings, mut check) = Self::of(file);
        let unnamed;
        (check.probes, unnamed) =
            tokio::join!(probes::all(&settings, &check.findings), proxies::unnamed(settings.listen_ops));
        if let Some(finding) = unnamed {
            check.advice.retain(|hint| hint.key != finding.key);
            check.advice.push(finding);
        }
        check
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
    fn the_settings_file_is_examined() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vestibule.toml");
        std::fs::write(&file, "public_url = \"http://door.example\"\nlistn = \"x\"\n").unwrap();
        let (settings, check) = Check::of(Some(&file));
        let keys: Vec<_> = check.findings.iter().map(|finding| finding.key.as_str()).collect();
        assert_eq!(keys, ["listn", "public_url", "secret_key_file"]);
        assert_eq!(settings.host(), "door.example");
    }
}
