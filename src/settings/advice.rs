//! What `check` points out and `serve` does not refuse: safe, and most likely not what the clinic means.
//! Nothing here is said of a door on this machine alone, where people try things out.

use secrecy::ExposeSecret;

use super::{Brand, Database, Finding, Settings, links::Postgres, table::Raw};

impl Settings {
    /// What to look at before patients come.
    pub fn advice(&self) -> Vec<Finding> {
        if self.is_local_public() {
            return Vec::new();
        }
        let mut advice = self.brand_advice();
        if self.trusted_proxies.is_empty() {
            let problem = "is empty, and vestibule itself speaks no TLS: all patients seem to come from the proxy's one \
                           address, and share its limits";
            advice.push(Finding::new(
                "trusted_proxies",
                problem,
                "name the proxy that terminates TLS, such as 127.0.0.1",
            ));
        }
        if self.email.from.trim_end_matches('>').ends_with("@localhost") {
            let problem = format!("is {}, which other mail servers refuse", self.email.from);
            advice.push(Finding::new("email.from", problem, "give an address of the clinic's own"));
        }
        advice.extend(self.unverified_database());
        advice
    }

    fn brand_advice(&self) -> Vec<Finding> {
        let brand = &self.brand;
        let made_up = |key, value: &str| {
            let is_default = |default: &Raw| matches!(default, Raw::Text(text) if text == value);
            let entry = Brand::table().into_iter().find(|entry| entry.key == key && is_default(&entry.default))?;
            let mend = "give the clinic's own: limits and errors send patients there";
            Some(Finding::new(entry.name(), format!("is still the made-up \"{value}\""), mend))
        };
        let empty = |key: &str, value: &str, problem: &str, mend: &str| {
            value.is_empty().then(|| Finding::new(key, format!("is empty: {problem}"), mend))
        };
        [
            made_up("help_phone", &brand.help_phone),
            made_up("help_hours", &brand.help_hours),
            empty(
                "brand.portal_url",
                &brand.portal_url,
                "patients have nowhere to go once signed in",
                "give the address of the clinic's portal",
            ),
            empty(
                "brand.security_contact",
                &brand.security_contact,
                "whoever finds a weakness has nowhere to report it",
                "give an address, such as mailto:security@clinic.example",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// `require` is encrypted, but to whoever answers.
    fn unverified_database(&self) -> Option<Finding> {
        let Ok(Database::Postgres(url)) = self.database() else { return None };
        let link = Postgres::parse(url.expose_secret())?;
        let mode = link.ssl_mode.as_deref()?;
        (!link.is_local() && matches!(mode, "require" | "verify-ca")).then(|| {
            let problem = format!("sslmode={mode} does not make sure that the other side is the database");
            Finding::new(
                "database_url",
                problem,
                "use sslmode=verify-full, with sslrootcert=FILE if its certificate is your own",
            )
        })
    }
}
