//! `[email]`: the mail server that takes our messages.

use std::path::PathBuf;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};

use super::{
    links,
    table::{Wrong, any, must, section},
};

section! {
    /// The mail server that takes our messages.
    Email "email" {
        smtp_url: SecretString = "smtp://localhost:25", "", must("smtp://[user:password@]host[:port] or smtps://…", smtp),
            "smtp:// requires STARTTLS unless the host is this machine; smtps:// is TLS from the first byte. A password in it: chmod 640 this file.";
        from: String = "no-reply@localhost", "", must("an address, or Name <address>", mailbox),
            "Who messages come from. Without a name, the product's stands before it.";
        reply_to: String = "", "", must("an address, Name <address>, or empty", mailbox_or_empty),
            "Where replies go. Empty: to the sender, where nobody reads them, as the messages say.";
        ca_file: Option<PathBuf> = "", "file", any(),
            "PEM certificates to trust besides the public ones, for a mail server with a certificate of the clinic's own.";
    }
}

impl Email {
    /// Whether the mail server is this machine, so that the link needs no encryption.
    pub fn is_local(&self) -> bool {
        url::Url::parse(self.smtp_url.expose_secret()).is_ok_and(|url| links::is_local(&url))
    }
}

/// The URL is not quoted: it may hold a password.
fn smtp(url: &SecretString) -> Result<(), Wrong> {
    let shape = "write smtp://host:587 or smtps://host:465, with user:password@ before the host if it wants them (percent-encoded)";
    let url = url::Url::parse(url.expose_secret()).map_err(|why| Wrong::new(format!("is not a URL ({why})"), shape))?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err(Wrong::new(format!("starts with {}://", url.scheme()), shape));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Wrong::new("names no host", shape));
    }
    if url.query().is_some() || url.fragment().is_some() {
        let mend = "take out all after the host and port: smtp:// always means STARTTLS, smtps:// TLS";
        return Err(Wrong::new("carries options", mend));
    }
    Ok(())
}

fn mailbox(text: &str) -> Result<(), Wrong> {
    match text.parse::<Mailbox>() {
        Ok(_) => Ok(()),
        Err(why) => Err(Wrong::new(
            format!("\"{text}\" is not an email address ({why})"),
            "write no-reply@clinic.example or Clinic <no-reply@clinic.example>",
        )),
    }
}

fn mailbox_or_empty(text: &str) -> Result<(), Wrong> {
    if text.is_empty() { Ok(()) } else { mailbox(text) }
}
