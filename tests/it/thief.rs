//! What a thief tries: at every form, in races, and by hanging up.
//! A file of what must not happen; the pages' own files tell what does.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::world::{
    browser::{Browser, encode},
    house::{House, on_both, on_both_with},
    people::{DORA, MARIA},
};

const CODES: &[&str] = &["A2B3C4", "D5E6F7", "G8H9J2", "K3M4N5", "P6Q7R8", "S9T2U3"];

async fn at_the_code_page(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    browser.knocks(&MARIA).await;
    browser.asks_for_code("email").await;
    let code = house.code_for(&MARIA, "email").await;
    (browser, code)
}

/// Everything but the code and what is drawn anew for each page.
fn told(page: &crate::world::page::Page, username: &str) -> (u16, Vec<String>, String) {
    let names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    let token = page.form("/login").and_then(|form| form.into_iter().find(|(name, _)| name == "token"));
    let mut html = page.html().replace(username, "USERNAME");
    if let Some((_, token)) = token {
        html = html.replace(&token, "TOKEN");
    }
    (page.status, names, html)
}

/// Rule 9: an unknown name, a wrong password and an account that is switched off are one and the same to a stranger, in
/// the answers, the limits and what is written down.
#[actix_web::test]
async fn nothing_tells_accounts_apart_before_the_password_is_right() {
    on_both_with(
        |settings| settings.limits.account_failures = 7,
        async |house: &House| {
            let mut stories = Vec::new();
            for (place, username) in [(51, "nobody.at.all"), (52, MARIA.username), (53, DORA.username)] {
                let mut seen = Vec::new();
                for n in 0..10 {
                    // The first five from one network, the others from their own.
                    let network = if n < 6 { 1 } else { n };
                    let mut browser = house.browser_from(&format!("198.{place}.{network}.1"));
                    let tables = ["throttles", "audit_entries", "sessions", "attempts", "devices", "codes"];
                    let before: Vec<i64> = tables.iter().map(|table| house.database.count(table)).collect();
                    let page = browser.tries_password(username, "not the password").await;
                    house.settles().await;
                    let after = tables.iter().map(|table| house.database.count(table));
                    let grown: Vec<i64> = after.zip(before).map(|(after, before)| after - before).collect();
                    let cookies: Vec<String> = browser.jar.beginning("").into_iter().map(|(n, _)| n.into()).collect();
                    // The one patient who is told at the lock has an entry more.
                    let grown = if n == 7 { vec![] } else { grown };
                    seen.push((told(&page, username), grown, cookies, page.header("retry-after").map(str::to_owned)));
                }
                stories.push(seen);
            }
            assert_eq!(stories[0], stories[1], "a wrong password");
            assert_eq!(stories[0], stories[2], "an account that is off");
            let statuses: Vec<u16> = stories[0].iter().map(|((status, ..), ..)| *status).collect();
            assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 422, 422, 429, 429]);
        },
    )
    .await;
}

/// Sends the open page's form and resets the connection before it is answered.
async fn hangs_up_on(house: &House, browser: &Browser, action: &str, fields: &[(&str, &str)]) {
    let body = encode(&browser.filled(action, fields));
    let host = house.origin.trim_start_matches("http://");
    let mut connection = TcpStream::connect(host).await.expect("it listens");
    let head = format!(
        "POST {action} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nX-Forwarded-For: {}\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        house.origin,
        browser.address.as_deref().unwrap_or_default(),
        browser.jar.header().unwrap_or_default(),
        body.len(),
    );
    connection.write_all((head + &body).as_bytes()).await.expect("it is sent");
    connection.flush().await.expect("it is sent");
    house.until("SELECT count(*) AS number FROM throttles WHERE question = 'password-account' AND count = 3", 1).await;
    connection.set_zero_linger().expect("a reset instead of an end");
    drop(connection);
}

/// Rules 9 and 13: a try that was counted is audited and told of, even where nobody waits for the answer.
#[actix_web::test]
async fn hanging_up_hides_no_try_from_the_patient() {
    on_both_with(
        |settings| settings.limits.account_failures = 3,
        async |house: &House| {
            for n in 0..2 {
                let mut thief = house.browser_from(&format!("198.51.{n}.1"));
                assert_eq!(thief.tries_password(MARIA.username, "guess").await.status, 422);
            }
            let mut thief = house.browser_from("198.51.9.1");
            thief.opens("/login").await;
            let guess = [("username", MARIA.username), ("password", "guess")];
            hangs_up_on(house, &thief, "/login", &guess).await;
            let wrong = "SELECT count(*) AS number FROM audit_entries WHERE event = 'password' AND outcome = 'wrong'";
            house.until(wrong, 3).await;
            assert_eq!(house.database.count("outbox WHERE kind = 'many-failures'"), 1);
            assert_eq!(house.database.count("audit_entries WHERE event = 'limit' AND outcome = 'locked'"), 1);
        },
    )
    .await;
}

#[actix_web::test]
async fn an_account_that_is_switched_off_gets_no_further() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        let mut chooser = house.browser();
        chooser.knocks(&MARIA).await;
        let off = format!(
            "UPDATE patients SET status = 'disabled' WHERE username = '{}' RETURNING CAST(1 AS BIGINT) AS number",
            MARIA.username
        );
        assert_eq!(house.database.number(&off), 1);
        let page = chooser.posts("/verify/choose", &[("channel", "text")]).await;
        assert_eq!((page.status, page.location().map(|to| to.starts_with("/login"))), (303, Some(true)));
        let page = browser.posts("/verify/code", &[("code", &code)]).await;
        assert_eq!((page.status, page.location().map(|to| to.starts_with("/login"))), (303, Some(true)));
        assert_eq!(house.database.count("outbox"), 1, "nothing was sent");
        assert_eq!(house.database.count("sessions WHERE \"full\""), 0);
    })
    .await;
}

/// Rule 1: five wrong tries in all, those of a copy of the session's cookie in the ten seconds after the right one too.
#[actix_web::test]
async fn a_double_click_is_no_place_to_guess() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        let thief = browser.clone();
        browser.types_code(&code).await;
        browser.is_in();
        for wrong in CODES.iter().filter(|wrong| **wrong != code).take(5) {
            let page = thief.clone().posts("/verify/code", &[("code", wrong)]).await;
            assert_eq!(page.status, 303);
        }
        let mut late = thief.clone();
        late.posts("/verify/code", &[("code", &code)]).await;
        assert!(!late.is_signed_in().await, "the sixth, right as it is");
        assert!(browser.is_signed_in().await, "the patient is not bothered");
    })
    .await;
}

#[actix_web::test]
async fn no_page_links_where_its_address_says() {
    on_both(async |house: &House| {
        for path in ["//evil.test/portal", "//evil.test", "/a//evil.test", "/%2F/evil.test", "/.//evil.test"] {
            let page = house.browser().get(path, "none").await;
            let links = page.attributes("a", "href");
            assert!(!links.is_empty() && page.status == 404, "{path}: {}", page.gist());
            for link in links.iter().filter(|link| !link.starts_with("tel:") && !link.starts_with("mailto:")) {
                assert!(link.starts_with('/') && !link.starts_with("//") || link.starts_with('#'), "{path}: {link}");
            }
        }
        for next in
            ["//evil.test", "/\\evil.test", "https://evil.test", "/%09/evil.test/..//x", "javascript:x", "/\t/e"]
        {
            let mut browser = house.browser();
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            browser.opens(&format!("/login?next={next}")).await;
            let fields = [("username", MARIA.username), ("password", MARIA.password)];
            browser.sends("/login", &fields).await;
            browser.asks_for_code("email").await;
            let code = house.code_for(&MARIA, "email").await;
            let page = browser.posts("/verify/code", &[("code", &code)]).await;
            assert_eq!(page.location(), Some("/"), "{next}");
            house.passes(Duration::from_hours(3));
        }
    })
    .await;
}

/// Rule 10 over attempts at once: a patient's day holds exactly as many codes as it may.
#[actix_web::test]
async fn many_attempts_at_once_send_no_more_than_a_days_codes() {
    on_both_with(
        |settings| settings.limits.codes_per_day = 3,
        async |house: &House| {
            let mut browsers = Vec::new();
            for _ in 0..8 {
                let mut browser = house.browser();
                browser.knocks(&MARIA).await;
                browsers.push(browser);
            }
            let answers = join_all(browsers.iter().map(|browser| {
                let mut browser = browser.fresh_connection();
                async move { browser.posts("/verify/choose", &[("channel", "email")]).await.status }
            }))
            .await;
            assert_eq!(answers.iter().filter(|status| **status == 303).count(), 3, "{answers:?}");
            assert_eq!(answers.iter().filter(|status| **status == 429).count(), 5, "{answers:?}");
            assert_eq!(house.database.count("codes"), 3);
        },
    )
    .await;
}

/// Rule 2 over attempts at once: the tenth wrong code brings the wait, whichever attempt it is typed in.
#[actix_web::test]
async fn many_attempts_at_once_give_no_more_than_ten_guesses() {
    on_both(async |house: &House| {
        let mut attempts = Vec::new();
        for _ in 0..4 {
            attempts.push(at_the_code_page(house).await);
        }
        let right: BTreeSet<&str> = attempts.iter().map(|(_, code)| code.as_str()).collect();
        let wrong = *CODES.iter().find(|code| !right.contains(**code)).expect("another");
        let racers = attempts.iter().flat_map(|(browser, _)| (0..12).map(|_| browser.fresh_connection()));
        let answers = join_all(
            racers.map(|mut racer| async move { racer.posts("/verify/code", &[("code", wrong)]).await.status }),
        )
        .await;
        assert!(answers.iter().all(|status| [303, 422, 429].contains(status)), "{answers:?}");
        assert_eq!(house.database.number("SELECT CAST(sum(wrong_codes) AS BIGINT) AS number FROM attempts"), 10);
        let counted = "SELECT CAST(count AS BIGINT) AS number FROM throttles WHERE question = 'code'";
        assert_eq!(house.database.number(counted), 10);
        assert_eq!(house.database.count("audit_entries WHERE event = 'code' AND outcome = 'wrong'"), 10);
    })
    .await;
}

/// Resends after the wait, fifty at once: one code.
#[actix_web::test]
async fn fifty_resends_send_one_code() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(61));
        browser.opens("/verify/code?resend=1").await;
        let answers = join_all((0..50).map(|_| {
            let mut racer = browser.fresh_connection();
            async move { racer.posts("/verify/resend", &[]).await.status }
        }))
        .await;
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert_eq!(house.database.count("codes"), 2);
    })
    .await;
}
