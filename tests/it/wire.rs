//! Requests that no well-behaved client library can be made to send, and what the server writes to its log meanwhile.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tracing_subscriber::EnvFilter;

use crate::harness::Site;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(answer: reqwest::Response) -> Self {
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Self {
            status: answer.status().as_u16(),
            headers,
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Asserts the contract's form of a refusal and gives its reason.
    pub fn refused(&self, status: u16, what: &str) -> String {
        assert_eq!(self.status, status, "{what}: {}", self.text());
        assert_eq!(self.headers["content-type"], "application/json", "{what}");
        assert_traced(&self.headers, what);
        let body = self.json();
        let reason = body["reason"].as_str().unwrap_or_default().to_owned();
        assert!(!reason.is_empty(), "{what}: {body}");
        reason
    }

    /// The places and codes of the violations, in order.
    pub fn violations(&self, member: &str) -> Vec<(String, String)> {
        let body = self.json();
        let reason = body["reason"].as_str().unwrap().to_owned();
        let list = body[member].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|one| {
                let pointer = one["pointer"].as_str().unwrap();
                assert!(reason.contains(pointer), "{pointer} is not in the words: {reason}");
                assert!(!one["error"].as_str().unwrap().is_empty());
                (pointer.to_owned(), one["code"].as_str().unwrap().to_owned())
            })
            .collect()
    }
}

/// Every answer has a `traceId`, and it is a UUID.
pub fn assert_traced(headers: &HashMap<String, String>, what: &str) {
    let id = headers.get("traceid").unwrap_or_else(|| panic!("{what}: no traceId"));
    assert!(uuid::Uuid::try_parse(id).is_ok(), "{what}: {id}");
}

/// Sends bytes as they are and reads the answer; `more` is sent while it is waited for. Answers also how many of those were sent.
pub async fn raw(site: &Site, head: &[u8], more: &[u8], times: usize) -> (Answer, usize) {
    let address = site.base.socket_addrs(|| None).unwrap()[0];
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    writer.write_all(head).await.unwrap();
    let (sent, more) = (Arc::new(Mutex::new(0)), more.to_vec());
    let counting = Arc::clone(&sent);
    let writing = tokio::spawn(async move {
        for _ in 0..times {
            if writer.write_all(&more).await.is_err() {
                return;
            }
            *counting.lock().unwrap() += more.len();
        }
        // Not closed before the answer is there: a half-closed connection is another matter.
        std::future::pending::<()>().await;
    });
    let mut bytes = Vec::new();
    let answer = loop {
        let mut chunk = [0; 16 * 1024];
        let read = tokio::time::timeout(std::time::Duration::from_secs(120), reader.read(&mut chunk))
            .await
            .unwrap()
            .unwrap_or(0);
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(answer) = parsed(&bytes) {
            break answer;
        }
        assert!(read > 0, "broke off: {}", String::from_utf8_lossy(&bytes));
    };
    writing.abort();
    let sent = *sent.lock().unwrap();
    (answer, sent)
}

/// The answer that these bytes begin with, once it is whole.
pub fn parsed(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let body = bytes.get(end + 4..end + 4 + length)?.to_vec();
    Some(Answer { status, headers, body })
}

/// The log lines of this process.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Begins to take the lines, more of them than any operator asks for.
    pub fn capture() -> Self {
        static LINES: OnceLock<Lines> = OnceLock::new();
        let lines = LINES.get_or_init(|| {
            let lines = Self::default();
            let writer = lines.clone();
            tracing_subscriber::fmt()
                .with_env_filter(EnvFilter::new(
                    "info,tiedoksi=trace,axum=trace,tower_http=trace,sqlx=debug",
                ))
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            lines
        });
        lines.clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Asserts that nothing failed and that none of these was written down.
    pub fn assert_clean(&self, personal: &[&str]) {
        let text = self.text();
        assert!(text.contains("request"), "no lines were taken");
        for line in text.lines() {
            assert!(!line.contains(" ERROR "), "{line}");
            for one in personal {
                assert!(!one.is_empty() && !line.contains(one), "{one} is in: {line}");
            }
        }
    }
}
