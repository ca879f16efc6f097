//! Fifty at once: exact counts on both databases.
//! Each racer is a browser whose cookies were frozen before the race, so that a loser cannot look like a winner.

use futures_util::future::join_all;

use crate::world::{
    browser::Browser,
    house::{House, on_both, on_both_with},
    people::MARIA,
};

const RACERS: usize = 50;

async fn race(
    start: &Browser,
    action: &str,
    fields: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Vec<(u16, Browser)> {
    join_all((0..RACERS).map(|n| {
        let mut racer = start.fresh_connection();
        let fields = fields(n);
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = racer.posts(action, &fields).await;
            (page.status, racer)
        }
    }))
    .await
}

async fn at_the_code_page(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    browser.knocks(&MARIA).await;
    browser.asks_for_code("email").await;
    let code = house.code_for(&MARIA, "email").await;
    (browser, code)
}

/// One use, one session, one entry; every racer is the same double-clicked browser and ends up with that one session.
#[actix_web::test]
async fn fifty_right_codes_make_one_session() {
    on_both(async |house: &House| {
        let (start, code) = at_the_code_page(house).await;
        let answers = race(&start, "/verify/code", |_| vec![("code", code.clone())]).await;
        let mut sessions: Vec<_> = answers
            .iter()
            .filter_map(|(_, browser)| browser.jar.get("__Host-session").map(|c| c.value.clone()))
            .collect();
        sessions.sort();
        sessions.dedup();
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        assert_eq!(sessions.len(), 1);
        assert_eq!(house.database.count("sessions WHERE \"full\""), 1);
        assert_eq!(house.database.count("codes WHERE ended_at IS NULL"), 0);
        assert_eq!(house.database.count("audit_entries WHERE event = 'sign-in'"), 1);
        assert_eq!(house.database.count("devices"), 1);
        let (_, mut any) = answers.into_iter().next().expect("fifty");
        assert!(any.is_signed_in().await);
    })
    .await;
}

/// Exactly five are counted, and the attempt is over.
#[actix_web::test]
async fn fifty_wrong_codes_count_as_five() {
    on_both(async |house: &House| {
        let (start, code) = at_the_code_page(house).await;
        let wrong = if code == "A2B3C4" { "D5E6F7" } else { "A2B3C4" };
        let answers = race(&start, "/verify/code", |_| vec![("code", wrong.to_owned())]).await;
        let wrong_answers = answers.iter().filter(|(status, _)| *status == 422).count();
        assert_eq!(wrong_answers, 4, "the fifth ends the attempt");
        assert!(answers.iter().all(|(status, _)| [422, 303].contains(status)));
        assert_eq!(house.database.number("SELECT CAST(wrong_codes AS BIGINT) AS number FROM attempts"), 5);
        let mut browser = start;
        let page = browser.types_code(&code).await;
        assert!(page.path.starts_with("/login"), "{}", page.path);
    })
    .await;
}

/// With five free failures, exactly five of fifty wrong passwords are looked at, whoever comes first.
#[actix_web::test]
async fn fifty_wrong_passwords_count_as_five() {
    on_both_with(
        |settings| settings.limits.hashing_queue = 64,
        async |house: &House| {
            let mut start = house.browser();
            start.opens("/login").await;
            let answers = race(&start, "/login", |_| {
                vec![("username", MARIA.username.to_owned()), ("password", "wrong".to_owned())]
            })
            .await;
            let count = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
            let (wrong, waiting, busy) = (count(422), count(429), count(503));
            assert_eq!(
                wrong + waiting + busy,
                RACERS,
                "{:?}",
                answers.iter().map(|(status, _)| status).collect::<Vec<_>>()
            );
            assert_eq!(wrong, 5, "waiting {waiting}, busy {busy}");
            let page = start.tries_password(MARIA.username, MARIA.password).await;
            assert_eq!(page.status, 429);
        },
    )
    .await;
}

/// Fifty posts of the choice are one request for a code.
#[actix_web::test]
async fn fifty_choices_send_one_code() {
    on_both(async |house: &House| {
        let mut start = house.browser();
        start.knocks(&MARIA).await;
        let answers = race(&start, "/verify/choose", |_| vec![("channel", "email".to_owned())]).await;
        assert!(
            answers.iter().all(|(status, _)| *status == 303),
            "{:?}",
            answers.iter().map(|(s, _)| s).collect::<Vec<_>>()
        );
        house.settles().await;
        assert_eq!(house.mail.all().len(), 1);
        assert_eq!(house.database.count("codes"), 1);
    })
    .await;
}
