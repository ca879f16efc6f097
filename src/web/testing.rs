//! What the tests of this room share: an application without a database, a few routes, and one request at a time.
//! The database lies in a folder that does not exist: whatever would touch it fails.

use std::{path::Path, sync::Arc};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    dev::Service as _,
    error::InternalError,
    middleware::from_fn,
    test::{self, TestRequest},
    web::{Data, ServiceConfig},
};

use crate::{
    keys::{Keys, hashing::Hasher},
    outbox::{Ctx, Outbox},
    outside::captcha::Captcha,
    rules::{
        code::Alphabet,
        moment::{Clock, Moment},
    },
    settings::Settings,
    store::{Link, Store},
    web::{
        App, Failure, Family, Form, Presented, Stranger, Visitor,
        address::Proxies,
        app::Alphabets,
        headers::Headers,
        route,
        shell::shell,
        statics::{self, Statics},
        tokens::{self, Binding},
    },
    words::Words,
};

/// The session whose row still exists, presented or not.
pub const LIVE: Binding = [7; 32];
/// A session whose row is gone.
pub const GONE: Binding = [9; 32];

/// Pages of a session.
pub struct Verify;

impl Family for Verify {
    const NAME: &'static str = "verify";
    const START: &'static str = "/login?said=gone";

    async fn binding(_: &App, req: &HttpRequest) -> Result<Option<Binding>, Error> {
        Ok(Presented::of(req).map(|presented| presented.session))
    }

    async fn exists(_: &App, binding: Binding) -> Result<bool, Failure> {
        Ok(binding == LIVE)
    }
}

pub fn app(change: impl FnOnce(&mut Settings)) -> Data<App> {
    let mut settings = Settings::defaults(Path::new("/no/such/folder"));
    settings.public_url = "https://portal.clinic.test".parse().unwrap();
    change(&mut settings);
    let (keys, words) = (Keys::for_tests(), Words::new(&settings));
    let (proxies, headers) = (Proxies::new(&settings.trusted_proxies), Headers::new(&settings));
    let alphabet = |letters: &str| Alphabet::parse(letters, settings.codes.length).unwrap();
    let alphabets =
        Alphabets { email: alphabet(&settings.codes.email_alphabet), text: alphabet(&settings.codes.text_alphabet) };
    let statics = Statics::new(&settings.brand.accent);
    let settings = Arc::new(settings);
    Data::new(App {
        texts_token: None,
        ctx: Ctx { settings: settings.clone(), keys: keys.clone(), words: words.clone() },
        hasher: Hasher::new(keys.clone(), 1, 64).unwrap(),
        outbox: Outbox::default(),
        captcha: Captcha::new(&settings.captcha, keys.clone()).unwrap(),
        alphabets,
        look: Arc::default(),
        keys,
        store: Store::open(Link::Sqlite("/no/such/folder/v.db".into())),
        clock: Clock::new(|| Moment(1_795_514_400_000)),
        words,
        statics,
        proxies,
        headers,
        paint: |_, visitor, failure| format!("<p lang=\"{}\">{failure}</p>", visitor.language().as_str()),
        settings,
    })
}

pub fn routes(routes: &mut ServiceConfig) {
    let html = |text: String| HttpResponse::Ok().content_type("text/html").body(text);
    routes
        .service(route::form(
            "/login",
            move |app: Data<App>, visitor: Visitor| async move { html(tokens::stranger(&app, &visitor)) },
            move |visitor: Visitor, form: Form<Stranger>| async move { html(told(&visitor, &form)) },
        ))
        .service(route::action(
            "/verify/code",
            move |visitor: Visitor, form: Form<Verify>| async move { html(told(&visitor, &form)) },
            "/verify",
        ))
        .service(route::page("/faq", move || async move { html("faq".to_owned()) }))
        .service(route::page("/panics", || async {
            let nothing: Vec<HttpResponse> = Vec::new();
            nothing.into_iter().next().unwrap()
        }))
        .service(route::page("/away", || async {
            Err::<HttpResponse, _>(Failure::Outage("connection refused".to_owned()))
        }))
        .service(route::page("/bare", || async { HttpResponse::BadGateway().finish() }))
        .service(route::page("/number/{n}", |_: actix_web::web::Path<u8>| async { HttpResponse::Ok().finish() }))
        .service(route::page("/own-error", || async {
            let page = HttpResponse::TooManyRequests().content_type("text/html; charset=utf-8").body("own page");
            Err::<HttpResponse, Error>(InternalError::from_response("limit", page).into())
        }))
        .service(route::page("/own", || async {
            HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body("own page")
        }));
}

fn told<F>(visitor: &Visitor, form: &Form<F>) -> String {
    format!("{} {} {:?}", visitor.language().as_str(), form.get("username"), form.lang())
}

/// The answer to one request, as the server would send it.
pub async fn answer(app: &Data<App>, request: TestRequest) -> HttpResponse {
    answer_in(app, request, None).await
}

/// The same in a session that was presented and is live.
pub async fn answer_in(app: &Data<App>, request: TestRequest, session: Option<Binding>) -> HttpResponse {
    let service = test::init_service(
        actix_web::App::new()
            .app_data(app.clone())
            .configure(statics::configure)
            .configure(routes)
            .default_service(route::not_found())
            .wrap(from_fn(shell)),
    )
    .await;
    let request = request.to_request();
    if let Some(session) = session {
        request.extensions_mut().insert(Presented { session });
    }
    match service.call(request).await {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    }
}

pub async fn body(response: HttpResponse) -> String {
    let bytes = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
