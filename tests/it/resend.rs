//! `/verify/code?resend=1` and `/verify/resend`: another code, behind the CAPTCHA or a minute's wait (rules 5 and 10).
//! The built-in check is solved here as a browser would solve it, from what stands in the page.

use std::time::Duration;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::world::{
    browser::Browser,
    house::{House, on_both, on_both_with},
    page::Page,
    people::{MARIA, SAM},
};

async fn at_the_code_page(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    browser.knocks(&MARIA).await;
    browser.asks_for_code("email").await;
    let code = house.code_for(&MARIA, "email").await;
    (browser, code)
}

/// The answer to the challenge that stands in the page's check box.
fn solved(page: &Page) -> String {
    let found =
        page.attributes("form[action='/verify/resend'] input[type=checkbox][name=not_a_robot]", "data-challenge");
    let json = found.first().unwrap_or_else(|| panic!("a challenge in {}", page.gist()));
    let challenge: Challenge = serde_json::from_str(json).expect("the challenge is JSON");
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("it can be solved").expect("in time");
    STANDARD.encode(serde_json::to_vec(&Payload { challenge, solution }).expect("JSON"))
}

#[actix_web::test]
async fn a_solved_check_sends_another_code_and_keeps_the_first_alive() {
    on_both(async |house: &House| {
        let (mut browser, first) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(31));
        let page = browser.follows("/verify/code?resend=1").await;
        let answer = solved(page);
        let page = browser.sends("/verify/resend", &[("altcha", &answer)]).await;
        assert_eq!((page.status, page.path.split('?').next()), (200, Some("/verify/code")), "{}", page.gist());
        assert!(page.main().contains("m•••@m•••.example") && page.main().contains("10:00 am"), "{}", page.main());
        let second = house.code_for(&MARIA, "email").await;
        assert_ne!(first, second);
        let mut other = browser.clone();
        browser.types_code(&first).await;
        browser.is_in();
        let page = other.types_code(&second).await;
        assert!(page.path.starts_with("/login"), "success ends them all: {}", page.path);
    })
    .await;
}

#[actix_web::test]
async fn an_answer_works_once_and_only_in_its_attempt() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(31));
        let answer = solved(browser.follows("/verify/code?resend=1").await);

        let mut other = house.browser();
        other.knocks(&SAM).await;
        other.asks_for_code("email").await;
        house.code_for(&SAM, "email").await;
        house.passes(Duration::from_secs(31));
        other.follows("/verify/code?resend=1").await;
        assert_eq!(other.posts("/verify/resend", &[("altcha", &answer)]).await.status, 422, "of another attempt");

        assert_eq!(browser.posts("/verify/resend", &[("altcha", &answer)]).await.status, 303);
        house.code_for(&MARIA, "email").await;
        house.passes(Duration::from_secs(31));
        browser.follows("/verify/code?resend=1").await;
        assert_eq!(browser.posts("/verify/resend", &[("altcha", &answer)]).await.status, 422, "used before");
        assert_eq!(house.mail.all().len(), 3);
    })
    .await;
}

#[actix_web::test]
async fn a_failed_check_costs_nothing_and_says_so() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(31));
        for answer in ["", "nonsense", "e30="] {
            browser.follows("/verify/code?resend=1").await;
            let page = browser.posts("/verify/resend", &[("altcha", answer)]).await;
            assert_eq!(page.status, 422, "{answer}");
            assert!(page.title().starts_with("Error:"));
        }
        let answer = solved(browser.follows("/verify/code?resend=1").await);
        assert_eq!(browser.posts("/verify/resend", &[("altcha", &answer)]).await.status, 303);
        house.code_for(&MARIA, "email").await;
    })
    .await;
}

/// Without scripts nobody can solve the check; a minute's wait does instead.
#[actix_web::test]
async fn a_minutes_wait_takes_the_place_of_the_check() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(31));
        let page = browser.follows("/verify/code?resend=1").await;
        assert!(page.main().contains("10:01 am"), "the clock time the wait ends: {}", page.main());
        assert_eq!(browser.posts("/verify/resend", &[]).await.status, 422, "the wait is enforced");
        house.passes(Duration::from_secs(30));
        browser.follows("/verify/code?resend=1").await;
        assert_eq!(browser.posts("/verify/resend", &[]).await.status, 303);
        house.code_for(&MARIA, "email").await;
    })
    .await;
}

#[actix_web::test]
async fn before_the_gap_is_over_nothing_is_sent() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(10));
        let answer = solved(browser.follows("/verify/code?resend=1").await);
        let page = browser.posts("/verify/resend", &[("altcha", &answer)]).await;
        assert_eq!(page.status, 429, "{}", page.gist());
        let retry: u64 = page.header("retry-after").expect("Retry-After").parse().expect("seconds");
        assert!((19..=20).contains(&retry), "{retry}");
        assert_eq!(house.database.count("outbox"), 1);
    })
    .await;
}

#[actix_web::test]
async fn three_resends_are_all_and_the_page_counts_them_down() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        for left in [3, 2, 1] {
            house.passes(Duration::from_secs(61));
            let page = browser.follows("/verify/code?resend=1").await;
            assert!(page.main().contains(&left.to_string()), "{left} left: {}", page.main());
            assert_eq!(browser.posts("/verify/resend", &[]).await.status, 303);
            house.code_for(&MARIA, "email").await;
        }
        house.passes(Duration::from_secs(61));
        let page = browser.follows("/verify/code?resend=1").await;
        if page.form("/verify/resend").is_some() {
            assert_eq!(browser.posts("/verify/resend", &[]).await.status, 429);
        }
        assert_eq!(house.mail.all().len(), 4);
    })
    .await;
}

/// Rule 1: the newest three that have not expired work, older ones do not.
#[actix_web::test]
async fn the_newest_three_codes_work_and_the_fourth_does_not() {
    on_both_with(
        |settings| settings.resend.gap_seconds = 1,
        async |house: &House| {
            let (mut browser, first) = at_the_code_page(house).await;
            let mut codes = vec![first];
            for _ in 0..3 {
                house.passes(Duration::from_secs(61));
                browser.follows("/verify/code?resend=1").await;
                browser.posts("/verify/resend", &[]).await;
                codes.push(house.code_for(&MARIA, "email").await);
            }
            browser.opens("/verify/code").await;
            assert_eq!(browser.posts("/verify/code", &[("code", &codes[0])]).await.status, 422);
            browser.types_code(&codes[1]).await;
            browser.is_in();
        },
    )
    .await;
}

#[actix_web::test]
async fn looking_at_the_resend_page_sends_nothing() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        house.passes(Duration::from_mins(2));
        for _ in 0..3 {
            browser.follows("/verify/code?resend=1").await;
            assert_eq!(browser.get("/verify/resend", "none").await.status, 303);
        }
        assert_eq!(house.database.count("outbox"), 1);
    })
    .await;
}
