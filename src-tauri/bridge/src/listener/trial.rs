//! A signed test to oneself: the whole way in, but for the tunnel.

use super::door::path_of;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::{Secret, Timestamp};

/// Longer than the listener itself takes for anything.
const LIMIT: Duration = Duration::from_secs(10);

/// Sends it, and answers with the status and the listener's own word.
///
/// # Errors
/// That nobody listens there, or answers.
pub async fn send(
    port: u16,
    path: &str,
    secret: &Secret,
    now: Timestamp,
) -> std::io::Result<(u16, String)> {
    let body = format!(
        "{{\"event\":\"message.reply\",\"timestamp\":{now},\"testMode\":true,\"data\":{{\"test\":true}}}}"
    );
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         X-Tuco-Event: message.reply\r\nX-Tuco-Signature: {}\r\nContent-Length: {}\r\n\r\n{body}",
        path_of(path),
        tuco::signature::sign(body.as_bytes(), secret),
        body.len()
    );
    let talk = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(4_096).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer: std::io::Result<String> = tokio::time::timeout(LIMIT, talk)
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
    let answer = answer?;
    let (head, word) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok((status.unwrap_or(0), word.to_owned()))
}
