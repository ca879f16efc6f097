//! `/verify/code`: what a typed code does (rules 1, 2 and 3, behaviours 12 to 20).
//! Every code here came out of a mail or a text.

use std::time::Duration;

use crate::world::{
    browser::Browser,
    house::{House, on_both, on_both_with},
    people::{MARIA, SAM, TESS},
};

async fn at_the_code_page(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    browser.knocks(&MARIA).await;
    browser.asks_for_code("email").await;
    let code = house.code_for(&MARIA, "email").await;
    (browser, code)
}

/// A code of the emailed shape that is not this one.
fn other_than(code: &str, n: usize) -> String {
    let all = [
        "A2B3C4", "D5E6F7", "G8H9J2", "K3M4N5", "P6Q7R8", "S9T2U3", "V4W5X6", "Y7Z8A9", "B2C3D4", "E5F6G7", "H8J9K2",
        "M3N4P5",
    ];
    all.iter()
        .filter(|wrong| **wrong != code)
        .nth(n)
        .map_or_else(|| panic!("wrong codes run out at {n}"), |s| (*s).to_owned())
}

#[actix_web::test]
async fn the_code_from_the_mail_lets_the_patient_in() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        assert!(code.chars().any(|c| c.is_ascii_digit()) && code.chars().any(|c| c.is_ascii_uppercase()), "{code}");
        assert!(!code.contains(['0', 'O', '1', 'I', 'L']), "{code}");
        browser.types_code(&code).await;
        browser.is_in();
        assert!(browser.page().main().contains(MARIA.first_name));
    })
    .await;
}

#[actix_web::test]
async fn a_code_is_taken_however_it_was_typed_or_pasted() {
    on_both(async |house: &House| {
        for shape in ["lower", "spaces", "dash", "hash", "wide", "message"] {
            let mut browser = house.browser();
            browser.knocks(&MARIA).await;
            browser.asks_for_code("email").await;
            let mail = house.mail.code_to(MARIA.email).await;
            let code = mail.code();
            let typed = match shape {
                "lower" => code.to_lowercase(),
                "spaces" => format!("  {} {} ", &code[..3], &code[3..]),
                "dash" => format!("{}-{}", &code[..3], &code[3..]),
                "hash" => format!("#{code}"),
                "wide" => code.chars().filter_map(|c| char::from_u32(c as u32 + 0xFEE0)).collect(),
                _ => mail.text().split_whitespace().collect::<Vec<_>>().join(" "),
            };
            browser.types_code(&typed).await;
            assert_eq!(browser.page().path, "/", "{shape}: {typed}\n{}", browser.page().main());
            house.passes(Duration::from_hours(1));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_whole_pasted_text_holds_one_code() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&TESS).await;
        browser.asks_for_code("text").await;
        assert_eq!(browser.page().attributes("input[name=code]", "inputmode"), ["numeric"]);
        let text = house.gateway.text_to(TESS.phone).await;
        assert!(text.body().len() <= 160 && text.body().is_ascii(), "{}", text.body());
        assert!(text.body().find(&text.code()).is_some_and(|at| at < 30), "{}", text.body());
        assert!(text.body().ends_with(&format!("@127.0.0.1 #{}", text.code())), "{}", text.body());
        browser.types_code(&text.body().replace('\n', " ")).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_code_of_the_wrong_shape_says_so_and_costs_no_try() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        let mut said = Vec::new();
        for typed in ["", "A2B", "A2B3C4D5E6", "A2B3!4", "A2B3C4 D5E6F7"] {
            let page = browser.posts("/verify/code", &[("code", typed)]).await;
            assert_eq!(page.status, 422, "{typed}");
            assert!(page.title().starts_with("Error:"));
            assert_eq!(page.attributes("input[name=code]", "aria-invalid"), ["true"]);
            said.push(page.errors().join(" "));
        }
        assert!(
            said[..4].iter().all(|words| said.iter().filter(|other| *other == words).count() == 1),
            "different words: {said:?}"
        );
        for _ in 0..6 {
            browser.posts("/verify/code", &[("code", "A2B")]).await;
        }
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn five_wrong_codes_end_the_attempt_and_tell_the_patient() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        for n in 0..4 {
            let page = browser.posts("/verify/code", &[("code", &other_than(&code, n))]).await;
            assert_eq!(page.status, 422, "{}", page.gist());
            let left = (4 - n).to_string();
            // From three left, the page says how many.
            assert!(4 - n > 3 || page.errors().join(" ").contains(&left), "{:?}", page.errors());
        }
        let page = browser.posts("/verify/code", &[("code", &other_than(&code, 4))]).await;
        assert_eq!(page.status, 303);
        assert!(page.location().is_some_and(|to| to.starts_with("/login?said=")), "{:?}", page.location());
        let page = browser.sends("/verify/code", &[("code", &code)]).await;
        assert!(page.path.starts_with("/login"), "even the right code is too late");
        let notice = house.mail.mail_to(MARIA.email).await;
        assert!(notice.text().contains("Chrome"), "{}", notice.text());
        // A new attempt is open at once: this was one attempt's end, not a lock.
        let (mut browser, code) = at_the_code_page(house).await;
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_code_stops_working_after_thirty_minutes() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        house.passes(Duration::from_secs(30 * 60 - 5));
        let mut late = browser.clone();
        browser.types_code(&code).await;
        browser.is_in();
        house.passes(Duration::from_mins(30));
        let page = late.types_code(&code).await;
        assert!(page.path.starts_with("/login"), "the attempt lasted as long as its code: {}", page.path);
    })
    .await;
}

#[actix_web::test]
async fn a_code_of_one_attempt_is_worthless_in_another() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        let mut other = house.browser();
        other.knocks(&SAM).await;
        other.asks_for_code("email").await;
        let code = house.code_for(&SAM, "email").await;
        assert_eq!(browser.types_code(&code).await.status, 422);
        other.types_code(&code).await;
        other.is_in();
    })
    .await;
}

/// Behaviour 16: a double click ends up signed in, with one use, one session and one entry in the audit.
#[actix_web::test]
async fn a_double_click_ends_up_signed_in_once() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        let mut twice = browser.clone();
        browser.types_code(&code).await;
        browser.is_in();
        house.passes(Duration::from_secs(4));
        twice.types_code(&code).await;
        twice.is_in();
        assert_eq!(
            browser.jar.get("__Host-session").map(|c| &c.value),
            twice.jar.get("__Host-session").map(|c| &c.value)
        );
        assert_eq!(house.database.count("sessions WHERE \"full\" AND ended_at IS NULL"), 1);
        house.passes(Duration::from_secs(30));
        let (_, frozen) = (0, house.browser());
        drop(frozen);
    })
    .await;
}

#[actix_web::test]
async fn a_used_code_opens_nothing_later() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        let mut later = browser.clone();
        browser.types_code(&code).await;
        house.passes(Duration::from_secs(11));
        let page = later.types_code(&code).await;
        assert!(page.path.starts_with("/login"), "{}", page.path);
        assert!(!later.is_signed_in().await);
    })
    .await;
}

/// Rule 2: straight wrong codes are counted over attempts; the wait begins with the tenth.
#[actix_web::test]
async fn ten_straight_wrong_codes_bring_a_wait_whatever_the_attempt() {
    on_both(async |house: &House| {
        for _ in 0..2 {
            let (mut browser, code) = at_the_code_page(house).await;
            for n in 0..5 {
                browser.posts("/verify/code", &[("code", &other_than(&code, n))]).await;
            }
            house.mail.mail_to(MARIA.email).await;
        }
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        let page = browser.sends("/verify/choose", &[("channel", "email")]).await;
        let page = if page.status == 429 {
            page.clone()
        } else {
            let code = house.code_for(&MARIA, "email").await;
            browser.posts("/verify/code", &[("code", &code)]).await
        };
        assert_eq!(page.status, 429, "{}", page.gist());
        let retry: u64 = page.header("retry-after").expect("Retry-After").parse().expect("seconds");
        assert!((55..=60).contains(&retry), "{retry}");
        house.passes(Duration::from_secs(61));
        let (mut browser, code) = at_the_code_page(house).await;
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}

#[actix_web::test]
async fn a_hundred_straight_wrong_codes_switch_the_code_step_off() {
    on_both_with(
        |settings| {
            settings.limits.code_free = 90;
            settings.limits.code_failures = 5;
        },
        async |house: &House| {
            let (mut browser, code) = at_the_code_page(house).await;
            for n in 0..5 {
                browser.posts("/verify/code", &[("code", &other_than(&code, n))]).await;
            }
            let mut browser = house.browser();
            browser.types_password(MARIA.username, MARIA.password).await;
            let page = browser.sends("/verify/choose", &[("channel", "email")]).await.clone();
            let page = if page.path == "/verify/code" && page.status == 200 {
                house.mail.mail_to(MARIA.email).await;
                let code = house.code_for(&MARIA, "email").await;
                browser.posts("/verify/code", &[("code", &code)]).await
            } else {
                page
            };
            assert_eq!(page.status, 429, "{}", page.gist());
            assert_eq!(page.header("retry-after"), None, "staff lift it, no clock does");
        },
    )
    .await;
}

#[actix_web::test]
async fn the_page_says_when_the_code_was_asked_for_and_until_when_it_works() {
    on_both(async |house: &House| {
        let (mut browser, _) = at_the_code_page(house).await;
        let page = browser.opens("/verify/code").await;
        let main = page.main();
        assert!(main.contains("10:00 am") && main.contains("10:30 am"), "{main}");
        assert!(main.contains("m•••@m•••.example"), "{main}");
        let mail = house.mail.all().remove(0);
        assert!(mail.text().contains("10:00 am"), "the same time stands in the message: {}", mail.text());
        let code = page.form("/verify/code").expect("the form");
        assert!(code.iter().any(|(name, value)| name == "code" && value.is_empty()));
        for (attribute, value) in [("autocomplete", "one-time-code"), ("spellcheck", "false")] {
            assert_eq!(page.attributes("input[name=code]", attribute), [value]);
        }
        assert!(page.attributes("input[name=code]", "maxlength").is_empty(), "a whole message can be pasted");
        assert!(page.has("input[name=skip][type=checkbox]:not([checked])"), "never ticked for the patient");
    })
    .await;
}

#[actix_web::test]
async fn a_verify_page_without_an_attempt_leads_to_the_password_page() {
    on_both(async |house: &House| {
        for path in ["/verify/choose", "/verify/code", "/verify/code?resend=1"] {
            let mut browser = house.browser();
            let page = browser.get(path, "none").await;
            assert_eq!(page.status, 303, "{path}");
            assert!(page.location().is_some_and(|to| to.starts_with("/login")), "{path}: {:?}", page.location());
        }
        let mut browser = house.browser();
        let page = browser.post_raw("/verify/code", "code=A2B3C4".to_owned(), &[]).await;
        assert_eq!(page.status, 303, "before its token is looked at");
    })
    .await;
}

#[actix_web::test]
async fn the_language_button_on_the_code_page_counts_nothing_and_sends_nothing() {
    on_both(async |house: &House| {
        let (mut browser, code) = at_the_code_page(house).await;
        for _ in 0..6 {
            let page = browser.sends("/verify/code", &[("code", "A2B3C4"), ("skip", "on"), ("lang", "es")]).await;
            assert_eq!((page.status, page.language().as_str()), (200, "es"), "{}", page.gist());
            assert!(page.has("input[name=skip][checked]"), "what was ticked stays ticked");
            assert!(!page.html().contains("A2B3C4"), "a code is never sent back");
        }
        assert_eq!(house.database.count("outbox"), 1);
        browser.types_code(&code).await;
        browser.is_in();
    })
    .await;
}
