//! The outermost layer around every handler: who asks, what went wrong, which page says so, which headers it carries.
//! Nothing leaves the server without passing through it, panics included.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _,
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
            measure(&req, response.status(), started.elapsed());
            Ok(ServiceResponse::new(req, response))
        }
        // The request went with the service, so its answer travels as an error.
        Some(Err(error)) => {
            let failure = behind_middleware(&error);
            let response = finish(&app, &visitor, failure.error_response(), Some(&failure));
            Err(InternalError::from_response(error, response).into())
        }
        None => {
            metrics::counter!("vestibule_panics_total").increment(1);
            let failure = Failure::broken(&"panicked");
            let response = finish(&app, &visitor, failure.error_response(), Some(&failure));
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

/// Draws the failure's page, adds the visitor's cookies and every header.
fn finish(app: &App, visitor: &Visitor, response: HttpResponse, failure: Option<&Failure>) -> HttpResponse {
    let mut response = response;
    if let Some(failure) = failure {
        failure.log(visitor);
        if !matches!(failure, Failure::Gone(_)) {
            response = response.set_body(BoxBody::new((app.paint)(app, visitor, failure)));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
        }
    }
    for cookie in visitor.cookies_to_set() {
        if let Err(error) = response.add_cookie(&cookie) {
            tracing::error!(%error, "a cookie of ours does not fit a header");
        }
    }
    app.headers.put(visitor.path(), &mut response);
    response
}

/// By the pattern a path matched, of which there are few; a path may hold anything.
fn measure(req: &HttpRequest, status: StatusCode, took: Duration) {
    let path = req.match_pattern().unwrap_or_default();
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
