//! A visitor who is nobody yet leaves no trace (rule 11) and needs no database.
//! Every public page is opened, in both languages, and nothing is there afterwards that was not before.

use crate::world::house::{House, on_both, on_both_with};

const TABLES: &[&str] = &[
    "patients",
    "attempts",
    "codes",
    "outbox",
    "sessions",
    "devices",
    "device_tokens",
    "throttles",
    "audit_entries",
    "captcha_answers",
    "opt_outs",
    "receipts",
];

fn rows(house: &House) -> Vec<(&'static str, i64)> {
    TABLES.iter().map(|table| (*table, house.database.count(table))).collect()
}

#[actix_web::test]
async fn a_strangers_visit_leaves_the_database_as_it_was() {
    on_both(async |house: &House| {
        let before = rows(house);
        for _ in 0..3 {
            let mut browser = house.browser();
            for path in
                ["/", "/login", "/login?lang=es", "/faq", "/verify/choose", "/verify/code", "/no-such-page", "/logout"]
            {
                browser.get(path, "none").await;
            }
            browser.jar.set("__Host-session", "forged");
            browser.get("/", "none").await;
            browser.post_raw("/login", "username=maria.lopez&password=x".to_owned(), &[]).await;
        }
        assert_eq!(rows(house), before);
    })
    .await;
}

/// The database is taken away: the pages of a stranger do not notice, so they did no transaction.
#[actix_web::test]
async fn a_strangers_page_needs_no_database() {
    on_both(async |house: &House| {
        house.database.vanishes();
        let mut browser = house.browser();
        for path in ["/login", "/faq", "/login?lang=es"] {
            assert_eq!(browser.get(path, "none").await.status, 200, "{path}");
        }
        let page = browser.opens("/login").await;
        assert_eq!(page.status, 200);
        let page = browser.posts("/login", &[("username", "maria.lopez"), ("password", "x")]).await;
        assert_eq!(page.status, 503, "{}", page.gist());
        assert!(page.has("main h1") && page.header("retry-after").is_some(), "an outage is a page");
    })
    .await;
}

#[actix_web::test]
async fn pages_follow_the_browsers_language_until_one_is_chosen() {
    on_both_with(
        |_| {},
        async |house: &House| {
            for (speaks, shown) in [
                ("es-MX,es;q=0.9,en;q=0.5", "es"),
                ("en-US,en", "en"),
                ("fr, es;q=0.4, en;q=0.2", "es"),
                ("", "en"),
                ("zz", "en"),
            ] {
                let mut browser = house.browser();
                browser.speaks = speaks.to_owned();
                assert_eq!(browser.opens("/login").await.language(), shown, "{speaks}");
                let page = browser.opens("/login?lang=es").await;
                assert_eq!((page.language().as_str(), page.header("content-language")), ("es", Some("es")));
                assert_eq!(browser.opens("/faq").await.language(), "es", "the choice lasts");
                assert_eq!(browser.opens("/no-such-page").await.language(), "es", "on errors too");
            }
            assert_eq!(house.browser().get("/login?lang=fr", "none").await.status, 400);
        },
    )
    .await;
}
