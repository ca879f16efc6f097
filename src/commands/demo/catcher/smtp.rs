//! The mail half of the catcher: enough of RFC 5321 for one client that behaves, and bounds for one that does not.

use std::io;

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    outside::caught::{Caught, Tray},
    rules::{moment::Clock, names::Channel},
};

/// Longest line, in bytes. RFC 5321 allows 1 000 in a message.
const LINE_MOST: u64 = 2_048;
/// Largest message, in bytes. Ours have under 20 000.
const MESSAGE_MOST: usize = 1 << 20;

/// Serves every connection until the process ends.
pub(super) async fn serve(listener: TcpListener, tray: Tray, clock: Clock) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let (tray, clock) = (tray.clone(), clock.clone());
            tokio::spawn(async move {
                if let Err(error) = session(stream, &tray, &clock).await {
                    tracing::debug!(%error, "a mail connection to the catcher broke");
                }
            });
        }
    }
}

async fn session(stream: TcpStream, tray: &Tray, clock: &Clock) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut recipients = Vec::new();
    let mut sender = false;
    stream.get_mut().write_all(b"220 catcher.localhost ESMTP\r\n").await?;
    while let Some(line) = line(&mut stream).await? {
        let command = String::from_utf8_lossy(&line).into_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), path(&command)) {
            ("EHLO" | "HELO", _) => "250-catcher.localhost\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            ("MAIL", Some(_)) => {
                (sender, recipients) = (true, Vec::new());
                "250 2.1.0 Ok".to_owned()
            }
            ("RCPT", Some(to)) if sender && recipients.len() < 10 => {
                recipients.push(to);
                "250 2.1.5 Ok".to_owned()
            }
            ("DATA", _) if !recipients.is_empty() => {
                stream.get_mut().write_all(b"354 End data with <CR><LF>.<CR><LF>\r\n").await?;
                let Some(message) = message(&mut stream).await? else { return Ok(()) };
                sender = false;
                let id = keep(tray, clock, &std::mem::take(&mut recipients), &message);
                format!("250 2.0.0 Ok: queued as {id}")
            }
            ("RSET", _) => {
                (sender, recipients) = (false, Vec::new());
                "250 2.0.0 Ok".to_owned()
            }
            ("NOOP", _) => "250 2.0.0 Ok".to_owned(),
            ("QUIT", _) => {
                stream.get_mut().write_all(b"221 2.0.0 Bye\r\n").await?;
                return Ok(());
            }
            ("MAIL" | "RCPT" | "DATA", _) => "503 5.5.1 Bad sequence of commands".to_owned(),
            _ => "502 5.5.2 Command not recognized".to_owned(),
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// One line without its end; `None` when the client went away or sends lines without end.
async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    stream.take(LINE_MOST).read_until(b'\n', &mut line).await?;
    match line.strip_suffix(b"\n") {
        Some(rest) => Ok(Some(rest.strip_suffix(b"\r").unwrap_or(rest).to_vec())),
        None => Ok(None),
    }
}

/// The lines up to a lone dot, their dots unstuffed; `None` when they do not end or are too many.
async fn message(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    while let Some(line) = line(stream).await? {
        if line == b"." {
            return Ok(Some(message));
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        message.extend_from_slice(b"\r\n");
        if message.len() > MESSAGE_MOST {
            break;
        }
    }
    Ok(None)
}

/// What stands between angle brackets.
fn path(command: &str) -> Option<String> {
    let (_, rest) = command.split_once('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}

fn keep(tray: &Tray, clock: &Clock, recipients: &[String], message: &[u8]) -> u64 {
    let parsed = MessageParser::default().parse(message).unwrap_or_default();
    tray.put(Caught {
        id: 0,
        at: clock.now(),
        channel: Channel::Email,
        to: recipients.join(", "),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        text: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        html: parsed.body_html(0).unwrap_or_default().into_owned(),
    })
}
