//! The malware scanner: ClamAV's daemon, asked over its own protocol (clamd(8): PING, VERSION, INSTREAM).
//!
//! Guarantees: "clean" is said only when the daemon said exactly that about all the bytes, within the time limit. Silence, a broken connection, a
//! refused size and any answer not understood are errors, never a verdict; all of them may be repeated. The bytes travel in the clear, so the daemon
//! belongs on this machine or its own network. Leaves out: what to do with a verdict, and keeping signatures fresh (freshclam).

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, get_version, ping, scan_stream};
use futures::Stream;

/// Where the daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerAt {
    /// A Unix socket.
    Socket(PathBuf),
    /// Host and port.
    Tcp(String),
}

/// Why there is no verdict. May be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The daemon cannot be reached, or the connection broke. Also how a daemon ends a file that is over its `StreamMaxLength`.
    #[error("the malware scanner cannot be reached, or closed the connection (a file over its StreamMaxLength?)")]
    Connection(#[source] std::io::Error),
    /// No verdict in time.
    #[error("the malware scanner gave no answer within {0:?}")]
    TimedOut(Duration),
    /// An answer that is no verdict.
    #[error("the malware scanner's answer is no verdict: {0:?}")]
    Answer(String),
}

/// What the scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing known to be malware is in it.
    Clean,
    /// The name of the signature that was found.
    Found(String),
}

/// The scanner.
#[derive(Debug, Clone)]
pub struct Scanner {
    at: ScannerAt,
    limit: Duration,
}

/// Bytes in one chunk of the protocol.
const CHUNK: usize = 64 * 1024;

impl Scanner {
    /// A scanner that must answer within `limit`, the sending of the bytes included. Nothing is connected before it is asked.
    #[must_use]
    pub const fn new(at: ScannerAt, limit: Duration) -> Self {
        Self { at, limit }
    }

    /// Scans a file.
    ///
    /// # Errors
    /// See [`ScanError`]; an error of `bytes` is one of the connection.
    pub async fn scan<S>(&self, bytes: S) -> Result<Verdict, ScanError>
    where
        S: Stream<Item = Result<Bytes, std::io::Error>>,
    {
        let asked = async {
            match &self.at {
                ScannerAt::Socket(socket_path) => scan_stream(bytes, Socket { socket_path }, Some(CHUNK)).await,
                ScannerAt::Tcp(host_address) => scan_stream(bytes, Tcp { host_address }, Some(CHUNK)).await,
            }
        };
        verdict(&self.in_time(asked).await?)
    }

    /// What the daemon says of itself: program, number and date of its signatures. Asks first whether it is ready.
    ///
    /// # Errors
    /// See [`ScanError`].
    pub async fn version(&self) -> Result<String, ScanError> {
        let ready = async {
            match &self.at {
                ScannerAt::Socket(socket_path) => ping(Socket { socket_path }).await,
                ScannerAt::Tcp(host_address) => ping(Tcp { host_address }).await,
            }
        };
        let ready = text(&self.in_time(ready).await?);
        if ready != "PONG" {
            return Err(ScanError::Answer(ready));
        }
        let version = async {
            match &self.at {
                ScannerAt::Socket(socket_path) => get_version(Socket { socket_path }).await,
                ScannerAt::Tcp(host_address) => get_version(Tcp { host_address }).await,
            }
        };
        Ok(text(&self.in_time(version).await?))
    }

    async fn in_time(&self, asked: impl Future<Output = std::io::Result<Vec<u8>>>) -> Result<Vec<u8>, ScanError> {
        match tokio::time::timeout(self.limit, asked).await {
            Ok(answered) => answered.map_err(ScanError::Connection),
            Err(_) => Err(ScanError::TimedOut(self.limit)),
        }
    }
}

/// The library's own reading takes any answer with an "OK" in it for clean; here only the daemon's exact words are.
fn verdict(answer: &[u8]) -> Result<Verdict, ScanError> {
    let answer = text(answer);
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Found(found.trim_end_matches(" FOUND").to_owned())),
        _ => Err(ScanError::Answer(answer)),
    }
}

/// An answer without its end mark; printable and short, for it goes into log lines.
fn text(answer: &[u8]) -> String {
    let answer = answer.strip_suffix(b"\0").unwrap_or(answer);
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    String::from_utf8_lossy(answer)
        .trim_end()
        .chars()
        .take(200)
        .map(printable)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_words_are_a_verdict() {
        assert_eq!(verdict(b"stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(
            verdict(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").unwrap(),
            Verdict::Found("Win.Test.EICAR_HDB-1".into())
        );
        for answer in [
            &b""[..],
            b"\0",
            b"OK",
            b"stream: OK\0stream: OK\0",
            b"stream: NOT OK\0",
            b"INSTREAM size limit exceeded. ERROR\0",
            b"stream: Can't allocate memory ERROR\0",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"\xff\xfe",
        ] {
            assert!(matches!(verdict(answer), Err(ScanError::Answer(_))), "{answer:?}");
        }
    }
}
