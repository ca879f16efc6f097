//! The public server: how long it waits for whom, how much it takes, and what it lets through to the pages.
//! HTTP/1.1 in the clear; TLS and HTTP/2 belong to the proxy before it.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    HttpServer,
    dev::Server,
    middleware::from_fn,
    web::{Data, ServiceConfig},
};

use crate::web::{App, route, shell::shell, statics};

/// How long a request's head may take to arrive. A phone on a bad line takes seconds; someone who holds connections
/// open on purpose takes for ever.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long an idle connection is kept. Longer than the usual proxy's 60 s, so that the proxy is the one to close.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to hear the end: also how long an unread body is drained, so that the answer arrives.
const DISCONNECT_TIME: Duration = Duration::from_secs(3);
/// Connections per worker. At 16 KiB each this is 64 MiB at worst.
const MOST_CONNECTIONS: usize = 4096;
/// How long requests under way may take when the server is told to stop; seconds. Hashing queues empty in less.
const SHUTDOWN_SECONDS: u64 = 20;

/// Serves `pages` on `listener` behind the shell. The returned server must be awaited; it stops gracefully on SIGTERM,
/// or through its handle.
pub fn listen(
    app: Data<App>,
    listener: TcpListener,
    pages: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .configure(statics::configure)
            .configure(pages.clone())
            .default_service(route::not_found())
            .wrap(from_fn(shell))
    })
    .client_request_timeout(HEAD_TIME)
    .client_disconnect_timeout(DISCONNECT_TIME)
    .keep_alive(KEEP_ALIVE)
    .tcp_nodelay(true)
    .max_connections(MOST_CONNECTIONS)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .listen(listener)?
    .run();
    Ok(server)
}
