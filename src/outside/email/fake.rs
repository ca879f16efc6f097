//! A mail server for tests, which misbehaves as it is told.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server does at one step.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Say(&'static str),
    Stall,
    Close,
}

/// What a server saw: connections begun and messages taken.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<(usize, Vec<String>)>>);

impl Seen {
    pub(crate) fn connections(&self) -> usize {
        self.0.lock().unwrap().0
    }
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }
}

/// A mail server that answers each step of each connection as `play` says; `None` is the usual answer.
/// Steps are `connect`, the verbs in capitals, and `.` for the end of the message.
pub(crate) async fn server(play: fn(usize, &str) -> Option<Act>) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let shared = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = {
                let mut seen = shared.0.lock().unwrap();
                seen.0 += 1;
                seen.0
            };
            tokio::spawn(session(stream, number, play, shared.clone()));
        }
    });
    (address, seen)
}

pub(super) async fn session(stream: TcpStream, number: usize, play: fn(usize, &str) -> Option<Act>, seen: Seen) {
    let mut stream = BufReader::new(stream);
    let mut step = "connect".to_owned();
    let mut message: Option<String> = None;
    loop {
        let usual = match step.as_str() {
            "connect" => "220 test\r\n",
            "EHLO" => "250-test\r\n250 8BITMIME\r\n",
            "DATA" => "354 go ahead\r\n",
            "." => "250 2.0.0 Ok: queued as 4F2A for jo@example.com\r\n",
            _ => "250 fine\r\n",
        };
        match play(number, &step).unwrap_or(Act::Say(usual)) {
            Act::Say(answer) => {
                let _ = stream.get_mut().write_all(answer.as_bytes()).await;
                if step == "DATA" && answer.starts_with("354") {
                    message = Some(String::new());
                }
            }
            Act::Stall => std::future::pending().await,
            Act::Close => return,
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            match &mut message {
                Some(text) if line == ".\r\n" => {
                    seen.0.lock().unwrap().1.push(std::mem::take(text));
                    message = None;
                    step = ".".to_owned();
                    break;
                }
                Some(text) => text.push_str(&line),
                None => {
                    step = line.split([' ', '\r']).next().unwrap().to_owned();
                    break;
                }
            }
        }
    }
}
