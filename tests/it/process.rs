//! `serve` as a process, against a mail server that is not ours and a gateway of the test, on both databases.
//! The whole way in by email and by text, in both languages; and what `kill -9` leaves behind.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::world::{
    browser::Browser,
    database::Kind,
    gateway::Gateway,
    people::{ELENA, MARIA, Person},
    process::Clinic,
    smtp::{Mail, MailServer, Mood, PATIENCE},
};

/// Python's aiosmtpd as a process of its own.
struct Aiosmtpd {
    child: Child,
    lines: Receiver<String>,
    port: u16,
}

impl Aiosmtpd {
    /// None where no Python has aiosmtpd; `tests/run` installs it and names that Python.
    fn start() -> Option<Self> {
        let python = std::env::var("VESTIBULE_TEST_PYTHON").ok()?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/world/smtp_peer.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut reader = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = reader.next().expect("a first line").expect("UTF-8");
        let port = first.trim_start_matches("PORT ").parse().expect("a port");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in reader.map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Some(Self { child, lines, port })
    }

    async fn next(&self) -> Mail {
        let began = std::time::Instant::now();
        loop {
            if let Ok(line) = self.lines.try_recv() {
                let mail: serde_json::Value = serde_json::from_str(&line).expect("JSON");
                let text = |name: &str| mail[name].as_str().expect("text").to_owned();
                return Mail { from: text("from"), to: text("to"), raw: STANDARD.decode(text("raw")).expect("base64") };
            }
            assert!(began.elapsed() < PATIENCE, "no mail came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The next mail that holds a code; notices are passed over.
    async fn code_for(&self, who: &Person) -> (Mail, String) {
        loop {
            let mail = self.next().await;
            if mail.to == who.email && mail.text().lines().any(|line| line.trim().len() == 6) {
                let code = mail.code();
                return (mail, code);
            }
        }
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn the_whole_way_in(kind: Kind) {
    let Some(mail) = Aiosmtpd::start() else {
        let required = std::env::var_os("VESTIBULE_TEST_REQUIRE_POSTGRES").is_some();
        assert!(!required, "VESTIBULE_TEST_PYTHON is not set");
        println!("skipped: VESTIBULE_TEST_PYTHON names no Python with aiosmtpd");
        return;
    };
    let gateway = Gateway::open().await;
    let url = format!("smtp://127.0.0.1:{}", mail.port);
    let mut clinic = Clinic::set_up(kind, &url, &gateway.url(), &[MARIA, ELENA]);
    clinic.opens().await;
    for (who, language, word) in [(&MARIA, "en", "code"), (&ELENA, "es", "código")] {
        for channel in ["email", "text"] {
            let mut browser = clinic.browser();
            browser.speaks = language.to_owned();
            browser.knocks(who).await;
            assert_eq!(browser.page().language(), language);
            browser.asks_for_code(channel).await;
            let code = if channel == "email" {
                let (message, code) = mail.code_for(who).await;
                assert!(message.text().contains(word), "{}", message.text());
                code
            } else {
                gateway.text_to(who.phone).await.code()
            };
            browser.types_code(&code).await;
            browser.is_in();
            assert!(browser.page().main().contains(who.first_name));
            browser.sends("/logout", &[]).await;
            assert!(!browser.is_signed_in().await);
        }
    }
    operations(&clinic).await;
    let log = clinic.log();
    for secret in [MARIA.email, MARIA.phone, MARIA.password, ELENA.password, "5550142"] {
        assert!(!log.contains(secret), "no secret and no contact in the log:\n{log}");
    }
    clinic.closes();
}

/// The operations address: alive, ready, and what is measured; nothing of it on the patients' address.
async fn operations(clinic: &Clinic) {
    let mut staff = Browser::at(&clinic.ops);
    assert_eq!(staff.get("/healthz", "none").await.status, 200);
    let page = staff.get("/readyz", "none").await;
    assert_eq!(page.status, 200);
    let ready: serde_json::Value = serde_json::from_slice(&page.body).expect("JSON");
    assert_eq!((ready["database"].as_str(), ready["schema"].as_str()), (Some("ok"), Some("ok")), "{ready}");
    assert!(ready["oldest_unsent_seconds"].is_null() || ready["oldest_unsent_seconds"].is_number(), "{ready}");
    assert_eq!(staff.get("/metrics", "none").await.status, 200);
    let mut patient = clinic.browser();
    for path in ["/healthz", "/readyz", "/metrics", "/dev/outbox"] {
        assert_eq!(patient.get(path, "none").await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn served_as_a_process_it_lets_patients_in_by_mail_and_text_in_both_languages() {
    for kind in Kind::all() {
        println!("on {kind:?}");
        the_whole_way_in(kind).await;
    }
}

/// Killed between "send" and the delivery: after the restart the code arrives, once, and works.
#[actix_web::test]
async fn a_code_that_was_asked_for_survives_kill_9_and_arrives_once() {
    for kind in Kind::all() {
        println!("on {kind:?}");
        let (mail, gateway) = (MailServer::open().await, Gateway::open().await);
        mail.becomes(Mood::Stalls);
        let mut clinic = Clinic::set_up(kind, &mail.url(), &gateway.url(), &[MARIA]);
        clinic.opens().await;
        let mut browser = clinic.browser();
        browser.knocks(&MARIA).await;
        browser.asks_for_code("email").await;
        clinic.is_killed();
        assert!(mail.all().is_empty());
        mail.becomes(Mood::Takes);
        clinic.opens().await;
        let code = mail.mail_within(Duration::from_secs(150), MARIA.email).await.code();
        let mut browser = browser.fresh_connection();
        browser.opens("/verify/code").await;
        browser.types_code(&code).await;
        browser.is_in();
        mail.mail_to(MARIA.email).await; // the notice of a new device
        assert_eq!(mail.all().len(), 2, "the code arrived once");
        clinic.closes();
    }
}
