//! Sessions (rule 11): how they begin, how long they last, how they end.
//! Time is the story's; the cookie is all a browser holds.

use std::time::Duration;

use crate::world::{
    house::{House, on_both},
    people::MARIA,
};

const MINUTE: Duration = Duration::from_mins(1);
const SESSION: &str = "__Host-session";

#[actix_web::test]
async fn a_session_ends_after_fifteen_idle_minutes_and_says_so() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        for _ in 0..4 {
            house.passes(14 * MINUTE);
            assert!(browser.is_signed_in().await, "each visit counts from new");
        }
        house.passes(16 * MINUTE);
        let page = browser.opens("/").await;
        assert!(page.path.starts_with("/login?"), "{}", page.path);
        assert!(page.path.contains("said="), "what happened: {}", page.path);
        assert!(browser.jar.get(SESSION).is_none(), "the cookie goes with the session, or Back would show the page");
    })
    .await;
}

#[actix_web::test]
async fn a_session_lasts_eight_hours_at_most() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        for _ in 0..47 {
            house.passes(10 * MINUTE);
            assert!(browser.is_signed_in().await);
        }
        house.passes(11 * MINUTE);
        assert!(!browser.is_signed_in().await);
    })
    .await;
}

#[actix_web::test]
async fn home_states_when_it_ends_and_has_a_button_to_stay() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        assert!(browser.page().main().contains("10:15 am"), "{}", browser.page().main());
        house.passes(10 * MINUTE);
        let page = browser.sends("/stay", &[]).await;
        assert!(page.main().contains("10:25 am"), "{}", page.main());
        house.passes(14 * MINUTE);
        assert!(browser.is_signed_in().await);
    })
    .await;
}

#[actix_web::test]
async fn signing_out_ends_the_session_and_clears_what_was_seen() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        let mut copy = browser.clone();
        let page = browser.posts("/logout", &[]).await;
        assert_eq!(page.status, 303);
        assert_eq!(page.header("clear-site-data"), Some("\"cache\", \"storage\""));
        assert!(browser.jar.get(SESSION).is_none());
        assert!(!copy.is_signed_in().await, "the id itself is worthless now");
        assert!(!browser.jar.beginning("__Host-device-").is_empty(), "the known browser stays known");
    })
    .await;
}

/// A new id at the password and at the code: one that was planted before signing in is worthless after.
#[actix_web::test]
async fn the_session_id_changes_at_the_password_and_at_the_code() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.opens("/login").await;
        assert!(browser.jar.get(SESSION).is_none(), "a stranger has no session");
        browser.jar.set(SESSION, "planted-by-somebody-else");
        browser.knocks(&MARIA).await;
        let at_password = browser.jar.get(SESSION).expect("a session").value.clone();
        assert_ne!(at_password, "planted-by-somebody-else");
        let early = browser.clone();
        browser.asks_for_code("email").await;
        let code = house.code_for(&MARIA, "email").await;
        browser.types_code(&code).await;
        browser.is_in();
        let cookie = browser.jar.get(SESSION).expect("a session").clone();
        assert_ne!(cookie.value, at_password);
        assert_eq!((cookie.same_site.as_str(), cookie.max_age), ("Lax", None));
        let mut early = early;
        assert!(!early.is_signed_in().await, "the id of before the code opens nothing");
    })
    .await;
}

#[actix_web::test]
async fn the_sixth_session_ends_the_oldest() {
    on_both(async |house: &House| {
        let mut browsers = Vec::new();
        for _ in 0..6 {
            let mut browser = house.browser();
            browser.signs_in(house, &MARIA).await;
            browsers.push(browser);
            house.passes(Duration::from_secs(31));
        }
        let mut open = Vec::new();
        for browser in &mut browsers {
            open.push(browser.is_signed_in().await);
        }
        assert_eq!(open, [false, true, true, true, true, true]);
    })
    .await;
}

#[actix_web::test]
async fn home_without_a_session_leads_to_the_password_page() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        assert_eq!(browser.get("/", "none").await.location(), Some("/login"));
        browser.jar.set(SESSION, "no-such-session");
        assert_eq!(browser.get("/", "none").await.status, 303);
        // The password alone is not a session.
        let mut halfway = house.browser();
        halfway.knocks(&MARIA).await;
        assert!(!halfway.is_signed_in().await);
    })
    .await;
}

#[actix_web::test]
async fn looking_moves_the_sessions_last_use_at_most_once_a_minute() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        let last =
            || house.database.number("SELECT last_used_at AS number FROM sessions WHERE ended_at IS NULL AND \"full\"");
        let first = last();
        house.passes(Duration::from_secs(30));
        assert!(browser.is_signed_in().await);
        assert_eq!(last(), first);
        house.passes(Duration::from_secs(31));
        assert!(browser.is_signed_in().await);
        assert!(last() > first);
    })
    .await;
}

#[actix_web::test]
async fn the_home_page_tells_of_the_sign_in_before() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        house.passes(Duration::from_hours(48));
        let mut browser = house.browser();
        let page = browser.signs_in(house, &MARIA).await;
        assert!(page.main().contains("November 24") && page.main().contains("Chrome on Windows"), "{}", page.main());
    })
    .await;
}
