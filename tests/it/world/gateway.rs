//! The text gateway at the other end: Twilio's API as far as ours uses it, on plain sockets, so that it can also lose an answer.
//! Keeps what it takes and misbehaves when told to.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};

use super::smtp::PATIENCE;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Takes,
    /// Answers with this status and provider error code.
    Refuses(u16, u32),
    /// Says nothing until the mood changes; then takes the text.
    Stalls,
    /// Takes the text and hangs up without a word.
    HangsUp,
}

/// One text as it was asked for.
#[derive(Clone, Debug)]
pub struct Text {
    /// The provider's id for it.
    pub sid: String,
    pub path: String,
    pub authorization: String,
    pub form: BTreeMap<String, String>,
}

impl Text {
    pub fn to(&self) -> &str {
        &self.form["To"]
    }

    pub fn body(&self) -> &str {
        &self.form["Body"]
    }

    /// The code: what follows the last `#`, as a phone's autofill reads it.
    pub fn code(&self) -> String {
        let (_, code) = self.body().rsplit_once('#').unwrap_or_else(|| panic!("a code in: {}", self.body()));
        code.trim().to_owned()
    }
}

#[derive(Default)]
struct Shelf {
    arrived: VecDeque<Text>,
    all: Vec<Text>,
    /// Requests seen, taken or not.
    asked: usize,
}

#[derive(Clone)]
pub struct Gateway {
    shelf: Arc<Mutex<Shelf>>,
    more: Arc<Notify>,
    mood: watch::Sender<Mood>,
    port: u16,
}

impl Gateway {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let gateway = Self { shelf: Arc::default(), more: Arc::default(), mood: watch::Sender::new(Mood::Takes), port };
        let door = gateway.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let gateway = door.clone();
                tokio::spawn(async move {
                    let _ = gateway.talk(stream).await;
                });
            }
        });
        gateway
    }

    /// What `texts.api_url` is set to.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn becomes(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// The oldest text to this number that was not read yet; waits for it.
    pub async fn text_to(&self, number: &str) -> Text {
        let waiting = async {
            loop {
                let more = self.more.notified();
                if let Some(text) = self.pick(number) {
                    return text;
                }
                more.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("no text came to {number}; there came: {:?}", self.all()))
    }

    fn pick(&self, number: &str) -> Option<Text> {
        let mut shelf = self.shelf.lock().expect("the shelf");
        let at = shelf.arrived.iter().position(|text| text.to() == number)?;
        shelf.arrived.remove(at)
    }

    pub fn all(&self) -> Vec<Text> {
        self.shelf.lock().expect("the shelf").all.clone()
    }

    pub fn asked(&self) -> usize {
        self.shelf.lock().expect("the shelf").asked
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let (read, mut write) = stream.into_split();
        let mut read = BufReader::new(read);
        while let Some(mut text) = read_request(&mut read).await? {
            let number = {
                let mut shelf = self.shelf.lock().expect("the shelf");
                shelf.asked += 1;
                shelf.asked
            };
            text.sid = format!("SM{number:032x}");
            if *self.mood.borrow() == Mood::Stalls {
                self.mood.subscribe().wait_for(|mood| *mood != Mood::Stalls).await.ok();
            }
            let mood = self.mood.borrow().clone();
            let (status, body) = match mood {
                Mood::Refuses(status, code) => {
                    (status, format!(r#"{{"code": {code}, "message": "told to refuse", "status": {status}}}"#))
                }
                Mood::HangsUp => {
                    self.keep(text);
                    return Ok(());
                }
                Mood::Takes | Mood::Stalls => {
                    let body = format!(r#"{{"sid": "{}", "status": "queued"}}"#, text.sid);
                    self.keep(text);
                    (201, body)
                }
            };
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            write.write_all((head + &body).as_bytes()).await?;
        }
        Ok(())
    }

    fn keep(&self, text: Text) {
        let mut shelf = self.shelf.lock().expect("the shelf");
        shelf.all.push(text.clone());
        shelf.arrived.push_back(text);
        self.more.notify_waiters();
    }
}

/// One request, body by Content-Length; none when the other side has hung up.
async fn read_request(read: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> std::io::Result<Option<Text>> {
    let mut line = String::new();
    if read.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        read.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    read.read_exact(&mut body).await?;
    Ok(Some(Text {
        sid: String::new(),
        path,
        authorization: headers.remove("authorization").unwrap_or_default(),
        form: url::form_urlencoded::parse(&body).into_owned().collect(),
    }))
}
