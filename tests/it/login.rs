//! `/login`: a right password leads on, a wrong one says nothing but that (rules 8 and 9, behaviours 1 to 5).
//! Limits are tried with the default settings, on a clock that the story moves.

use std::time::Duration;

use crate::world::{
    browser::Browser,
    house::{House, on_both, on_both_with},
    page::Page,
    people::{DORA, MARIA, SAM},
};

const WRONG: &str = "not my password at all";

#[actix_web::test]
async fn a_right_password_leads_to_the_choice() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        assert!(
            house.mail.all().is_empty() && house.gateway.all().is_empty(),
            "nothing is sent until the patient asks"
        );
    })
    .await;
}

#[actix_web::test]
async fn a_username_is_matched_whatever_its_case_and_width() {
    on_both(async |house: &House| {
        for typed in ["MARIA.LOPEZ", " maria.lopez ", "ｍａｒｉａ.ｌｏｐｅｚ"] {
            let mut browser = house.browser();
            browser.types_password(typed, MARIA.password).await;
            assert_eq!(browser.page().path, "/verify/choose", "{typed}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_wrong_password_keeps_the_username_and_names_neither_as_wrong() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        let page = browser.types_password(MARIA.username, WRONG).await;
        assert_eq!(page.status, 422);
        assert!(page.title().starts_with("Error:"), "{}", page.title());
        assert!(page.has(".error-summary[role=alert][tabindex='-1'][autofocus] a[href^='#']"), "{}", page.gist());
        assert_eq!(page.attributes("input[name=username]", "value"), [MARIA.username]);
        let kept = page.attributes("input[name=password]", "value");
        assert!(kept.iter().all(String::is_empty), "a password is never sent back");
        assert!(!page.html().contains(WRONG));
    })
    .await;
}

#[actix_web::test]
async fn nobody_learns_whether_a_username_exists() {
    on_both(async |house: &House| {
        let mut answers = Vec::new();
        for (username, password) in [(MARIA.username, WRONG), ("nobody.here", WRONG), (DORA.username, WRONG)] {
            let mut browser = house.browser();
            let page = browser.tries_password(username, password).await;
            answers.push((username, likeness(&page, username)));
        }
        let (_, first) = &answers[0];
        for (username, answer) in &answers {
            assert_eq!(answer, first, "{username}");
        }
    })
    .await;
}

/// Once the password was right, who was switched off by staff is told so.
#[actix_web::test]
async fn a_disabled_account_is_told_so_once_the_password_is_right() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        let page = browser.tries_password(DORA.username, DORA.password).await;
        assert_eq!(page.status, 422, "{}", page.gist());
        let wrong = house.browser().tries_password(DORA.username, WRONG).await;
        assert_ne!(page.errors(), wrong.errors());
    })
    .await;
}

/// What an answer shows, without what differs from visit to visit.
fn likeness(page: &Page, username: &str) -> (u16, Vec<(String, String)>, String) {
    let mut body = page.html().replace(username, "USERNAME");
    for token in page.attributes("input[name=token]", "value") {
        body = body.replace(&token, "TOKEN");
    }
    let headers =
        page.headers.iter().filter(|(name, _)| !["date", "content-length", "set-cookie"].contains(&name.as_str()));
    let mut headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    headers.sort();
    (page.status, headers, body)
}

/// The fifth failure brings the first wait; each further one doubles it.
#[actix_web::test]
async fn failures_bring_a_wait_that_doubles_and_ends_by_the_clock() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        for n in 1..=4 {
            assert_eq!(browser.tries_password(MARIA.username, WRONG).await.status, 422, "failure {n}");
        }
        browser.tries_password(MARIA.username, WRONG).await;
        refused_for(&mut browser, 30).await;
        house.passes(Duration::from_secs(29));
        refused_for(&mut browser, 1).await;
        house.passes(Duration::from_secs(2));
        // The refused tries were not counted: one more failure is the sixth.
        browser.tries_password(MARIA.username, WRONG).await;
        refused_for(&mut browser, 60).await;
        house.passes(Duration::from_secs(61));
        browser.knocks(&MARIA).await;
    })
    .await;
}

/// Even the right password is turned away, with the time to come back at.
async fn refused_for(browser: &mut Browser, seconds: u64) {
    let page = browser.tries_password(MARIA.username, MARIA.password).await;
    assert_eq!(page.status, 429, "{}", page.gist());
    let retry: u64 = page.header("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!(retry.abs_diff(seconds) <= 1, "{retry} seconds, not {seconds}");
    assert!(page.main().contains(" am"), "the clock time to come back at: {}", page.main());
}

#[actix_web::test]
async fn a_wait_of_one_network_is_nobody_elses() {
    on_both(async |house: &House| {
        let mut stranger = house.browser_from("198.51.100.7");
        for _ in 0..5 {
            stranger.tries_password(MARIA.username, WRONG).await;
        }
        refused_for(&mut stranger, 30).await;
        let mut neighbour = house.browser_from("198.51.100.200");
        refused_for(&mut neighbour, 30).await;
        house.browser_from("203.0.113.9").knocks(&MARIA).await;
        // Nor another account's.
        stranger.knocks(&SAM).await;
    })
    .await;
}

#[actix_web::test]
async fn a_network_with_too_many_failures_waits_but_a_known_browser_does_not() {
    on_both_with(
        |settings| settings.limits.network_failures_per_hour = 6,
        async |house: &House| {
            let mut home = house.browser_from("198.51.100.7");
            home.signs_in(house, &MARIA).await;
            home.sends("/logout", &[]).await;
            let mut stranger = house.browser_from("198.51.100.8");
            for n in 0..6 {
                stranger.tries_password(&format!("guess.{n}"), WRONG).await;
            }
            let page = stranger.tries_password(SAM.username, SAM.password).await;
            assert_eq!(page.status, 429, "{}", page.gist());
            home.knocks(&MARIA).await;
            house.passes(Duration::from_secs(3601));
            stranger.knocks(&SAM).await;
        },
    )
    .await;
}

#[actix_web::test]
async fn a_locked_account_still_opens_for_its_known_browser() {
    on_both_with(
        |settings| {
            settings.limits.account_failures = 8;
            settings.limits.password_free = 100;
        },
        async |house: &House| {
            let mut home = house.browser_from("203.0.113.9");
            home.signs_in(house, &MARIA).await;
            home.sends("/logout", &[]).await;
            for n in 0..8 {
                house.browser_from(&format!("198.51.{n}.7")).tries_password(MARIA.username, WRONG).await;
            }
            let page = house.browser_from("192.0.2.1").tries_password(MARIA.username, MARIA.password).await;
            assert_eq!(page.status, 429, "{}", page.gist());
            assert_eq!(page.header("retry-after"), None, "no clock ends this one");
            home.knocks(&MARIA).await;
        },
    )
    .await;
}

#[actix_web::test]
async fn a_page_left_open_for_a_day_signs_in_at_the_first_try() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.opens("/login").await;
        house.passes(Duration::from_hours(26));
        let page = browser.sends("/login", &[("username", MARIA.username), ("password", MARIA.password)]).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/verify/choose"));
    })
    .await;
}

#[actix_web::test]
async fn the_language_button_keeps_what_was_typed_and_counts_no_try() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.opens("/login").await;
        assert!(browser.page().buttons("/login").contains(&("lang".to_owned(), "es".to_owned())));
        for _ in 0..6 {
            let page =
                browser.sends("/login", &[("username", MARIA.username), ("password", WRONG), ("lang", "es")]).await;
            assert_eq!((page.status, page.language().as_str()), (200, "es"));
            assert_eq!(page.attributes("input[name=username]", "value"), [MARIA.username]);
            assert!(!page.html().contains(WRONG));
        }
        assert_eq!(browser.opens("/login").await.language(), "es", "the choice lasts");
        browser.knocks(&MARIA).await;
    })
    .await;
}

#[actix_web::test]
async fn signing_in_leads_back_to_where_the_patient_wanted_to_go() {
    on_both(async |house: &House| {
        for (next, ends) in
            [("/faq", "/faq"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/"), ("/\\elsewhere", "/")]
        {
            let mut browser = house.browser();
            browser.opens("/login").await;
            browser.sends("/login", &[("username", SAM.username), ("password", SAM.password), ("next", next)]).await;
            assert_eq!(browser.page().path, "/verify/choose", "{}", browser.page().gist());
            browser.asks_for_code("email").await;
            let code = house.code_for(&SAM, "email").await;
            let page = browser.types_code(&code).await;
            assert_eq!(page.path, ends, "{next}");
            house.passes(Duration::from_mins(1));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_broken_form_is_a_bad_request_and_counts_no_try() {
    on_both_with(
        |settings| settings.limits.password_free = 1,
        async |house: &House| {
            let mut browser = house.browser();
            browser.opens("/login").await;
            let token = browser.page().attributes("input[name=token]", "value").remove(0);
            for body in [
                format!("token={token}&username={0}&username={0}&password=x", MARIA.username),
                format!("token={token}&username={}%00&password=x", MARIA.username),
                format!("token={token}&username={}%ff&password=x", MARIA.username),
                format!("token={token}&username={}&password=x&lang=fr", MARIA.username),
            ] {
                let page = browser.post_raw("/login", body.clone(), &[]).await;
                assert_eq!(page.status, 400, "{body}");
                assert!(page.has("main h1"), "a page, not a bare error");
            }
            browser.knocks(&MARIA).await;
        },
    )
    .await;
}
