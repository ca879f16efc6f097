//! `/verify/choose`: where a code can go, and why it cannot (rules 4 and 10, behaviours 7 to 11).
//! Nothing is sent before the patient asks for it.

use std::time::Duration;

use crate::world::{
    house::{House, on_both, on_both_with},
    people::{ELENA, MARIA, SAM, TESS},
};

#[actix_web::test]
async fn destinations_are_masked_for_the_eye_and_in_words_for_the_ear() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        let page = browser.knocks(&MARIA).await;
        let main = page.main();
        assert!(main.contains("m•••@m•••.example"), "{main}");
        assert!(main.contains("•••-•••-••42"), "{main}");
        assert!(page.html().contains("ending in 42"), "in words for the ear: {}", page.gist());
        assert!(!page.html().contains("lopez@") && !page.html().contains("2125550142"), "nothing more than the mask");
    })
    .await;
}

#[actix_web::test]
async fn a_way_that_is_not_on_file_is_explained_and_not_offered() {
    on_both(async |house: &House| {
        for (who, open, shut) in [(&SAM, "email", "text"), (&TESS, "text", "email")] {
            let mut browser = house.browser();
            let page = browser.knocks(who).await;
            assert!(page.has(&format!("[name=channel][value={open}]")), "{}", page.gist());
            assert!(!page.has(&format!("[name=channel][value={shut}]")), "{}", page.gist());
            let page = browser.posts("/verify/choose", &[("channel", shut)]).await;
            assert!(page.status >= 400, "a way that is shut sends nothing: {}", page.status);
            house.passes(Duration::from_secs(1));
        }
        assert!(house.mail.all().is_empty() && house.gateway.all().is_empty());
    })
    .await;
}

#[actix_web::test]
async fn the_same_way_again_leads_to_the_code_page_and_sends_nothing() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        let choose = browser.clone();
        browser.asks_for_code("email").await;
        house.code_for(&MARIA, "email").await;
        let mut again = choose;
        again.asks_for_code("email").await;
        assert_eq!(house.database.count("outbox"), 1);
    })
    .await;
}

#[actix_web::test]
async fn the_other_way_keeps_the_first_code_alive() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        browser.asks_for_code("email").await;
        let mailed = house.code_for(&MARIA, "email").await;
        house.passes(Duration::from_secs(31));
        browser.follows("/verify/choose").await;
        browser.asks_for_code("text").await;
        let texted = house.code_for(&MARIA, "text").await;
        assert!(texted.chars().all(|c| c.is_ascii_digit()) && texted.len() == 6, "{texted}");
        browser.types_code(&mailed).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn the_way_that_worked_last_comes_first() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        assert_eq!(browser.page().attributes("[name=channel]", "value"), ["email", "text"]);
        browser.asks_for_code("text").await;
        let code = house.code_for(&MARIA, "text").await;
        browser.types_code(&code).await;
        browser.is_in();
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        assert_eq!(browser.page().attributes("[name=channel]", "value"), ["text", "email"]);
    })
    .await;
}

/// What is sent is in the language of the browser's explicit choice, else in the patient's.
#[actix_web::test]
async fn a_code_is_written_in_the_patients_language() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&ELENA).await;
        assert_eq!(browser.page().language(), "es", "the saved language, once the password was right");
        browser.asks_for_code("email").await;
        let mail = house.mail.mail_to(ELENA.email).await;
        assert!(mail.text().contains("Elena") && mail.text().contains("código"), "{}", mail.text());

        let mut browser = house.browser();
        browser.opens("/login?lang=es").await;
        browser.knocks(&MARIA).await;
        browser.asks_for_code("text").await;
        let text = house.gateway.text_to(MARIA.phone).await;
        assert!(text.body().contains("codigo"), "{}", text.body());
    })
    .await;
}

#[actix_web::test]
async fn codes_of_a_day_are_counted_and_the_limit_says_when_it_ends() {
    on_both_with(
        |settings| settings.limits.codes_per_day = 2,
        async |house: &House| {
            for _ in 0..2 {
                let mut browser = house.browser();
                browser.knocks(&SAM).await;
                browser.asks_for_code("email").await;
                house.code_for(&SAM, "email").await;
                house.passes(Duration::from_hours(1));
            }
            let mut browser = house.browser();
            let page = browser.knocks(&SAM).await.clone();
            let token = page.attributes("input[name=token]", "value").pop();
            if let Some(token) = token {
                let page = browser.post_raw("/verify/choose", format!("token={token}&channel=email"), &[]).await;
                assert_eq!(page.status, 429, "{}", page.gist());
                assert!(page.header("retry-after").is_some());
            }
            assert_eq!(house.mail.all().len(), 2);
            // The first was asked for 24 hours before this.
            house.passes(Duration::from_mins(1321));
            let mut browser = house.browser();
            browser.knocks(&SAM).await;
            browser.asks_for_code("email").await;
            house.code_for(&SAM, "email").await;
        },
    )
    .await;
}
