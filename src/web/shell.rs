//! The outermost layer around every handler: who asks, what went wrong, which page says so, which headers it carries.
//! Nothing leaves the server without passing through it, panics included.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage as _, HttpResponse, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::{ErrorInternalServerError, InternalError},
    http::{Method, StatusCode, header},
    middleware::Next,
    web::Data,
};

use crate::web::{App, Failure, Visitor, cookies, language};

/// The middleware; wrap it last, so that it is outermost.
pub async fn shell(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = req.app_data::<Data<App>>().cloned() else {
        return Err(ErrorInternalServerError("the application's state is not registered"));
    };
    cookies::keep_own(req.headers_mut());
    let visitor = Visitor::read(&app, &req);
    req.extensions_mut().insert(visitor.clone());
    if let Err(failure) = choose_language(&req, &visitor) {
        let response = failure.error_response();
        return Ok(req.into_response(finish(&app, &visitor, response, Some(&failure))));
    }
    let started = Instant::now();
    match survive(next.call(req)).await {
        Some(Ok(response)) => {
            let (req, response) = response.into_parts();
            let failure = Failure::behind(&response);
            let response = finish(&app, &visitor, response.map_into_boxed_body(), failure.as_ref());
            measure(req.match_pattern(), response.status(), started.elapsed());
            Ok(ServiceResponse::new(req, response))
        }
        // The request went with the service, so its answer travels as an error.
        other => {
            let failure = match &other {
                Some(Err(error)) => behind_middleware(error),
                _ => panicked(),
            };
            let response = finish(&app, &visitor, failure.error_response(), Some(&failure));
            measure(None, response.status(), started.elapsed());
            Err(InternalError::from_response(failure, response).into())
        }
    }
}

fn choose_language(req: &ServiceRequest, visitor: &Visitor) -> Result<(), Failure> {
    if matches!(*req.method(), Method::GET | Method::HEAD)
        && let Some(language) = language::asked(req.query_string())?
    {
        visitor.choose(language);
    }
    Ok(())
}

/// What a middleware below us failed of. The session's is the only one, and it fails only when the database does.
fn behind_middleware(error: &Error) -> Failure {
    match error.as_error::<Failure>() {
        Some(failure) => failure.clone(),
        None => Failure::Outage(error.to_string()),
    }
}

fn panicked() -> Failure {
    metrics::counter!("vestibule_panics_total").increment(1);
    Failure::broken(&"panicked")
}

/// Draws the failure's page, adds the visitor's cookies and every header.
fn finish(app: &App, visitor: &Visitor, mut response: HttpResponse, failure: Option<&Failure>) -> HttpResponse {
    if let Some(failure) = failure {
        failure.log(visitor);
        if !matches!(failure, Failure::Gone(_)) {
            *response.status_mut() = failure.status_code();
            response = response.set_body(BoxBody::new(draw(app, visitor, failure)));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
        }
    }
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        let language = header::HeaderValue::from_static(visitor.language().as_str());
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    for cookie in visitor.cookies_to_set() {
        if let Err(error) = response.add_cookie(&cookie) {
            tracing::error!(%error, "a cookie of ours does not fit a header");
        }
    }
    app.headers.put(visitor.path(), &mut response);
    response
}

/// The failure's page; an empty one where drawing it fails too.
fn draw(app: &App, visitor: &Visitor, failure: &Failure) -> String {
    catch_unwind(AssertUnwindSafe(|| (app.paint)(app, visitor, failure))).unwrap_or_default()
}

/// By the pattern a path matched, of which there are few; a path may hold anything.
fn measure(pattern: Option<String>, status: StatusCode, took: Duration) {
    let path = pattern.unwrap_or_default();
    metrics::histogram!("vestibule_request_seconds", "path" => path.clone()).record(took);
    metrics::counter!("vestibule_requests_total", "path" => path, "status" => status.as_u16().to_string()).increment(1);
}

/// Drives a service to its end; `None` when it panicked.
async fn survive<T>(service: impl Future<Output = T>) -> Option<T> {
    let mut service = pin!(service);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| service.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Some),
        Err(_) => std::task::Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::{cookie::Cookie, test::TestRequest};

    use super::*;
    use crate::{
        settings::CaptchaProvider,
        web::{
            headers::{Headers, Policy},
            testing::{answer, app, body},
        },
    };

    fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn assert_dressed(response: &HttpResponse, what: &str) {
        for (name, starts) in [
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'",
            ),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(header(response, name), starts, "{what}: {name}");
        }
        let permissions = header(response, "permissions-policy");
        assert!(permissions.contains("camera=()") && permissions.contains("otp-credentials=(self)"), "{what}");
        assert!(response.headers().get("server").is_none(), "{what}");
        assert!(response.headers().get("x-powered-by").is_none(), "{what}");
        let kind = header(response, "content-type");
        assert!(!kind.starts_with("text/") || kind.contains("charset=utf-8"), "{what}: {kind}");
    }

    #[actix_web::test]
    async fn every_kind_of_answer_carries_every_header() {
        let app = app(|_| {});
        for (method, path, status) in [
            ("GET", "/login", 200),
            ("GET", "/faq", 200),
            ("GET", "/own", 422),
            ("GET", "/own-error", 429),
            ("GET", "/verify/code", 303),
            ("GET", "/login?lang=fr", 400),
            ("POST", "/login", 415),
            ("GET", "/nowhere", 404),
            ("GET", "/static/none.css", 404),
            ("GET", "/number/x", 404),
            ("DELETE", "/login", 405),
            ("GET", "/panics", 500),
            ("GET", "/bare", 500),
            ("GET", "/away", 503),
        ] {
            let what = format!("{method} {path}");
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = TestRequest::with_uri(path).method(method);
            let response = answer(&app, request).await;
            assert_eq!(response.status().as_u16(), status, "{what}");
            assert_dressed(&response, &what);
            assert_eq!(header(&response, "cache-control"), "no-store", "{what}");
            assert_eq!(header(&response, "vary"), "Cookie, Accept-Language", "{what}");
            let robots = if what == "GET /faq" { "" } else { "noindex, nofollow" };
            assert_eq!(header(&response, "x-robots-tag"), robots, "{what}");
        }
    }

    #[actix_web::test]
    async fn an_error_is_a_page_in_the_visitors_language_and_tells_no_secrets() {
        let app = app(|_| {});
        for path in ["/panics", "/away", "/nowhere", "/bare"] {
            let request = TestRequest::get().uri(path).insert_header(("accept-language", "es-MX"));
            let response = answer(&app, request).await;
            assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
            assert!(body(response).await.starts_with("<p lang=\"es\">"), "{path}");
        }
        for (path, status) in [("/own", 422), ("/own-error", 429)] {
            let own = answer(&app, TestRequest::get().uri(path)).await;
            assert_eq!(own.status().as_u16(), status);
            assert_eq!(body(own).await, "own page");
        }
    }

    #[actix_web::test]
    async fn an_outage_says_when_to_come_back_and_a_wrong_method_which_would_do() {
        let app = app(|_| {});
        let away = answer(&app, TestRequest::get().uri("/away")).await;
        assert_eq!(header(&away, "retry-after"), "10");
        for (path, allow) in [("/faq", "GET, HEAD"), ("/login", "GET, HEAD, POST"), ("/verify/code", "POST")] {
            for method in ["PUT", "OPTIONS", "TRACE", "BREW"] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let response = answer(&app, TestRequest::with_uri(path).method(method)).await;
                assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, allow), "{path}");
            }
        }
        let response = answer(&app, TestRequest::default().method(Method::HEAD).uri("/faq")).await;
        assert_eq!(response.status().as_u16(), 200);
    }

    #[actix_web::test]
    async fn a_strangers_page_sets_a_form_cookie_once_and_touches_no_database() {
        let app = app(|_| {});
        let first = answer(&app, TestRequest::get().uri("/login")).await;
        let cookies: Vec<Cookie<'_>> = first.cookies().collect();
        let [form] = cookies.as_slice() else { panic!("{cookies:?}") };
        assert_eq!((form.name(), form.max_age()), (cookies::FORM, None));
        let again = TestRequest::get().uri("/login").cookie(Cookie::new(cookies::FORM, form.value().to_owned()));
        assert_eq!(answer(&app, again).await.cookies().count(), 0);
        let odd = TestRequest::get().uri("/login").cookie(Cookie::new(cookies::FORM, "guessable"));
        assert_eq!(answer(&app, odd).await.cookies().count(), 1);
    }

    #[actix_web::test]
    async fn a_language_asked_for_is_kept_and_only_a_page_view_asks() {
        let app = app(|_| {});
        let chosen = answer(&app, TestRequest::get().uri("/nowhere?lang=es")).await;
        assert_eq!(chosen.cookies().next().unwrap().to_string().split(';').next(), Some("__Host-lang=es"));
        assert!(body(chosen).await.starts_with("<p lang=\"es\">"));
        let kept = TestRequest::get().uri("/nowhere").cookie(Cookie::new(cookies::LANG, "es"));
        assert!(body(answer(&app, kept).await).await.starts_with("<p lang=\"es\">"));
        let posted = answer(&app, TestRequest::post().uri("/nowhere?lang=es")).await;
        assert_eq!(posted.cookies().count(), 0);
    }

    #[actix_web::test]
    async fn plain_http_is_not_told_to_stay_with_https() {
        let app = app(|settings| settings.public_url = "http://localhost:8080".parse().unwrap());
        let response = answer(&app, TestRequest::get().uri("/faq")).await;
        assert_eq!(header(&response, "strict-transport-security"), "");
    }

    #[actix_web::test]
    async fn only_the_page_that_asks_for_it_lets_the_captcha_in() {
        let mut settings = (*app(|_| {}).settings).clone();
        settings.captcha.provider = CaptchaProvider::Hcaptcha;
        settings.captcha.script_url = "https://captcha.test:8443/1/api.js".to_owned();
        let mut response = HttpResponse::Ok().finish();
        response.extensions_mut().insert(Policy::Captcha);
        Headers::new(&settings).put("/verify/code", &mut response);
        let policy = header(&response, "content-security-policy");
        let hosts = "https://hcaptcha.com https://*.hcaptcha.com https://captcha.test:8443";
        for part in ["script-src 'self' ", "style-src 'self' ", "connect-src 'self' ", "frame-src "] {
            assert!(policy.contains(&format!("{part}{hosts};")), "{policy}");
        }
        assert!(!policy.contains("trusted-types") && policy.contains("frame-ancestors 'none'"), "{policy}");
    }
}
