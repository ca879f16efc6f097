//! The mail server at the other end: speaks SMTP on 127.0.0.1, keeps what it takes, and misbehaves when told to.
//! Its reading of a message is not the program's: mail-parser takes it apart.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};

/// How long a test waits for a message before it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What the server does with the next messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Takes,
    /// Answers RCPT with this line, such as `550 5.1.1 no such user`.
    Refuses(String),
    /// Says nothing after the message until the mood changes; then takes it, if the sender still waits.
    Stalls,
    /// Takes the message and hangs up without a word: the sender cannot know.
    HangsUp,
    /// Hangs up at once on every connection.
    Gone,
}

/// One message as it came.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
}

impl Mail {
    fn parsed(&self) -> mail_parser::Message<'_> {
        MessageParser::default().parse(&self.raw).expect("the mail parses")
    }

    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    pub fn message_id(&self) -> String {
        self.parsed().message_id().unwrap_or_default().to_owned()
    }

    pub fn text(&self) -> String {
        self.parsed().body_text(0).expect("a text part").into_owned()
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).expect("an HTML part").into_owned()
    }

    /// A header's value as it stands in the message, folded lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed().header_raw(name).map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub fn has_code(&self) -> bool {
        !self.codes().is_empty()
    }

    /// The code: the only line of the text part that is one token of the code's length.
    pub fn code(&self) -> String {
        let codes = self.codes();
        assert_eq!(codes.len(), 1, "one code, on a line of its own, in:\n{}", self.text());
        codes.into_iter().next().unwrap_or_default()
    }

    fn codes(&self) -> Vec<String> {
        let shape = |line: &&str| line.len() == 6 && line.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        self.text().lines().map(str::trim).filter(shape).map(str::to_owned).collect()
    }
}

#[derive(Default)]
struct Shelf {
    arrived: VecDeque<Mail>,
    /// Everything ever taken, read or not.
    all: Vec<Mail>,
    connections: usize,
}

#[derive(Clone)]
pub struct MailServer {
    shelf: Arc<Mutex<Shelf>>,
    more: Arc<Notify>,
    mood: watch::Sender<Mood>,
    port: u16,
}

impl MailServer {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { shelf: Arc::default(), more: Arc::default(), mood: watch::Sender::new(Mood::Takes), port };
        let door = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = door.clone();
                tokio::spawn(async move {
                    let _ = server.talk(stream).await;
                });
            }
        });
        server
    }

    /// What `email.smtp_url` is set to.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn becomes(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// The oldest message to this address that was not read yet; waits for it.
    pub async fn mail_to(&self, address: &str) -> Mail {
        self.mail_within(PATIENCE, address).await
    }

    /// As [`MailServer::mail_to`]; notices are passed over.
    pub async fn code_to(&self, address: &str) -> Mail {
        loop {
            let mail = self.mail_to(address).await;
            if mail.has_code() {
                return mail;
            }
        }
    }

    pub async fn mail_within(&self, patience: Duration, address: &str) -> Mail {
        let waiting = async {
            loop {
                let more = self.more.notified();
                if let Some(mail) = self.pick(address) {
                    return mail;
                }
                more.await;
            }
        };
        tokio::time::timeout(patience, waiting).await.unwrap_or_else(|_| {
            let others: Vec<String> =
                self.all().iter().map(|mail| format!("{}: {}", mail.to, mail.subject())).collect();
            panic!("no mail came to {address}; there came: {others:?}")
        })
    }

    fn pick(&self, address: &str) -> Option<Mail> {
        let mut shelf = self.shelf.lock().expect("the shelf");
        let at = shelf.arrived.iter().position(|mail| mail.to == address)?;
        shelf.arrived.remove(at)
    }

    /// Every message taken so far.
    pub fn all(&self) -> Vec<Mail> {
        self.shelf.lock().expect("the shelf").all.clone()
    }

    pub fn connections(&self) -> usize {
        self.shelf.lock().expect("the shelf").connections
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        self.shelf.lock().expect("the shelf").connections += 1;
        if *self.mood.borrow() == Mood::Gone {
            return Ok(());
        }
        stream.set_nodelay(true)?;
        let (read, mut write) = stream.into_split();
        let mut read = BufReader::new(read);
        write.write_all(b"220 mail.test ESMTP\r\n").await?;
        let (mut from, mut to) = (String::new(), String::new());
        let mut line = String::new();
        loop {
            line.clear();
            if read.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            assert!(line.ends_with("\r\n"), "SMTP lines end with CRLF: {line:?}");
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" | "HELO" => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
                "MAIL" => {
                    from = address_of(&line);
                    "250 2.1.0 ok".to_owned()
                }
                "RCPT" => {
                    to = address_of(&line);
                    let mood = self.mood.borrow().clone();
                    match mood {
                        Mood::Refuses(answer) => answer,
                        _ => "250 2.1.5 ok".to_owned(),
                    }
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let raw = read_message(&mut read).await?;
                    if self.mood.borrow().clone() == Mood::Stalls {
                        let mut mood = self.mood.subscribe();
                        tokio::select! {
                            _ = mood.wait_for(|mood| *mood != Mood::Stalls) => {}
                            // The sender is gone; what was not acknowledged was not taken.
                            _ = read.fill_buf() => return Ok(()),
                        }
                    }
                    self.keep(Mail { from: from.clone(), to: to.clone(), raw });
                    if *self.mood.borrow() == Mood::HangsUp {
                        return Ok(());
                    }
                    "250 2.0.0 queued as 4F2".to_owned()
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                "RSET" | "NOOP" => "250 ok".to_owned(),
                _ => "500 what?".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    fn keep(&self, mail: Mail) {
        let mut shelf = self.shelf.lock().expect("the shelf");
        shelf.all.push(mail.clone());
        shelf.arrived.push_back(mail);
        self.more.notify_waiters();
    }
}

fn address_of(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// Up to the line with a single dot; dots that stand doubled at a line's start are undone.
async fn read_message(read: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        assert!(line.ends_with(b"\r\n"), "no bare LF in a mail");
        assert_eq!(line.iter().position(|byte| *byte == b'\r'), Some(line.len() - 2), "no bare CR in a mail");
        if line == b".\r\n" {
            return Ok(raw);
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
