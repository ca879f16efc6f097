//! What a stolen copy says: of the database, and of the log.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
};

use crate::world::{
    browser::Browser,
    database::Kind,
    house::{House, on_both},
    people::{DORA, MARIA, SAM},
};

/// What the program logs while its stories are told, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics here").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Rules 13 and 14: neither a stolen copy of the database, its WAL included, nor the log holds a contact, a code, a
/// password or a token, or anything of what was typed for a username.
#[actix_web::test]
async fn a_stolen_database_says_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let all = tracing_subscriber::fmt()
        .with_env_filter("warn,vestibule=trace")
        .with_writer(move || writer.clone())
        .try_init();
    assert!(all.is_ok(), "no other story listens to the log");
    on_both(async |house: &House| {
        let typed = "my-password-in-the-wrong-field";
        house.browser().tries_password(typed, "another-typed-secret").await;
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        browser.asks_for_code("email").await;
        let code = house.code_for(&MARIA, "email").await;
        let mut secrets = vec![typed.to_owned(), "another-typed-secret".to_owned(), code.clone()];
        let cookies = |browser: &Browser| -> Vec<String> {
            browser.jar.beginning("__Host-").iter().map(|(_, cookie)| cookie.value.clone()).collect()
        };
        secrets.extend(cookies(&browser));
        let fields = [("code", code.as_str()), ("skip", "on")];
        browser.sends("/verify/code", &fields).await;
        browser.is_in();
        secrets.extend(cookies(&browser));
        house
            .browser()
            .post_raw("/webhooks/texts", "From=%2B12125550142&Body=STOP&MessageSid=SM1".to_owned(), &[])
            .await;
        let mut sam = house.browser();
        sam.signs_in(house, &SAM).await;
        secrets.extend(cookies(&sam));
        house.settles().await;
        for person in [&MARIA, &SAM, &DORA] {
            secrets.extend([person.email.to_owned(), person.password.to_owned()]);
        }
        secrets.extend([MARIA.phone.to_owned(), "12125550142".to_owned(), "1980-02-29".to_owned()]);
        // The token in the session cookie stands behind its signature.
        let bare: Vec<String> = secrets.iter().filter(|s| s.len() > 80).map(|s| s[s.len() - 43..].to_owned()).collect();
        secrets.extend(bare);
        if house.database.kind == Kind::Sqlite {
            let path = house.database.url.trim_start_matches("sqlite://");
            for end in ["", "-wal"] {
                let bytes = std::fs::read(Path::new(&format!("{path}{end}"))).expect("a file");
                let text = String::from_utf8_lossy(&bytes).to_lowercase();
                for secret in secrets.iter().filter(|secret| secret.len() > 5) {
                    assert!(!text.contains(&secret.to_lowercase()), "{secret} in {path}{end}");
                }
            }
        }
        let logged = String::from_utf8_lossy(&log.0.lock().expect("nobody panics here")).to_lowercase();
        assert!(!logged.is_empty());
        for secret in secrets.iter().filter(|secret| secret.len() > 5) {
            assert!(!logged.contains(&secret.to_lowercase()), "{secret} in the log");
        }
        for column in ["actor", "subject", "address", "outcome", "detail"] {
            for secret in secrets.iter().filter(|secret| secret.len() > 5) {
                let found = format!("audit_entries WHERE lower({column}) LIKE '%{}%'", secret.to_lowercase());
                assert_eq!(house.database.count(&found), 0, "{secret} in {column}");
            }
        }
    })
    .await;
}
