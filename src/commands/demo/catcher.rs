//! The world in miniature, for `demo`: a mail server and a text gateway on this machine that keep what they are given.
//! They speak the real protocols, so that a demo runs the same code as a clinic.

mod gateway;
mod smtp;

use std::{io, net::SocketAddr};

use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::{keys::random_token, outside::caught::Tray, rules::moment::Clock};

/// A running catcher. It stops with the process.
pub struct Catcher {
    pub smtp_addr: SocketAddr,
    /// For `texts.api_url`.
    pub gateway_url: String,
    /// For `texts.account_sid`.
    pub account_sid: String,
    /// The gateway's password, which also signs its receipts: what `texts.auth_token_file` holds.
    pub auth_token: SecretString,
    /// What was caught.
    pub tray: Tray,
}

impl Catcher {
    /// Listens on two free loopback ports.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(clock: Clock) -> io::Result<Self> {
        let tray = Tray::default();
        let mail = TcpListener::bind("127.0.0.1:0").await?;
        let smtp_addr = mail.local_addr()?;
        tokio::spawn(smtp::serve(mail, tray.clone(), clock.clone()));
        let account_sid = "ACdemo".to_owned();
        let auth_token = random_token();
        let account = gateway::Account { sid: account_sid.clone(), token: auth_token.clone() };
        let gateway = gateway::serve(account, tray.clone(), clock)?;
        Ok(Self { smtp_addr, gateway_url: format!("http://{gateway}"), account_sid, auth_token, tray })
    }

    /// For `email.smtp_url`.
    #[must_use]
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.smtp_addr)
    }
}

#[cfg(test)]
mod tests;
