//! `/robots.txt`: only the FAQ may be indexed.
//! The header `X-Robots-Tag` says the same to those who do not ask first.

use actix_web::{HttpResponse, http::header, web::ServiceConfig};

use crate::web::route;

const ROBOTS: &str = "User-agent: *\nAllow: /faq\nDisallow: /\n";
/// A day, in seconds, as crawlers keep it anyway.
const KEPT: &str = "public, max-age=86400";

pub fn configure(routes: &mut ServiceConfig) {
    routes.service(route::page("/robots.txt", || async {
        HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, KEPT))
            .body(ROBOTS)
    }));
}
