//! The settings as a whole: files and environments in, settings and findings out.

use std::path::Path;

use secrecy::ExposeSecret;

use super::*;

mod loading;
mod safety;

/// A folder with a settings file and a key file that is safe.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vestibule.toml"), text).unwrap();
        write_secret(&folder.path().join("vestibule.key"), "key");
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("vestibule.toml")
    }

    fn load(&self, environment: &[(&str, &str)]) -> Result<Settings, Vec<Finding>> {
        Settings::load(Some(&self.file()), variables(environment))
    }

    fn findings(&self) -> Vec<Finding> {
        Settings::examine(Some(&self.file()), std::iter::empty()).1
    }
}

fn variables(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into_iter()
}

fn write_secret(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    chmod(path, 0o600);
}

fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn keys(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.key.as_str()).collect()
}

fn loading(text: &str) -> Vec<Finding> {
    Folder::with(text).load(&[]).unwrap_err()
}

/// Two settings are the same when they print the same; secrets are compared beside.
fn assert_same(a: &Settings, b: &Settings) {
    let shown = |settings: &Settings| {
        let mut settings = settings.clone();
        settings.source = Settings::defaults(Path::new("/")).source;
        format!("{settings:#?}")
    };
    assert_eq!(shown(a), shown(b));
    assert_eq!(a.database_url.expose_secret(), b.database_url.expose_secret());
    assert_eq!(a.email.smtp_url.expose_secret(), b.email.smtp_url.expose_secret());
}
