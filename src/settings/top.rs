//! The keys above all sections: where the door stands and where it keeps its things.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use super::{
    links,
    table::{Wrong, any, must, section},
};

section! {
    /// Where the door stands and where it keeps its things.
    Top "" {
        listen: SocketAddr = "127.0.0.1:8080", "", any(),
            "Where patients' pages are served; a proxy in front of it terminates TLS.";
        listen_ops: SocketAddr = "127.0.0.1:9090", "", any(),
            "Where /healthz, /readyz and /metrics are served, away from patients.";
        public_url: Url = "http://localhost:8080", "", must("https://host[:port]; http:// on this machine only", public_url),
            "The address in patients' browsers: links in messages, the Origin that forms must come from, cookies.";
        database_url: SecretString = "sqlite://vestibule.db", "",
            must("sqlite://FILE or postgres://user@host1,host2/db?sslmode=verify-full", links::judge_database),
            "SQLite in one file, or PostgreSQL for several servers. A password in it: chmod 640 this file.";
        secret_key_file: PathBuf = "vestibule.key", "file", any(),
            "The keys that seal contacts and hash codes (chmod 640). Without it the database is worthless: keep a copy elsewhere.";
        trusted_proxies: Vec<IpNet> = [], "", must("addresses or networks, never all of them", proxies),
            "Whose X-Forwarded-For is believed. Behind a proxy not named here everyone seems to come from one address.";
    }
}

fn public_url(url: &Url) -> Result<(), Wrong> {
    let shape = "give scheme, host and port alone, such as https://portal.clinic.example";
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(Wrong::new(format!("\"{url}\" is not a web address"), shape));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::new("holds a user or password", shape));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(Wrong::new("holds a path: the door has a host of its own", shape));
    }
    Ok(())
}

fn proxies(nets: &[IpNet]) -> Result<(), Wrong> {
    match nets.iter().find(|net| net.prefix_len() == 0) {
        None => Ok(()),
        Some(all) => Err(Wrong::new(
            format!("{all} believes everyone, so that anyone may claim any address"),
            "name the proxy's own address",
        )),
    }
}
