//! The settings: one table a section, with each key's type, default, unit, rule and reason.
//! They come from `vestibule.toml` and the environment; everything wrong is found at once.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use secrecy::SecretString;

mod advice;
mod brand;
mod captcha;
mod codes;
mod contrast;
mod email;
mod flow;
mod limits;
mod links;
mod logo;
mod reading;
mod safety;
mod sample;
mod secret_file;
mod suggest;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod top;
mod value;

pub use brand::Brand;
pub use captcha::{Captcha, CaptchaProvider};
pub use codes::Codes;
pub use email::Email;
pub use flow::{Passwords, Remember, Resend, Sessions, Staff};
pub use limits::Limits;
pub use links::{Database, is_local, is_local_host};
pub use table::Finding;
pub use texts::{TextProvider, Texts};

use reading::Given;
use table::Entry;
use top::Top;

/// Every setting, read and of the right type; whether they are safe to serve with says
/// [`Settings::unsafe_findings`].
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    pub listen_ops: SocketAddr,
    pub public_url: url::Url,
    pub database_url: SecretString,
    pub secret_key_file: PathBuf,
    pub trusted_proxies: Vec<IpNet>,
    pub brand: Brand,
    pub codes: Codes,
    pub resend: Resend,
    pub remember: Remember,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub email: Email,
    pub texts: Texts,
    pub captcha: Captcha,
    pub limits: Limits,
    pub staff: Staff,
    source: Source,
}

/// Where the settings came from.
#[derive(Clone, Debug)]
struct Source {
    /// Relative paths are taken from here.
    base: PathBuf,
    file: Option<PathBuf>,
    from_file: BTreeSet<String>,
}

impl Settings {
    /// What the file and the environment say, over the defaults. Without a file, relative paths are taken from the
    /// folder the program runs in.
    ///
    /// # Errors
    /// Everything that cannot be read: unknown or misspelt settings, wrong types, values outside their range.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Finding>> {
        let (settings, findings) = Self::read(file, environment);
        if findings.is_empty() { Ok(settings) } else { Err(findings) }
    }

    /// As [`Settings::load`], and safe to serve with.
    ///
    /// # Errors
    /// Everything that cannot be read and everything unsafe, at once.
    pub fn load_safe(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Finding>> {
        let (settings, findings) = Self::examine(file, environment);
        if findings.is_empty() { Ok(settings) } else { Err(findings) }
    }

    /// The settings, with defaults where something is wrong, and everything wrong or unsafe.
    pub fn examine(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> (Self, Vec<Finding>) {
        let (settings, mut findings) = Self::read(file, environment);
        let known: BTreeSet<String> = findings.iter().map(|finding| finding.key.clone()).collect();
        // A default that stands in for a refused value would only confuse.
        findings.extend(settings.unsafe_findings().into_iter().filter(|finding| !known.contains(&finding.key)));
        (settings, findings)
    }

    fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> (Self, Vec<Finding>) {
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let base = std::path::absolute(folder.join(".")).unwrap_or_else(|_| folder.to_owned());
        let table = Self::table();
        let mut given = Given::nothing(&base);
        if let Some(file) = file {
            given.add_file(file, &table);
        }
        given.add_environment(environment, &table);
        let mut settings = Self::take(&mut given, base);
        settings.source.file = file.map(Path::to_owned);
        settings.source.from_file = given.from_file;
        (settings, given.findings)
    }

    /// Every setting at its default, relative paths taken from `base`.
    pub fn defaults(base: &Path) -> Self {
        Self::take(&mut Given::nothing(base), base.to_owned())
    }

    fn take(given: &mut Given, base: PathBuf) -> Self {
        let top = Top::take(given);
        Self {
            listen: top.listen,
            listen_ops: top.listen_ops,
            public_url: top.public_url,
            database_url: top.database_url,
            secret_key_file: top.secret_key_file,
            trusted_proxies: top.trusted_proxies,
            brand: Brand::take(given),
            codes: Codes::take(given),
            resend: Resend::take(given),
            remember: Remember::take(given),
            passwords: Passwords::take(given),
            sessions: Sessions::take(given),
            email: Email::take(given),
            texts: Texts::take(given),
            captcha: Captcha::take(given),
            limits: Limits::take(given),
            staff: Staff::take(given),
            source: Source { base, file: None, from_file: BTreeSet::new() },
        }
    }

    /// Every section: its name, what it is about, its table. The first has no name: its keys stand above all sections.
    fn sections() -> Vec<(&'static str, &'static [&'static str], Vec<Entry>)> {
        macro_rules! of {
            ($($section:ty),+) => { vec![$((<$section>::NAME, <$section>::ABOUT, <$section>::table())),+] };
        }
        of![Top, Brand, Codes, Resend, Remember, Passwords, Sessions, Email, Texts, Captcha, Limits, Staff]
    }

    fn table() -> Vec<Entry> {
        Self::sections().into_iter().flat_map(|(_, _, table)| table).collect()
    }

    /// `scheme://host[:port]` of `public_url`: what a browser sends as `Origin`, and what links in messages begin with.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// The host of `public_url` without its port, for the `@host #code` line of a text.
    pub fn host(&self) -> &str {
        self.public_url.host_str().unwrap_or_default()
    }

    /// Whether patients come over https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Whether `public_url` leads to this machine, the one place where plain http is safe.
    pub fn is_local_public(&self) -> bool {
        is_local(&self.public_url)
    }

    /// The database of `database_url`, SQLite's file with its complete path.
    ///
    /// # Errors
    /// When `database_url` is neither SQLite's nor PostgreSQL's; loading refuses that too.
    pub fn database(&self) -> Result<Database, Finding> {
        links::database(&self.database_url, &self.source.base).map_err(|wrong| wrong.of("database_url"))
    }

    /// The zone of every clock time on pages and in messages: `brand.time_zone`, else the machine's.
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        match self.brand.time_zone.as_str() {
            "" => jiff::tz::TimeZone::system(),
            name => jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC),
        }
    }

    /// The clinic's mark as markup for the header, cleaned; none where `brand.logo_file` is empty. Its root has neither
    /// size nor class: the element around it has.
    ///
    /// # Errors
    /// When the file is missing, larger than 4 KiB, or not of the small subset of SVG that is accepted.
    pub fn logo(&self) -> Result<Option<String>, Finding> {
        self.brand.logo_file.as_deref().map(|path| logo::read("brand.logo_file", path)).transpose()
    }

    /// The text provider's auth token, from its file.
    ///
    /// # Errors
    /// When the file is missing, empty or readable by others.
    pub fn auth_token(&self) -> Result<SecretString, Finding> {
        self.texts.auth_token()
    }

    /// hCaptcha's secret, from its file.
    ///
    /// # Errors
    /// When the file is missing, empty or readable by others.
    pub fn captcha_secret(&self) -> Result<SecretString, Finding> {
        self.captcha.secret()
    }
}

/// The program's environment as [`Settings::load`] takes it: the variables whose names begin like ours. What is not
/// UTF-8 in them becomes U+FFFD and is refused where it matters.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |text: OsString| text.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(move |(name, value)| (text(name), text(value)))
        .filter(|(name, _)| name.starts_with("VESTIBULE_"))
}
