//! What a running server of ours saw of proxies that nobody named (rule 9), as its `/metrics` tell it.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::settings::Finding;

/// How long our own operations address may take: it is on this machine, or nobody is there.
const OWN: Duration = Duration::from_secs(2);
/// Most of `/metrics` that is read, in bytes; ours has under 100 KiB.
const METRICS_MOST: u64 = 1024 * 1024;

/// What a running server of ours tells of proxies nobody named (rule 9); nothing where none runs here.
pub async fn unnamed(listen_ops: SocketAddr) -> Option<Finding> {
    let metrics = timeout(OWN, metrics(listen_ops)).await.ok()?.ok()?;
    let requests = forwarded(&metrics).filter(|&requests| requests > 0)?;
    let problem = format!(
        "X-Forwarded-For came from a sender that is not in it (requests since the server that runs here started: \
         {requests}): behind a proxy nobody named, all patients share one network's limits"
    );
    let mend = "if the sender is your proxy (the log names the first), add its address";
    Some(Finding::new("trusted_proxies", problem, mend))
}

/// `/metrics` as the server that listens there writes it, head and all.
async fn metrics(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(METRICS_MOST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn forwarded(metrics: &str) -> Option<u64> {
    let mut values = metrics.lines().filter_map(|line| line.strip_prefix("vestibule_forwarded_from_untrusted_total "));
    values.find_map(|value| value.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_proxy_nobody_named_is_told_by_the_running_server() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ops = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for count in ["0", "12"] {
                let mut stream = listener.accept().await.unwrap().0;
                let answer = format!("HTTP/1.0 200 OK\r\n\r\nvestibule_forwarded_from_untrusted_total {count}\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                // Read what was asked, so that closing does not reset.
                let _ = stream.read(&mut [0; 100]).await;
            }
        });
        assert_eq!(unnamed(ops).await, None);
        let finding = unnamed(ops).await.unwrap();
        assert!(finding.key == "trusted_proxies" && finding.problem.contains("started: 12)"), "{finding}");
        assert_eq!(unnamed(ops).await, None, "nobody listens any more");
    }
}
