//! Known browsers and "Skip this step next time" (rule 6).
//! A remembered browser replaces the code, never the password.

use std::time::Duration;

use crate::world::{
    browser::{Browser, SAFARI_ON_IPHONE},
    house::{House, on_both, on_both_with},
    people::{MARIA, SAM},
};

const DAY: Duration = Duration::from_hours(24);
const DEVICE: &str = "__Host-device-";

/// Signed in with the box ticked, then signed out.
async fn remembered(house: &House) -> Browser {
    let mut browser = house.browser();
    browser.signs_in_and_skips_next_time(house, &MARIA).await;
    browser.sends("/logout", &[]).await;
    browser
}

async fn skips_the_code(browser: &mut Browser) -> bool {
    browser.types_password(MARIA.username, MARIA.password).await;
    match browser.page().path.split('?').next() {
        Some("/") => true,
        Some("/verify/choose") => false,
        other => panic!("neither in nor asked for a code: {other:?} {}", browser.page().gist()),
    }
}

#[actix_web::test]
async fn a_remembered_browser_needs_no_code_but_still_the_password() {
    on_both(async |house: &House| {
        let mut browser = remembered(house).await;
        assert_eq!(browser.types_password(MARIA.username, "wrong").await.status, 422);
        assert!(skips_the_code(&mut browser).await);
        assert_eq!(house.mail.all().len(), 2, "the code and the new-device notice of the first time");
        let cookies = browser.jar.beginning(DEVICE);
        assert_eq!(cookies.len(), 1);
        assert_eq!(cookies[0].1.same_site, "Strict");
        assert!(cookies[0].1.max_age.is_some_and(|seconds| seconds <= 90 * 86_400), "{cookies:?}");
    })
    .await;
}

#[actix_web::test]
async fn closing_the_browser_signs_out_but_does_not_forget() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in_and_skips_next_time(house, &MARIA).await;
        browser.jar.close();
        assert!(!browser.is_signed_in().await);
        assert!(skips_the_code(&mut browser).await);
        // Somebody who clears their cookies is a stranger again.
        let (name, _) = browser.jar.beginning(DEVICE)[0];
        let name = name.to_owned();
        browser.jar.close();
        browser.jar.remove(&name);
        assert!(!skips_the_code(&mut browser).await);
    })
    .await;
}

#[actix_web::test]
async fn without_the_tick_the_code_is_asked_for_again_but_no_notice_is_sent() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.signs_in(house, &MARIA).await;
        let notice = house.mail.mail_to(MARIA.email).await;
        assert!(notice.text().contains("Chrome on Windows"), "{}", notice.text());
        browser.sends("/logout", &[]).await;
        assert!(!skips_the_code(&mut browser).await);
        browser.asks_for_code("email").await;
        let code = house.code_for(&MARIA, "email").await;
        browser.types_code(&code).await;
        browser.is_in();
        house.settles().await;
        assert_eq!(house.mail.all().len(), 3, "two codes, one notice");
    })
    .await;
}

#[actix_web::test]
async fn skipping_ends_on_its_day_however_often_it_was_used() {
    on_both(async |house: &House| {
        let mut browser = remembered(house).await;
        for _ in 0..3 {
            house.passes(29 * DAY);
            assert!(skips_the_code(&mut browser).await);
            browser.sends("/logout", &[]).await;
        }
        house.passes(4 * DAY);
        assert!(!skips_the_code(&mut browser).await, "day 91 of 90");
    })
    .await;
}

#[actix_web::test]
async fn a_phone_is_remembered_for_its_own_number_of_days() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.user_agent = SAFARI_ON_IPHONE.to_owned();
        browser.knocks(&MARIA).await;
        let page = browser.asks_for_code("email").await;
        assert!(page.main().contains("180"), "the days of this device: {}", page.main());
        let code = house.code_for(&MARIA, "email").await;
        browser.sends("/verify/code", &[("code", &code), ("skip", "on")]).await;
        browser.is_in();
        browser.sends("/logout", &[]).await;
        house.passes(150 * DAY);
        assert!(skips_the_code(&mut browser).await);
    })
    .await;
}

#[actix_web::test]
async fn a_family_shares_a_browser_each_with_their_own_cookie() {
    on_both(async |house: &House| {
        let mut browser = remembered(house).await;
        browser.signs_in(house, &SAM).await;
        browser.sends("/logout", &[]).await;
        assert_eq!(browser.jar.beginning(DEVICE).len(), 2);
        assert!(skips_the_code(&mut browser).await, "Sam's sign-in leaves Maria's browser remembered");
    })
    .await;
}

/// A copied cookie: as soon as both copies were used, that browser is forgotten and the patient is told.
#[actix_web::test]
async fn a_token_used_from_two_places_ends_the_browser_and_tells_the_patient() {
    on_both(async |house: &House| {
        let mut browser = remembered(house).await;
        house.settles().await;
        let before = house.mail.all().len();
        let mut thief = browser.clone();
        assert!(skips_the_code(&mut browser).await);
        browser.sends("/logout", &[]).await;
        assert!(skips_the_code(&mut browser).await, "the successor is presented");
        browser.sends("/logout", &[]).await;
        house.passes(Duration::from_secs(31));
        assert!(!skips_the_code(&mut thief).await, "a retired token");
        house.settles().await;
        assert_eq!(house.mail.all().len(), before + 1, "one notice");
        let mut again = browser.clone();
        assert!(!skips_the_code(&mut again).await, "the browser itself has to type a code again");
    })
    .await;
}

/// A lost answer or two tabs must raise no alarm: the token before stays good for a while.
#[actix_web::test]
async fn a_lost_answer_raises_no_alarm() {
    on_both(async |house: &House| {
        let mut browser = remembered(house).await;
        house.settles().await;
        let before = house.mail.all().len();
        let mut lost = browser.clone();
        assert!(skips_the_code(&mut lost).await, "this answer never arrives");
        house.passes(2 * DAY);
        assert!(skips_the_code(&mut browser).await, "its successor was never presented");
        browser.sends("/logout", &[]).await;
        assert!(skips_the_code(&mut browser).await);
        house.settles().await;
        assert_eq!(house.mail.all().len(), before);
    })
    .await;
}

#[actix_web::test]
async fn the_browser_used_longest_ago_ends_when_there_are_too_many() {
    on_both_with(
        |settings| settings.remember.most_devices = 2,
        async |house: &House| {
            let mut first = remembered(house).await;
            house.passes(Duration::from_hours(1));
            let mut second = remembered(house).await;
            house.passes(Duration::from_hours(1));
            remembered(house).await;
            assert!(skips_the_code(&mut second).await);
            assert!(!skips_the_code(&mut first).await);
        },
    )
    .await;
}
