//! What every answer carries: pages, redirects, errors, static files.
//! And what no page does: name another host.

use reqwest::Method;

use crate::world::{
    browser::Browser,
    house::{House, on_both, on_both_with},
    page::Page,
    people::MARIA,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'";

fn carries_every_header(page: &Page) {
    let what = format!("{} {}", page.status, page.path);
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.header(name), Some(value), "{what}: {name}");
    }
    let permissions = page.header("permissions-policy").unwrap_or_else(|| panic!("{what}: permissions-policy"));
    for (feature, value) in [
        ("otp-credentials", "(self)"),
        ("publickey-credentials-get", "(self)"),
        ("camera", "()"),
        ("geolocation", "()"),
    ] {
        assert!(
            permissions.split(',').any(|part| part.trim() == format!("{feature}={value}")),
            "{what}: {permissions}"
        );
    }
    assert_eq!(page.header("strict-transport-security"), None, "{what}: this house is plain http");
    assert_eq!((page.header("server"), page.header("x-powered-by")), (None, None), "{what}");
    let indexed = page.path.starts_with("/faq") && page.status == 200;
    assert_eq!(page.header("x-robots-tag"), (!indexed).then_some("noindex, nofollow"), "{what}");
    if let Some(kind) = page.header("content-type") {
        let text = kind.starts_with("text/") || kind.starts_with("application/json");
        assert!(!text || kind.contains("charset=utf-8"), "{what}: {kind}");
    }
    if page.path.starts_with("/static/") && page.status == 200 {
        return;
    }
    if page.path == "/robots.txt" || page.path.starts_with("/.well-known/") {
        return;
    }
    assert_eq!(page.header("cache-control"), Some("no-store"), "{what}");
    if page.status != 303 && page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        let vary = page.header("vary").unwrap_or_else(|| panic!("{what}: vary")).to_lowercase();
        assert!(vary.contains("cookie") && vary.contains("accept-language"), "{what}: {vary}");
        assert!(page.body.is_empty() || page.header("content-language") == Some(&page.language()), "{what}");
    }
}

/// No page names another host: every src, href, action and the like stays here.
fn names_no_other_host(page: &Page) {
    for attribute in ["src", "href", "action", "data", "poster", "srcset", "formaction"] {
        for value in page.attributes(&format!("[{attribute}]"), attribute) {
            // The clinic's own portal, phone and mail are links that a patient follows, not requests a page makes.
            let link = attribute == "href" && page.attributes("a[href]", "href").contains(&value);
            let local = (value.starts_with('/') && !value.starts_with("//"))
                || value.starts_with('#')
                || value.starts_with('?');
            assert!(local || link, "{}: {attribute}={value}", page.path);
        }
    }
    assert!(
        !page.html().contains("<style") && !page.html().contains(" style="),
        "{}: styles are in the sheet",
        page.path
    );
    for tag in page.attributes("script", "src") {
        assert!(tag.starts_with("/static/"), "{tag}");
    }
    assert_eq!(page.count("script"), page.count("script[src]"), "no script in the page");
}

fn holds(page: &Page) {
    carries_every_header(page);
    if page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) && !page.body.is_empty() {
        names_no_other_host(page);
    }
}

#[actix_web::test]
async fn every_answer_carries_the_headers() {
    on_both(async |house: &House| {
        let mut browser = house.browser();
        for path in [
            "/",
            "/login",
            "/login?lang=es",
            "/login?said=idle",
            "/login?lang=fr",
            "/faq",
            "/faq?lang=es",
            "/verify/choose",
            "/verify/code",
            "/verify/resend",
            "/logout",
            "/no-such-page",
            "/static/no-such-file.css",
            "/robots.txt",
            "/.well-known/security.txt",
            "/.well-known/change-password",
            "/webhooks/texts",
            "/staff",
        ] {
            holds(&browser.get(path, "none").await);
        }
        browser.opens("/login").await;
        for file in files_of(&browser) {
            let page = browser.get(&file, "same-origin").await;
            assert_eq!(page.status, 200, "{file}");
            holds(&page);
            let cache = page.header("cache-control").unwrap_or_default();
            assert!(cache == "public, max-age=31536000, immutable" || !file.contains('.'), "{file}: {cache}");
        }
        let page = browser.request(Method::PUT, "/login").await;
        assert_eq!((page.status, page.header("allow")), (405, Some("GET, HEAD, POST")));
        holds(&page);
        holds(&browser.request(Method::from_bytes(b"BREW").expect("a method"), "/faq").await);
        let page = browser.request(Method::HEAD, "/login").await;
        assert_eq!((page.status, page.body.len()), (200, 0));
        holds(&page);
        holds(&browser.post_raw("/login", "x=1".to_owned(), &[]).await);
        holds(&browser.post_raw("/login", "x=1".to_owned(), &[("content-encoding", "br")]).await);
        holds(&browser.post_raw("/login", "x".repeat(70_000), &[]).await);
        holds(&browser.post_raw("/webhooks/texts", "From=1".to_owned(), &[]).await);
    })
    .await;
}

#[actix_web::test]
async fn every_page_of_a_sign_in_carries_the_headers() {
    on_both_with(
        |settings| settings.limits.password_free = 2,
        async |house: &House| {
            let mut browser = house.browser();
            holds(browser.types_password(MARIA.username, "wrong").await);
            holds(browser.knocks(&MARIA).await);
            let page = browser.posts("/verify/choose", &[("channel", "email")]).await;
            holds(&page);
            holds(browser.opens("/verify/code").await);
            let code = house.code_for(&MARIA, "email").await;
            holds(browser.opens("/verify/code?resend=1").await);
            browser.opens("/verify/code").await;
            holds(&browser.posts("/verify/code", &[("code", "x")]).await);
            holds(&browser.posts("/verify/code", &[("code", &code)]).await);
            holds(browser.opens("/").await);
            holds(&browser.posts("/logout", &[]).await);
            for _ in 0..4 {
                holds(&browser.tries_password("nobody.at.all", "wrong").await);
            }
        },
    )
    .await;
}

/// A sleeping clinic's database: pages for strangers need none, the others say so in a page.
#[actix_web::test]
async fn strict_transport_is_asked_for_when_the_address_is_https() {
    on_both_with(
        |settings| settings.public_url = "https://sign-in.clinic.example".parse().expect("a URL"),
        async |house: &House| {
            let page = house.browser().get("/login", "none").await;
            assert_eq!(page.header("strict-transport-security"), Some("max-age=63072000; includeSubDomains"));
        },
    )
    .await;
}

/// The style sheet, the script, the icon: whatever a page asks for.
pub fn files_of(browser: &Browser) -> Vec<String> {
    let page = browser.page();
    let mut files = page.attributes("link[href]:not([rel~=alternate]):not([rel~=canonical])", "href");
    files.extend(page.attributes("script[src]", "src"));
    files.extend(page.attributes("img[src]", "src"));
    files
}
