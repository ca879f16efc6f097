//! `[captcha]`: what stands before a resend.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{
    links, secret_file,
    table::{Finding, Raw, Shape, Value, Wrong, any, must, one_of, section, written},
};

/// Who makes the check before a resend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaProvider {
    /// Our own proof-of-work check box: no third party.
    BuiltIn,
    Hcaptcha,
}

impl Value for CaptchaProvider {
    const SHAPE: Shape = Shape::Text;

    fn take(raw: &Raw, _base: &Path) -> Result<Self, Wrong> {
        one_of(raw, &[("built-in", Self::BuiltIn), ("hcaptcha", Self::Hcaptcha)])
    }
}

section! {
    /// What stands before a resend.
    Captcha "captcha" {
        provider: CaptchaProvider = "built-in", "", written("\"built-in\" or \"hcaptcha\""),
            "built-in: a proof-of-work check box of our own, no third party. hcaptcha: only on the resend page.";
        site_key: String = "", "", any(),
            "The site key from hCaptcha; required with \"hcaptcha\".";
        secret_file: Option<PathBuf> = "", "file", any(),
            "A file that holds hCaptcha's secret and nothing else (chmod 640); required with \"hcaptcha\".";
        verify_url: String = "https://api.hcaptcha.com/siteverify", "",
            must("https://…; http:// on this machine only", links::service),
            "Where answers are verified.";
        script_url: String = "https://js.hcaptcha.com/1/api.js", "",
            must("https://…; http:// on this machine only", links::service),
            "Where the patient's browser loads hCaptcha from, on the resend page alone.";
    }
}

impl Captcha {
    /// hCaptcha's secret, from its file.
    pub fn secret(&self) -> Result<SecretString, Finding> {
        secret_file::read("captcha.secret_file", self.secret_file.as_deref())
    }

    /// What hCaptcha lacks.
    pub(super) fn unsafe_findings(&self) -> Vec<Finding> {
        if self.provider == CaptchaProvider::BuiltIn {
            return Vec::new();
        }
        let mut findings = Vec::new();
        if self.site_key.is_empty() {
            let mend = "give the site key from hCaptcha's dashboard, or provider = \"built-in\"";
            findings.push(Finding::new("captcha.site_key", "is empty; provider = \"hcaptcha\" needs it", mend));
        }
        findings.extend(self.secret().err());
        findings
    }
}
