//! Connections made to mail servers with and without TLS, honest and not.

use std::net::SocketAddr;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::*;

struct Fake {
    address: SocketAddr,
    ca: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Implicit,
    StartTls,
    /// Offers no STARTTLS.
    Bare,
    /// Appends an answer in the clear to the one that begins TLS.
    Injecting,
    /// Refuses every password.
    NoEntry,
}

async fn fake(kind: Kind) -> Fake {
    tls::install();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if kind == Kind::Implicit {
                    talk(acceptor.accept(tcp).await?, "220 hi\r\n", "", kind).await?;
                    return Ok::<_, std::io::Error>(());
                }
                let offer = if kind == Kind::Bare { "" } else { "250-STARTTLS\r\n" };
                let tcp = talk(tcp, "220 hi\r\n", offer, kind).await?;
                talk(acceptor.accept(tcp).await?, "", "", kind).await?;
                Ok(())
            });
        }
    });
    Fake { address, ca, _folder: folder }
}

/// Answers until STARTTLS, which it confirms, or the end.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greeting: &str,
    offer: &str,
    kind: Kind,
) -> std::io::Result<S> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(greeting.as_bytes()).await?;
    stream.get_mut().flush().await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = match line.split([' ', '\r']).next().unwrap() {
            "EHLO" => format!("250-test\r\n{offer}250 AUTH PLAIN\r\n"),
            "STARTTLS" if kind == Kind::Injecting => "220 go\r\n250-test\r\n250 AUTH PLAIN\r\n".to_owned(),
            "STARTTLS" => "220 go\r\n".to_owned(),
            "AUTH" if kind == Kind::NoEntry => "535 5.7.8 no\r\n".to_owned(),
            "AUTH" => {
                assert_eq!(line, "AUTH PLAIN AGpvQGNsaW5pYwBwOnMvcw==\r\n", "the percent-encoding is undone");
                "235 welcome\r\n".to_owned()
            }
            _ => "250 fine\r\n".to_owned(),
        };
        stream.get_mut().write_all(answer.as_bytes()).await?;
        stream.get_mut().flush().await?;
        if answer.starts_with("220") {
            return Ok(stream.into_inner());
        }
        line.clear();
    }
    Err(std::io::ErrorKind::UnexpectedEof.into())
}

async fn connected(kind: Kind, scheme: &str, trusted: bool) -> Result<AsyncSmtpConnection, Outage> {
    let fake = fake(kind).await;
    let url = format!("{scheme}://jo%40clinic:p%3As%2Fs@localhost:{}", fake.address.port());
    let ca = trusted.then_some(fake.ca.as_path());
    Server::named(&url, ca, |_| false).unwrap().connect().await
}

#[tokio::test]
async fn both_ways_to_tls_work_with_the_clinics_own_root() {
    for (kind, scheme) in [(Kind::StartTls, "smtp"), (Kind::Implicit, "smtps")] {
        let mut connection = connected(kind, scheme, true).await.unwrap();
        assert!(connection.test_connected().await);
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_cannot_be_trusted() {
    for (kind, scheme, trusted) in [
        (Kind::StartTls, "smtp", false),
        (Kind::Implicit, "smtps", false),
        (Kind::Bare, "smtp", true),
        (Kind::Injecting, "smtp", true),
        (Kind::NoEntry, "smtp", true),
    ] {
        let outage = connected(kind, scheme, trusted).await.err().unwrap();
        assert!(matches!(outage, Outage::Transient { .. }), "{outage}");
    }
}

#[test]
fn the_url_decides_port_and_security() {
    let told = |url: &str| {
        let server = Server::parse(url, None).unwrap();
        let security = match server.security {
            Security::Plain => "plain",
            Security::StartTls(_) => "starttls",
            Security::Implicit(..) => "implicit",
        };
        (server.host, server.port, security, server.credentials.is_some())
    };
    let own = |host: &str, port, security, credentials| (host.to_owned(), port, security, credentials);
    assert_eq!(told("smtp://localhost"), own("localhost", 25, "plain", false));
    assert_eq!(told("smtp://127.0.0.1:2525"), own("127.0.0.1", 2525, "plain", false));
    assert_eq!(told("smtp://[::1]:2525"), own("::1", 2525, "plain", false));
    assert_eq!(told("smtp://mail.clinic.example"), own("mail.clinic.example", 25, "starttls", false));
    assert_eq!(told("smtp://u:p@mail.clinic.example"), own("mail.clinic.example", 587, "starttls", true));
    assert_eq!(told("smtp://localhost.evil.example"), own("localhost.evil.example", 25, "starttls", false));
    assert_eq!(told("smtps://u:p@mail.clinic.example"), own("mail.clinic.example", 465, "implicit", true));
}
