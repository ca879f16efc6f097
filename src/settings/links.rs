//! Links to other machines: which hosts are this machine, and which database a URL names.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::table::Wrong;

/// Whether a host name or address is this machine: `localhost`, `*.localhost` (RFC 6761), loopback addresses.
pub fn is_local_host(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| is_loopback(&ip))
}

fn is_loopback(address: &IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether a URL leads to this machine.
pub fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_host(name),
        Some(Host::Ipv4(ip)) => is_loopback(&ip.into()),
        Some(Host::Ipv6(ip)) => is_loopback(&ip.into()),
        None => false,
    }
}

/// A service we call or that a browser loads from: https, or plain http on this machine.
pub(super) fn service(text: &str) -> Result<(), Wrong> {
    let url = Url::parse(text)
        .map_err(|why| Wrong::new(format!("\"{text}\" is not a URL ({why})"), "give one that starts with https://"))?;
    match url.scheme() {
        "https" if url.has_host() => Ok(()),
        "http" if is_local(&url) => Ok(()),
        "http" => {
            Err(Wrong::new("is plain http to another machine: anyone between can read and change it", "use https://"))
        }
        other => Err(Wrong::new(format!("starts with {other}:"), "give one that starts with https://")),
    }
}

/// The database that `database_url` names.
#[derive(Clone, Debug)]
pub enum Database {
    /// The file, its path complete.
    Sqlite(PathBuf),
    /// The URL as libpq takes it.
    Postgres(SecretString),
}

/// Whether the URL names a database we speak to; it is not quoted: it may hold a password.
pub(super) fn judge_database(url: &SecretString) -> Result<(), Wrong> {
    database(url, Path::new("")).map(|_| ())
}

pub(super) fn database(url: &SecretString, base: &Path) -> Result<Database, Wrong> {
    let text = url.expose_secret();
    let mend = "write sqlite://vestibule.db or postgres://user@host/database?sslmode=verify-full";
    if let Some(path) = text.strip_prefix("sqlite://") {
        return match path {
            "" | ":memory:" => Err(Wrong::new("names no file", mend)),
            _ if path.contains(['?', '#']) => {
                Err(Wrong::new("carries options after the file", "write sqlite:// and the file alone"))
            }
            _ => Ok(Database::Sqlite(base.join(path))),
        };
    }
    match Postgres::parse(text) {
        Some(link) if link.hosts.is_empty() && link.database.is_empty() => {
            Err(Wrong::new("names no host and no database", mend))
        }
        Some(_) => Ok(Database::Postgres(url.clone())),
        None => Err(Wrong::new("is neither SQLite's nor PostgreSQL's", mend)),
    }
}

/// What matters to us in a libpq URL. libpq allows several hosts with ports, which `url` refuses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Postgres {
    /// As written or decoded, ports taken off; a folder is a Unix socket.
    pub hosts: Vec<String>,
    pub database: String,
    pub ssl_mode: Option<String>,
    pub has_password: bool,
}

impl Postgres {
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let mut link = Self {
            hosts: hosts.split(',').filter(|host| !host.is_empty()).map(without_port).collect(),
            database: database.to_owned(),
            ssl_mode: None,
            has_password: user.split_once(':').is_some_and(|(_, password)| !password.is_empty()),
        };
        for (name, value) in url::form_urlencoded::parse(query.replace('+', "%2B").as_bytes()) {
            match &*name {
                // They take the place of the host before them, as in libpq.
                "host" | "hostaddr" => link.hosts = value.split(',').map(str::to_owned).collect(),
                "dbname" => link.database = value.into_owned(),
                "sslmode" => link.ssl_mode = Some(value.into_owned()),
                "password" => link.has_password = true,
                _ => {}
            }
        }
        Some(link)
    }

    /// Whether every host is this machine. No host at all means libpq's own socket.
    pub fn is_local(&self) -> bool {
        self.hosts.iter().all(|host| host.is_empty() || host.starts_with(['/', '@']) || is_local_host(host))
    }
}

fn without_port(host: &str) -> String {
    let decoded = host.replace("%2F", "/").replace("%2f", "/");
    if decoded.starts_with('[') {
        return decoded.split_once(']').map_or(decoded.clone(), |(host, _)| host.trim_start_matches('[').to_owned());
    }
    decoded.split_once(':').map_or(decoded.clone(), |(host, _)| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for local in [
            "localhost",
            "LOCALHOST.",
            "clinic.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_local_host(local), "{local}");
        }
        for other in ["localhost.example", "notlocalhost", "10.0.0.1", "0.0.0.0", "::", "128.0.0.1", ""] {
            assert!(!is_local_host(other), "{other}");
        }
    }

    #[test]
    fn every_host_of_a_postgres_url_is_seen() {
        let link = Postgres::parse("postgres://v:p%40@db1:5432,[::1]:5433,db2/door?sslmode=verify-full").unwrap();
        assert_eq!(link.hosts, ["db1", "::1", "db2"]);
        assert_eq!(
            (link.database.as_str(), link.ssl_mode.as_deref(), link.has_password),
            ("door", Some("verify-full"), true)
        );
        assert!(!link.is_local());
    }

    #[test]
    fn sockets_and_loopback_are_this_machine() {
        for url in [
            "postgres:///door",
            "postgres://v@localhost/door",
            "postgresql:///door?host=/run/postgresql",
            "postgres://%2Frun%2Fpg/door",
        ] {
            assert!(Postgres::parse(url).unwrap().is_local(), "{url}");
        }
        assert!(!Postgres::parse("postgres://localhost/door?host=elsewhere").unwrap().is_local());
        assert!(!Postgres::parse("postgres://localhost/door?hostaddr=10.1.1.1").unwrap().is_local());
    }

    #[test]
    fn a_relative_sqlite_file_stands_beside_the_settings_file() {
        let path = |url: &str| match database(&SecretString::from(url), Path::new("/etc/vestibule")) {
            Ok(Database::Sqlite(path)) => path,
            other => panic!("{other:?}"),
        };
        assert_eq!(path("sqlite://vestibule.db"), Path::new("/etc/vestibule/vestibule.db"));
        assert_eq!(path("sqlite:///var/lib/v.db"), Path::new("/var/lib/v.db"));
        for bad in
            ["sqlite://", "sqlite://:memory:", "sqlite://x?mode=rwc", "mysql://h/d", "vestibule.db", "postgres://"]
        {
            assert!(database(&SecretString::from(bad), Path::new("")).is_err(), "{bad}");
        }
    }
}
