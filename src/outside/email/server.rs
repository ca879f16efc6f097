//! The mail server as `email.smtp_url` names it, and how a connection to it is made.

use std::{net::IpAddr, path::Path, str::Utf8Error, sync::Arc, time::Duration};

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters},
    extension::ClientId,
};
use percent_encoding::percent_decode_str;
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{
    Outage,
    wire::{Encrypted, LineWise},
};
use crate::outside::{Unfit, is_local, tls, words};

/// Longest wait for a TCP connection. RFC 5321 allows minutes, but a patient is waiting.
const CONNECT: Duration = Duration::from_secs(10);

/// Where mail is handed over.
pub(super) struct Server {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
}

enum Security {
    /// To this very machine only.
    Plain,
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Implicit(TlsConnector, ServerName<'static>),
}

impl Server {
    /// Reads `smtp://[user:password@]host[:port]` or `smtps://…`. Port where none is named: 25, 587 with a password, 465 for smtps.
    pub fn parse(smtp_url: &str, ca_file: Option<&Path>) -> Result<Self, Unfit> {
        Self::named(smtp_url, ca_file, is_local)
    }

    fn named(smtp_url: &str, ca_file: Option<&Path>, may_be_plain: fn(&str) -> bool) -> Result<Self, Unfit> {
        // The url itself is never part of the message: it may hold a password.
        let unfit = |problem: &str| Unfit::new("email.smtp_url", problem);
        let url = url::Url::parse(smtp_url).map_err(|e| unfit(&e.to_string()))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| unfit("names no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let credentials = credentials(&url).map_err(|_| unfit("user and password must be UTF-8, percent-encoded"))?;
        let (security, port) = match url.scheme() {
            "smtps" => (implicit(&host, ca_file)?, 465),
            "smtp" if may_be_plain(&host) => (Security::Plain, 25),
            "smtp" => (start_tls(&host, ca_file)?, if credentials.is_some() { 587 } else { 25 }),
            _ => return Err(unfit("must begin with smtp:// or smtps://")),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }

    /// A connection that has said hello, is encrypted where it must be, and has signed in where it can.
    ///
    /// # Errors
    /// Always `Transient`: nothing was handed over, and what is wrong is between us and the server, not with the message.
    pub async fn connect(&self) -> Result<AsyncSmtpConnection, Outage> {
        let tcp = timeout(CONNECT, TcpStream::connect((self.host.as_str(), self.port)))
            .await
            .map_err(|_| transient("no connection in time"))?
            .map_err(|e| transient(&e))?;
        tcp.set_nodelay(true).map_err(|e| transient(&e))?;
        let hello = hello(tcp.local_addr().ok().map(|address| address.ip()));
        let stream: Box<dyn AsyncTokioStream> = match &self.security {
            Security::Implicit(connector, name) => {
                Box::new(Encrypted(connector.connect(name.clone(), tcp).await.map_err(|e| transient(&e))?))
            }
            Security::Plain | Security::StartTls(_) => Box::new(LineWise::new(tcp)),
        };
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(|e| self.refused(&e))?;
        if let Security::StartTls(parameters) = &self.security {
            connection.starttls(parameters.clone(), &hello).await.map_err(|e| self.refused(&e))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|e| self.refused(&e))?;
        }
        Ok(connection)
    }

    fn refused(&self, error: &lettre::transport::smtp::Error) -> Outage {
        transient(&format!("{}: {}", self.host, super::said(error)))
    }
}

fn credentials(url: &url::Url) -> Result<Option<Credentials>, Utf8Error> {
    if url.username().is_empty() {
        return Ok(None);
    }
    let user = percent_decode_str(url.username()).decode_utf8()?;
    let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8()?;
    Ok(Some(Credentials::new(user.into_owned(), password.into_owned())))
}

fn implicit(host: &str, ca_file: Option<&Path>) -> Result<Security, Unfit> {
    let name = ServerName::try_from(host.to_owned()).map_err(|e| Unfit::new("email.smtp_url", &e))?;
    Ok(Security::Implicit(TlsConnector::from(Arc::new(tls::client("email.ca_file", ca_file)?)), name))
}

fn start_tls(host: &str, ca_file: Option<&Path>) -> Result<Security, Unfit> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    for root in tls::own_roots("email.ca_file", ca_file)? {
        let root = Certificate::from_der(root.to_vec()).map_err(|e| Unfit::new("email.ca_file", &e))?;
        parameters = parameters.add_root_certificate(root);
    }
    parameters.build_rustls().map(Security::StartTls).map_err(|e| Unfit::new("email.smtp_url", &e))
}

/// How we introduce ourselves: by a full host name, else by our address, as RFC 5321 4.1.3 asks.
fn hello(own_address: Option<IpAddr>) -> ClientId {
    match (ClientId::default(), own_address) {
        (ClientId::Domain(name), Some(address)) if !name.contains('.') => match address {
            IpAddr::V4(address) => ClientId::Ipv4(address),
            IpAddr::V6(address) => ClientId::Ipv6(address),
        },
        (named, _) => named,
    }
}

fn transient(why: &(impl std::fmt::Display + ?Sized)) -> Outage {
    Outage::Transient { answer: words::kept(&why.to_string(), "") }
}

#[cfg(test)]
mod tests;
