//! Who may post a form (rule 12): the table of origins and tokens, row by row, before and within an attempt.
//! A refusal is a page; a genuine token whose session is gone leads to the start.

use crate::world::{
    browser::{Browser, encode},
    house::{House, on_both},
    people::{MARIA, SAM},
};

/// Sec-Fetch-Site, Origin (OWN is ours; empty: absent), whether the token is good, whether it passes.
const TABLE: &[(&str, &str, bool, bool)] = &[
    ("same-origin", "OWN", true, true),
    ("same-origin", "OWN", false, false),
    ("same-origin", "null", true, false),
    ("cross-site", "https://other.example", true, false),
    ("same-site", "http://sibling.127.0.0.1", true, false),
    ("", "OWN", true, true),
    ("", "https://other.example", true, false),
    ("", "null", true, false),
    ("", "HTTPS-OWN", true, false),
    ("", "", true, true),
    ("", "", false, false),
    ("same-origin", "", true, true),
    ("SAME-ORIGIN", "OWN", true, false),
];

async fn row(browser: &mut Browser, action: &str, fields: &[(&str, &str)], row: (&str, &str, bool)) -> u16 {
    let (site, origin, good) = row;
    let origin = match origin {
        "OWN" => browser.origin.clone(),
        "HTTPS-OWN" => browser.origin.replace("http://", "https://"),
        other => other.to_owned(),
    };
    let mut filled = browser.filled(action, fields);
    if !good {
        filled.retain(|(name, _)| name != "token");
        filled.push(("token".to_owned(), "bm90IGEgdG9rZW4".to_owned()));
    }
    let page = browser.post_raw(action, encode(&filled), &[("sec-fetch-site", site), ("origin", &origin)]).await;
    if page.status == 403 {
        assert!(page.has("main h1"), "a refusal is a page: {}", page.gist());
    }
    page.status
}

#[actix_web::test]
async fn a_strangers_form_is_taken_only_from_our_own_page() {
    on_both(async |house: &House| {
        for (site, origin, good, passes) in TABLE {
            let mut browser = house.browser();
            browser.opens("/login").await;
            let fields = [("username", SAM.username), ("password", SAM.password)];
            let status = row(&mut browser, "/login", &fields, (site, origin, *good)).await;
            assert_eq!(status, if *passes { 303 } else { 403 }, "{site:?} {origin:?} token {good}");
        }
        // An address typed into the bar carries no page of ours, but before an attempt it does no harm.
        let mut browser = house.browser();
        browser.opens("/login").await;
        let fields = [("username", SAM.username), ("password", SAM.password)];
        assert_eq!(row(&mut browser, "/login", &fields, ("none", "OWN", true)).await, 303);
    })
    .await;
}

#[actix_web::test]
async fn a_form_within_an_attempt_is_taken_only_from_our_own_page() {
    on_both(async |house: &House| {
        let mut start = house.browser();
        start.knocks(&MARIA).await;
        start.asks_for_code("email").await;
        let code = house.code_for(&MARIA, "email").await;
        for (site, origin, good, passes) in TABLE.iter().filter(|row| !row.3) {
            let mut browser = start.clone();
            let status = row(&mut browser, "/verify/code", &[("code", &code)], (site, origin, *good)).await;
            assert_eq!(status, 403, "{site:?} {origin:?} token {good} {passes}");
        }
        let mut browser = start.clone();
        let status = row(&mut browser, "/verify/code", &[("code", &code)], ("none", "OWN", true)).await;
        assert_eq!(status, 403, "none passes only where there is no attempt");
        start.types_code(&code).await;
        start.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_token_of_another_browser_or_another_page_does_not_fit() {
    on_both(async |house: &House| {
        let (mut one, mut two) = (house.browser(), house.browser());
        one.opens("/login").await;
        two.opens("/login").await;
        let token = one.page().attributes("input[name=token]", "value").remove(0);
        let page =
            two.posts("/login", &[("username", SAM.username), ("password", SAM.password), ("token", &token)]).await;
        assert_eq!(page.status, 403);
        // A stranger's token is worth nothing within an attempt.
        two.knocks(&MARIA).await;
        let page = two.posts("/verify/choose", &[("channel", "email"), ("token", &token)]).await;
        assert_eq!(page.status, 403);
    })
    .await;
}

#[actix_web::test]
async fn a_form_whose_session_is_gone_leads_to_the_start() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        let mut other_tab = browser.clone();
        browser.posts("/logout", &[]).await;
        let page = other_tab.posts("/stay", &[]).await;
        assert_eq!(page.status, 303);
        assert!(page.location().is_some_and(|to| to.starts_with("/login")), "{:?}", page.location());
    })
    .await;
}

#[actix_web::test]
async fn a_browser_that_keeps_no_cookies_is_told_that_this_is_the_cause() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.opens("/login").await;
        browser.jar = crate::world::jar::Jar::default();
        let page = browser.posts("/login", &[("username", SAM.username), ("password", SAM.password)]).await;
        assert_eq!(page.status, 403);
        assert!(page.main().to_lowercase().contains("cookie"), "{}", page.main());
    })
    .await;
}

#[actix_web::test]
async fn only_a_plain_form_body_of_a_sane_size_is_read() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.opens("/login").await;
        let body = encode(&browser.filled("/login", &[("username", SAM.username), ("password", SAM.password)]));
        for (headers, status) in [
            (("content-type", "application/json"), 415),
            (("content-type", "multipart/form-data; boundary=x"), 415),
            (("content-type", ""), 415),
            (("content-encoding", "gzip"), 415),
        ] {
            let page = browser.post_raw("/login", body.clone(), &[headers]).await;
            assert_eq!(page.status, status, "{headers:?}");
        }
        let page = browser.post_raw("/login", format!("{body}&more={}", "x".repeat(70_000)), &[]).await;
        assert_eq!(page.status, 413);
        assert!(page.has("main h1"));
    })
    .await;
}
