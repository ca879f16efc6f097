//! What becomes of a code after it was asked for (rule 3, behaviour 18): sent, retried, refused, lost.
//! The servers at the other end misbehave; the page says what is known and never waits for them.

use std::time::Duration;

use crate::world::{
    browser::Browser,
    gateway,
    house::{House, on_both},
    people::{MARIA, TESS},
    smtp,
};

async fn asked(house: &House, channel: &str) -> Browser {
    let mut browser = house.browser();
    browser.knocks(&MARIA).await;
    browser.asks_for_code(channel).await;
    browser
}

#[actix_web::test]
async fn a_mail_is_what_the_clinic_wrote() {
    on_both(async |house: &House| {
        asked(house, "email").await;
        let mail = house.mail.mail_to(MARIA.email).await;
        let code = mail.code();
        assert!(!mail.subject().contains(&code), "not in the subject: {}", mail.subject());
        assert!(mail.html().contains(&code) && mail.text().contains(MARIA.first_name));
        assert!(mail.text().contains("30"), "its minutes: {}", mail.text());
        assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert!(!mail.message_id().is_empty());
        assert_eq!(mail.from, "no-reply@clinic.example");
        for never in ["<img", "<a ", "http://", "https://", "src="] {
            assert!(!mail.html().contains(never), "no image, no link, no tracking: {never}");
        }
    })
    .await;
}

/// One connection is kept for the mails that follow each other.
#[actix_web::test]
async fn mails_that_follow_each_other_share_a_connection() {
    on_both(async |house: &House| {
        for _ in 0..3 {
            asked(house, "email").await;
            house.code_for(&MARIA, "email").await;
        }
        assert_eq!(house.mail.connections(), 1);
    })
    .await;
}

#[actix_web::test]
async fn the_page_never_waits_for_the_mail() {
    on_both(async |house: &House| {
        house.mail.becomes(smtp::Mood::Stalls);
        let began = std::time::Instant::now();
        let mut browser = asked(house, "email").await;
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(browser.opens("/verify/code").await.status == 200);
        house.mail.becomes(smtp::Mood::Takes);
        let code = house.code_for(&MARIA, "email").await;
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_transient_refusal_is_tried_again_and_the_page_shows_the_hand_over() {
    on_both(async |house: &House| {
        house.mail.becomes(smtp::Mood::Refuses("451 4.3.0 come back later".to_owned()));
        let mut browser = asked(house, "email").await;
        house.until("SELECT count(*) AS number FROM outbox WHERE tries >= 1 AND leased_until IS NULL", 1).await;
        assert_eq!(house.database.count("outbox WHERE state = 'queued'"), 1);
        house.mail.becomes(smtp::Mood::Takes);
        house.passes(Duration::from_mins(2));
        let code = house.code_for(&MARIA, "email").await;
        house.settles().await;
        let page = browser.opens("/verify/code").await;
        assert!(page.main().contains("10:02 am"), "handed over at: {}", page.main());
        browser.types_code(&code).await;
        browser.is_in();
        house.settles().await;
        assert_eq!(house.mail.all().len(), 2, "the code once, and the new-device notice");
    })
    .await;
}

#[actix_web::test]
async fn a_permanent_refusal_is_never_tried_again_and_the_page_offers_the_other_way() {
    on_both(async |house: &House| {
        house.mail.becomes(smtp::Mood::Refuses("550 5.1.1 no such user".to_owned()));
        let mut browser = asked(house, "email").await;
        house.until("SELECT count(*) AS number FROM outbox WHERE state = 'refused'", 1).await;
        house.mail.becomes(smtp::Mood::Takes);
        house.passes(Duration::from_mins(5));
        let queued = browser.opens("/verify/code").await.clone();
        assert!(queued.html().contains("/verify/choose"), "the other way: {}", queued.html());
        browser.follows("/verify/choose").await;
        browser.asks_for_code("text").await;
        let code = house.code_for(&MARIA, "text").await;
        assert!(house.mail.all().is_empty(), "never tried again");
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}

/// The mail may have gone out when the answer was lost: it is repeated, with the same Message-ID.
#[actix_web::test]
async fn a_mail_whose_answer_was_lost_is_repeated_under_the_same_id() {
    on_both(async |house: &House| {
        house.mail.becomes(smtp::Mood::HangsUp);
        asked(house, "email").await;
        let first = house.mail.mail_to(MARIA.email).await;
        house.mail.becomes(smtp::Mood::Takes);
        house.until("SELECT count(*) AS number FROM outbox WHERE tries >= 1 AND leased_until IS NULL", 1).await;
        house.passes(Duration::from_mins(3));
        let second = house.mail.mail_to(MARIA.email).await;
        assert_eq!((first.message_id(), first.code()), (second.message_id(), second.code()));
    })
    .await;
}

/// A text costs money and alarms twice: one whose answer was lost is not repeated by itself.
#[actix_web::test]
async fn a_text_whose_answer_was_lost_is_not_repeated() {
    on_both(async |house: &House| {
        house.gateway.becomes(gateway::Mood::HangsUp);
        let mut browser = asked(house, "text").await;
        let text = house.gateway.text_to(MARIA.phone).await;
        house.gateway.becomes(gateway::Mood::Takes);
        house.settles().await;
        house.passes(Duration::from_mins(5));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(house.gateway.all().len(), 1);
        browser.types_code(&text.code()).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_gateway_in_trouble_is_asked_again() {
    on_both(async |house: &House| {
        for (status, code) in [(503, 0), (429, 20429)] {
            house.gateway.becomes(gateway::Mood::Refuses(status, code));
            let asked_before = house.gateway.asked();
            asked(house, "text").await;
            house.until("SELECT count(*) AS number FROM outbox WHERE state = 'queued' AND tries >= 1 AND leased_until IS NULL", 1).await;
            assert!(house.gateway.asked() > asked_before);
            house.gateway.becomes(gateway::Mood::Takes);
            house.passes(Duration::from_mins(2));
            house.gateway.text_to(MARIA.phone).await;
            house.settles().await;
            house.passes(Duration::from_mins(10));
        }
    })
    .await;
}

/// Provider error 21610: the number texted STOP, even if no webhook told us.
#[actix_web::test]
async fn a_number_that_opted_out_is_shown_as_such_with_the_way_back() {
    on_both(async |house: &House| {
        house.gateway.becomes(gateway::Mood::Refuses(400, 21610));
        let mut browser = asked(house, "text").await;
        house.until("SELECT count(*) AS number FROM opt_outs", 1).await;
        let page = browser.opens("/verify/code").await;
        assert!(page.main().contains("START"), "how to undo it: {}", page.main());
        house.passes(Duration::from_mins(1));
        let mut browser = house.browser();
        let page = browser.knocks(&MARIA).await;
        assert!(!page.has("[name=channel][value=text]") && page.has("[name=channel][value=email]"));
        assert!(page.main().contains("START"), "{}", page.main());
    })
    .await;
}

#[actix_web::test]
async fn a_text_goes_out_as_twilio_takes_it() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&TESS).await;
        browser.asks_for_code("text").await;
        let text = house.gateway.text_to(TESS.phone).await;
        assert_eq!(text.path, "/2010-04-01/Accounts/AC0123456789/Messages.json");
        assert!(text.authorization.starts_with("Basic "), "{}", text.authorization);
        assert_eq!(text.form["From"], "+12125550100");
        assert_eq!(text.form["StatusCallback"], format!("{}/webhooks/texts", house.origin));
    })
    .await;
}
