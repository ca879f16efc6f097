//! How pages register: each path once, with all its methods, so that every other method is a 405 that lists them.
//! HEAD is answered wherever GET is.

use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, Route, guard, http::header, web};

use crate::web::Failure;

fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn refuse(resource: Resource, allow: &'static str) -> Resource {
    resource.default_service(web::to(move || async move { Err::<HttpResponse, Failure>(Failure::Method(allow)) }))
}

/// A page without a form of its own.
pub fn page<F, A>(path: &str, show: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    refuse(web::resource(path).route(get_or_head().to(show)), "GET, HEAD")
}

/// A page and the post of its form.
pub fn form<F, A, G, B>(path: &str, show: F, submit: G) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    let resource = web::resource(path).route(get_or_head().to(show)).route(web::post().to(submit));
    refuse(resource, "GET, HEAD, POST")
}

/// A path that only takes a post; a GET is sent to the page it belongs to.
pub fn action<G, B>(path: &str, submit: G, page: &'static str) -> Resource
where
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    let back = move || async move { see_other(page) };
    let resource = web::resource(path).route(get_or_head().to(back)).route(web::post().to(submit));
    refuse(resource, "POST")
}

/// The answer to every success: 303 to one of our own paths.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// The page of a path that nobody registered.
pub fn not_found() -> Route {
    web::to(|| async { Err::<HttpResponse, Failure>(Failure::NotFound) })
}
