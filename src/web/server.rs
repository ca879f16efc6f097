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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use actix_web::{dev::ServerHandle, rt};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        time::timeout,
    };

    use super::*;
    use crate::web::testing;

    const FORM: &str = "Host: portal.clinic.test\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    /// What a smuggler would like to have answered.
    const SMUGGLED: &str = "GET /faq HTTP/1.1\r\nHost: portal.clinic.test\r\n\r\n";

    fn start() -> (SocketAddr, ServerHandle) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = listen(testing::app(|_| {}), listener, testing::routes).unwrap();
        let handle = server.handle();
        rt::spawn(server);
        (address, handle)
    }

    /// Everything the server says until it closes the connection; the write may be cut short by that.
    async fn until_closed(address: SocketAddr, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut said = Vec::new();
        let exchange = async {
            let (_, read) = tokio::join!(writer.write_all(request), reader.read_to_end(&mut said));
            read
        };
        let closed = timeout(Duration::from_secs(8), exchange).await;
        assert!(closed.is_ok(), "still open after {:?}", String::from_utf8_lossy(request).get(..200));
        String::from_utf8_lossy(&said).into_owned()
    }

    fn statuses(said: &str) -> Vec<&str> {
        said.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect()
    }

    #[actix_web::test]
    async fn requests_that_two_readers_could_cut_differently_are_refused_and_the_connection_closed() {
        let (address, server) = start();
        let post = "POST /login HTTP/1.1\r\n";
        for head in [
            format!("{post}{FORM}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"),
            format!("{post}{FORM}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG"),
            format!("{post}{FORM}Content-Length: 0\r\nContent-Length: 0\r\n\r\n"),
            format!("{post}{FORM}Content-Length: 0\r\nContent-Length: 44\r\n\r\n"),
            format!("{post}{FORM}Content-Length: 0, 0\r\n\r\n"),
            format!("{post}{FORM}Content-Length: +0\r\n\r\n"),
            format!("{post}{FORM}Content-Length: -1\r\n\r\n"),
            format!("{post}{FORM}Content-Length: 0x0\r\n\r\n"),
            format!("{post}{FORM}Content-Length : 0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
            format!("POST /login HTTP/1.0\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            format!("{post}{FORM}Host: other.test\r\nContent-Length: 0\r\n\r\n"),
            format!("{post}{FORM}X: a\0b\r\n\r\n"),
            "GET /faq HTTP/1.1\r\n\r\n".to_owned(),
        ] {
            let said = until_closed(address, format!("{head}{SMUGGLED}").as_bytes()).await;
            assert_eq!(statuses(&said), ["400"], "{head}\n{said}");
        }
        server.stop(false).await;
    }

    #[actix_web::test]
    async fn odd_chunks_are_refused_and_the_connection_closed() {
        let (address, server) = start();
        for chunks in [
            "+5\r\nhello\r\n0\r\n\r\n",
            "-5\r\nhello\r\n0\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "5\nhello\n0\n\n",
            "5\r\nhelloXX0\r\n\r\n",
            "5\r\nhello world\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
            "\r\nhello\r\n0\r\n\r\n",
            "g\r\nhello\r\n0\r\n\r\n",
            "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n",
        ] {
            let request = format!("POST /login HTTP/1.1\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n{chunks}{SMUGGLED}");
            let said = until_closed(address, request.as_bytes()).await;
            assert_eq!(statuses(&said), ["400"], "{chunks:?}\n{said}");
        }
        server.stop(false).await;
    }

    #[actix_web::test]
    async fn heads_that_are_too_large_are_refused_and_the_connection_closed() {
        let (address, server) = start();
        let large = format!("GET /faq HTTP/1.1\r\n{FORM}X-Large: {}\r\n\r\n", "a".repeat(300_000));
        let many = format!("GET /faq HTTP/1.1\r\n{FORM}{}\r\n", "X-Many: a\r\n".repeat(200));
        for request in [large, many] {
            let said = until_closed(address, request.as_bytes()).await;
            assert!(["400", "431"].contains(&statuses(&said)[0]), "{said}");
            assert_eq!(statuses(&said).len(), 1);
        }
        server.stop(false).await;
    }

    #[actix_web::test]
    async fn a_body_that_is_too_large_gets_its_page_before_it_is_sent() {
        let (address, server) = start();
        let stated = format!("POST /login HTTP/1.1\r\n{FORM}Content-Length: 9999999\r\nConnection: close\r\n\r\n");
        let said = until_closed(address, stated.as_bytes()).await;
        assert_eq!(statuses(&said), ["413"], "{said}");
        let sent = format!("{stated}{}", "a".repeat(9_999_999));
        let said = until_closed(address, sent.as_bytes()).await;
        assert_eq!(statuses(&said), ["413"], "{said}");
        assert!(said.contains("body too large"), "{said}");
        let endless = format!("{:x}\r\n{}\r\n", 8192, "a".repeat(8192)).repeat(40);
        let chunked = format!("POST /login HTTP/1.1\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n{endless}0\r\n\r\n");
        let said = until_closed(address, chunked.as_bytes()).await;
        assert_eq!(statuses(&said), ["413"], "{said}");
        server.stop(false).await;
    }

    #[actix_web::test]
    async fn a_connection_serves_one_request_after_another_and_survives_a_panic() {
        let (address, server) = start();
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: portal.clinic.test\r\n");
        let request = format!("{}\r\n{}\r\n{}Connection: close\r\n\r\n", get("/faq"), get("/panics"), get("/login"));
        let said = until_closed(address, request.as_bytes()).await;
        assert_eq!(statuses(&said), ["200", "500", "200"]);
        assert_eq!(said.matches("content-security-policy: ").count(), 3, "{said}");
        assert!(!said.to_ascii_lowercase().contains("\r\nserver:"), "{said}");
        server.stop(false).await;
    }
}
