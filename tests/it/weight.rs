//! What a first visit weighs on the wire: at most 14 600 bytes in at most 3 requests, the icon aside.
//! It then fits the first flight of a TCP connection.

use crate::{
    headers::files_of,
    world::{
        browser::Browser,
        house::{House, on_both},
        page::Page,
        people::MARIA,
    },
};

const MOST_BYTES: usize = 14_600;
/// Far below what would be felt; the questions and answers are the longest.
const MOST_LATER: usize = 12_000;
const MOST_REQUESTS: usize = 3;

/// Status line, headers and body.
fn bytes(page: &Page) -> usize {
    let headers: usize = page.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    "HTTP/1.1 200 OK\r\n\r\n".len() + headers + page.body.len()
}

async fn first_visit(browser: &mut Browser, path: &str) -> (usize, usize) {
    // Once plainly, to read what the page asks for; then as Chromium asks for it.
    browser.opens(path).await;
    let files = files_of(browser);
    let (mut weight, mut requests) = (0, 0);
    for file in std::iter::once(path.to_owned()).chain(files) {
        if file.contains("icon") {
            continue;
        }
        let page = browser.compressed(&file).await;
        assert_eq!(page.status, 200, "{file}");
        weight += bytes(&page);
        requests += 1;
    }
    (weight, requests)
}

#[actix_web::test]
async fn a_first_visit_fits_the_first_flight() {
    on_both(async |house: &House| {
        for path in ["/login", "/login?lang=es"] {
            let mut browser = house.browser();
            let (weight, requests) = first_visit(&mut browser, path).await;
            println!("{path}: {weight} bytes in {requests} requests");
            assert!(weight <= MOST_BYTES, "{path}: {weight} bytes");
            assert!(requests <= MOST_REQUESTS, "{path}: {requests} requests");
        }
    })
    .await;
}

/// Style sheet, script and icon are there already: each later page costs itself alone.
#[actix_web::test]
async fn every_later_page_costs_one_small_answer() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        browser.knocks(&MARIA).await;
        let mut weights = vec![("/verify/choose", bytes(&browser.compressed("/verify/choose").await))];
        browser.asks_for_code("email").await;
        for path in ["/verify/code", "/verify/code?resend=1", "/faq"] {
            weights.push((path, bytes(&browser.compressed(path).await)));
        }
        for (path, weight) in weights {
            println!("{path}: {weight} bytes");
            assert!(weight <= MOST_LATER, "{path}: {weight} bytes");
        }
    })
    .await;
}
