//! Mail over SMTP, one recipient a message, one connection a worker.
//! Four measured traps of lettre are kept out here: see [`Mailer`].

#[cfg(test)]
pub(crate) mod fake;
mod letter;
mod server;
mod wire;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lettre::{
    message::Mailbox,
    transport::smtp::{
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Noop, Rcpt},
        extension::{Extension, MailParameter},
        response::Response,
    },
};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout};

pub use super::{Answer, Outage};
use super::{Unfit, words};
use crate::{rules::moment::Moment, settings};
use letter::Letter;
use server::Server;

/// Longest a whole send may take, connecting included.
const WHOLE_SEND: Duration = Duration::from_secs(30);
/// An idle connection older than this is not used again: servers close theirs after one to five minutes.
const KEPT: Duration = Duration::from_secs(45);
/// Longest wait for a kept connection's first answer before a fresh one is made.
const KEPT_ANSWER: Duration = Duration::from_secs(5);

/// One mail to one recipient.
#[derive(Clone)]
pub struct Envelope {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// With its angle brackets. The same for every try of the same message.
    pub message_id: String,
    /// The `Date`: when the message was asked for.
    pub at: Moment,
}

/// Hands mail over. Each worker has one of its own.
///
/// - lettre's own timeout covers connecting alone: the whole send has one here.
/// - lettre's pool may answer a later send with an earlier one's answer after a timeout, a false success:
///   a mailer keeps one connection and drops it on any error.
/// - Neither transient nor permanent is how lettre calls a refused connection: whatever is not permanent is worth a retry.
/// - Two recipients fail together: a message has one.
pub struct Mailer {
    desk: Arc<Desk>,
    kept: Option<(AsyncSmtpConnection, Instant)>,
}

/// What the mailers of all workers share.
struct Desk {
    server: Server,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    whole_send: Duration,
}

impl Mailer {
    /// # Errors
    /// Names the setting in `[email]` that cannot be used.
    pub fn new(settings: &settings::Email) -> Result<Self, Unfit> {
        Self::within(settings, WHOLE_SEND)
    }

    fn within(settings: &settings::Email, whole_send: Duration) -> Result<Self, Unfit> {
        super::tls::install();
        let mailbox = |setting, text: &str| {
            words::one_line(text).parse::<Mailbox>().map_err(|e| Unfit::new(setting, &format!("\"{text}\": {e}")))
        };
        let reply_to = Some(settings.reply_to.as_str()).filter(|text| !text.trim().is_empty());
        let desk = Desk {
            server: Server::parse(settings.smtp_url.expose_secret(), settings.ca_file.as_deref())?,
            from: mailbox("email.from", &settings.from)?,
            reply_to: reply_to.map(|text| mailbox("email.reply_to", text)).transpose()?,
            whole_send,
        };
        Ok(Self { desk: Arc::new(desk), kept: None })
    }

    /// Another mailer to the same server, with a connection of its own.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { desk: self.desk.clone(), kept: None }
    }

    /// Hands one mail over; its answer holds the server's queue id, where it names one.
    ///
    /// # Errors
    /// `Lost` when the connection broke or time ran out after the message was handed over and before its answer came.
    pub async fn send(&mut self, mail: &Envelope) -> Result<Answer, Outage> {
        let desk = self.desk.clone();
        let letter = letter::write(mail, &desk.from, desk.reply_to.as_ref())?;
        let kept = self.kept.take().filter(|(_, since)| since.elapsed() < KEPT).map(|(connection, _)| connection);
        let handed_over = AtomicBool::new(false);
        let sent = timeout(desk.whole_send, deliver(&desk.server, kept, &letter, &handed_over)).await;
        let failed = match sent {
            Ok(Ok((connection, response))) => {
                self.kept = Some((connection, Instant::now()));
                let answer = words::kept(&joined(&response), &mail.to);
                return Ok(Answer { answer, provider_id: None });
            }
            Ok(Err(failed)) => failed,
            Err(_) => Failed { answer: "no answer in time".to_owned(), permanent: false, spoke: false },
        };
        let answer = words::kept(&failed.answer, &mail.to);
        Err(match (failed.permanent, failed.spoke, handed_over.into_inner()) {
            (true, ..) => Outage::Permanent { answer },
            (false, false, true) => Outage::Lost { answer },
            (false, ..) => Outage::Transient { answer },
        })
    }

    /// Whether the server answers and lets us in; for `check`. Sends nothing.
    ///
    /// # Errors
    /// As [`Mailer::send`], always `Transient`.
    pub async fn probe(&self) -> Result<(), Outage> {
        let probe = async {
            let mut connection = self.desk.server.connect().await?;
            let noop = connection.command(Noop).await;
            noop.map(|_| ()).map_err(|e| Outage::Transient { answer: words::kept(&said(&e), "") })
        };
        timeout(self.desk.whole_send, probe)
            .await
            .unwrap_or_else(|_| Err(Outage::Transient { answer: "no answer in time".to_owned() }))
    }
}

/// How a hand-over ended badly.
struct Failed {
    answer: String,
    /// The server said no for good.
    permanent: bool,
    /// The server said no, rather than nothing.
    spoke: bool,
}

impl From<lettre::transport::smtp::Error> for Failed {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self { answer: said(&error), permanent: error.is_permanent(), spoke: error.status().is_some() }
    }
}

impl From<Outage> for Failed {
    fn from(outage: Outage) -> Self {
        Self { permanent: matches!(outage, Outage::Permanent { .. }), answer: outage.answer().to_owned(), spoke: false }
    }
}

/// One mail transaction. The connection comes back only when all went well; `handed_over` is set before
/// the first byte of the message goes out.
async fn deliver(
    server: &Server,
    kept: Option<AsyncSmtpConnection>,
    letter: &Letter,
    handed_over: &AtomicBool,
) -> Result<(AsyncSmtpConnection, Response), Failed> {
    let mut connection = begin(server, kept, letter).await?;
    connection.command(Rcpt::new(letter.to.clone(), vec![])).await?;
    let go_on = connection.command(Data).await?;
    if !go_on.has_code(354) {
        return Err(out_of_step(&go_on));
    }
    handed_over.store(true, Ordering::Relaxed);
    let response = connection.message(&letter.bytes).await?;
    if response.has_code(250) { Ok((connection, response)) } else { Err(out_of_step(&response)) }
}

/// A connection on which MAIL was taken. A kept one may have been closed by the server meanwhile: any trouble on it
/// leads to a fresh one at once, not to a later try.
async fn begin(
    server: &Server,
    kept: Option<AsyncSmtpConnection>,
    letter: &Letter,
) -> Result<AsyncSmtpConnection, Failed> {
    if let Some(mut connection) = kept
        && let Ok(mail) = mail(&connection, letter)
        && let Ok(Ok(_)) = timeout(KEPT_ANSWER, connection.command(mail)).await
    {
        return Ok(connection);
    }
    let mut connection = server.connect().await?;
    let mail = mail(&connection, letter)?;
    connection.command(mail).await?;
    Ok(connection)
}

/// The MAIL command; asks for SMTPUTF8 where an address needs it.
fn mail(connection: &AsyncSmtpConnection, letter: &Letter) -> Result<Mail, Failed> {
    let ascii = letter.to.to_string().is_ascii() && letter.from.to_string().is_ascii();
    if ascii {
        return Ok(Mail::new(Some(letter.from.clone()), vec![]));
    }
    if connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(Mail::new(Some(letter.from.clone()), vec![MailParameter::SmtpUtfEight]));
    }
    let answer = "the mail server takes no addresses with letters beyond ASCII".to_owned();
    Err(Failed { answer, permanent: true, spoke: true })
}

fn out_of_step(response: &Response) -> Failed {
    Failed { answer: format!("unexpected answer: {}", joined(response)), permanent: false, spoke: false }
}

fn joined(response: &Response) -> String {
    let lines: Vec<_> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" "))
}

/// The server's words where it spoke, else what went wrong.
fn said(error: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    match (error.status(), error.source()) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        (Some(code), None) => code.to_string(),
        (None, _) => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
