//! What those who run the program ask it: alive, ready, how it fares; on an address of its own.
//! And the two public files that speak to machines: `robots.txt` and `security.txt`.

pub mod health;
pub mod metrics;
pub mod retention;
pub mod robots;
pub mod security_txt;
pub mod webhooks;

use std::{io, net::TcpListener};

use actix_web::{
    HttpServer,
    dev::Server,
    web::{self, Data, ServiceConfig},
};

use metrics_exporter_prometheus::PrometheusHandle;

use crate::web::App;

/// Serves `/healthz`, `/readyz` and `/metrics` on `listener`, which is `listen_ops`. It takes no signals: the public
/// server's end is the program's end.
pub fn listen(app: Data<App>, listener: TcpListener) -> io::Result<Server> {
    let handle = Data::new(metrics::recorder());
    let server = HttpServer::new(move || {
        metrics::upkeep(PrometheusHandle::clone(&handle));
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(handle.clone())
            .route("/healthz", web::get().to(health::alive))
            .route("/readyz", web::get().to(health::ready))
            .route("/metrics", web::get().to(metrics::show))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}

/// The public files, for the server that serves the pages.
pub fn configure(routes: &mut ServiceConfig) {
    robots::configure(routes);
    security_txt::configure(routes);
    webhooks::configure(routes);
}
