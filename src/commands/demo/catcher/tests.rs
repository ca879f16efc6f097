//! The catcher through the real mailer and texter.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

use super::*;
use crate::{
    outside::{
        email::{Envelope, Mailer},
        texts::{Outage, Texter, signature_fits},
    },
    rules::{moment::Moment, names::Channel},
    settings::{Email, TextProvider, Texts},
};

const NOW: Moment = Moment(1_795_516_920_000);

async fn catcher() -> Catcher {
    Catcher::start(Clock::new(|| NOW)).await.unwrap()
}

fn texter(catcher: &Catcher, token: &str, callback: Option<Url>) -> Texter {
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, token).unwrap();
    let settings = Texts {
        provider: TextProvider::Twilio,
        api_url: catcher.gateway_url.clone(),
        account_sid: catcher.account_sid.clone(),
        auth_token_file: Some(token_file),
        from: "+15550100".to_owned(),
        countries: vec![],
        per_day: 1,
    };
    Texter::new(&settings, callback).unwrap()
}

#[actix_web::test]
async fn a_mail_is_caught_as_its_reader_would_see_it() {
    let catcher = catcher().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = heard.clone();
    catcher.tray.listen(move |message| hear.lock().unwrap().push(message.text.clone()));
    let settings = Email {
        smtp_url: SecretString::from(catcher.smtp_url()),
        from: "Clinic <no-reply@clinic.example>".to_owned(),
        reply_to: String::new(),
        ca_file: None,
    };
    let mut mailer = Mailer::new(&settings).unwrap();
    mailer.probe().await.unwrap();
    for text in ["Hola José\n\nTM3KX2\n", ".\n..\nend"] {
        let mail = Envelope {
            to: "jo@example.com".to_owned(),
            subject: "Su código".to_owned(),
            text: text.to_owned(),
            html: "<p>José</p>".to_owned(),
            message_id: "<1@a.example>".to_owned(),
            at: NOW,
        };
        let answer = mailer.send(&mail).await.unwrap();
        assert!(answer.answer.starts_with("250 2.0.0 Ok: queued as "), "{}", answer.answer);
    }
    assert_eq!(*heard.lock().unwrap(), ["Hola José\n\nTM3KX2\n", ".\n..\nend"]);
    let first = catcher.tray.get(1).unwrap();
    assert_eq!((first.at, first.channel, first.to.as_str()), (NOW, Channel::Email, "jo@example.com"));
    assert_eq!((first.subject.as_str(), first.html.trim_end()), ("Su código", "<p>José</p>"));
}

#[actix_web::test]
async fn commands_out_of_order_and_lines_without_end_are_refused() {
    let catcher = catcher().await;
    let mut stream = TcpStream::connect(catcher.smtp_addr).await.unwrap();
    stream.write_all(b"DATA\r\nRCPT TO:<a@b.example>\r\nJUNK\r\nQUIT\r\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    let codes: Vec<_> = said.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "503", "503", "502", "221"]);
    let mut endless = TcpStream::connect(catcher.smtp_addr).await.unwrap();
    let _ = endless.write_all(&[b'x'; 10_000]).await;
    let closed = tokio::time::timeout(Duration::from_secs(5), endless.read_to_end(&mut Vec::new())).await;
    assert!(closed.is_ok(), "the connection is closed");
    assert!(catcher.tray.all().is_empty());
}

#[actix_web::test]
async fn a_text_is_caught_and_its_receipts_come_signed() {
    let catcher = catcher().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback = Url::parse(&format!("http://{}/webhooks/texts", listener.local_addr().unwrap())).unwrap();
    let texter = texter(&catcher, catcher.auth_token.expose_secret(), Some(callback.clone()));
    texter.probe().await.unwrap();
    let answer = texter.send("+15550123456", "Your code is 123456").await.unwrap();
    assert_eq!(answer.provider_id.as_deref(), Some("SMdemo1"));
    let caught = catcher.tray.get(1).unwrap();
    assert_eq!((caught.to.as_str(), caught.text.as_str()), ("+15550123456", "Your code is 123456"));
    for status in ["sent", "delivered"] {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = String::new();
        while !request.ends_with("To=%2B15550123456") {
            let mut chunk = [0; 4096];
            let n = stream.read(&mut chunk).await.unwrap();
            request.push_str(std::str::from_utf8(&chunk[..n]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(body.contains(&format!("MessageStatus={status}")));
        let params: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let given = head.lines().find_map(|line| line.strip_prefix("x-twilio-signature: ")).unwrap();
        assert!(signature_fits(&catcher.auth_token, callback.as_str(), &params, given));
    }
}

#[actix_web::test]
async fn the_gateway_knows_its_one_account_alone() {
    let catcher = catcher().await;
    let outage = texter(&catcher, "wrong", None).send("+15550123456", "hi").await.unwrap_err();
    assert!(matches!(outage, Outage::Permanent { .. }), "{outage}");
    assert!(texter(&catcher, "wrong", None).probe().await.is_err());
    assert!(catcher.tray.all().is_empty());
}
