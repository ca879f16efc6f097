//! What patients see: a file a page, with its form, its template's struct, what shows it and what takes its form.
//! Words are Fluent ids in locales/, markup is in templates/pages/.

pub mod dev;
pub mod error;
pub mod faq;
#[cfg(test)]
mod gallery;
pub mod home;
pub mod limit;
pub mod login;
pub mod logout;
pub mod turn;
pub mod verify;

use actix_web::{
    middleware::from_fn,
    web::{Data, ServiceConfig, scope},
};

use crate::web::{
    App,
    route::{action, form, not_found, page},
    sessions, stand,
};

/// Every path that patients see. A server registers them behind the shell.
pub fn routes(app: &Data<App>) -> impl Fn(&mut ServiceConfig) + Clone + Send + 'static {
    let app = app.clone();
    move |services| {
        services.service(
            scope("")
                .service(page("/", home::show))
                .service(action("/stay", home::stay, "/"))
                .service(form("/login", login::show, login::submit))
                .service(action("/logout", logout::submit, "/"))
                .service(form("/verify/choose", verify::choose::show, verify::choose::submit))
                .service(form("/verify/code", verify::code::show, verify::code::submit))
                .service(action("/verify/resend", verify::resend::submit, "/verify/code?resend=1"))
                .service(page("/faq", faq::show))
                .default_service(not_found())
                .wrap(from_fn(stand::stand))
                .wrap(sessions::middleware(&app.store, &app.keys)),
        );
    }
}
