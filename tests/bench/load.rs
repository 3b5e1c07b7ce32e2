//! A cheap HTTP client: it shares the machine with what it measures.
//!
//! Each connection sends its next message as soon as the last one was answered. Anything but 200 ends the measurement with an error.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::people;

/// Who sends, and where to.
pub struct Client {
    pub address: SocketAddr,
    pub token: String,
    pub service: &'static str,
    /// Counts every message this client ever sent: external ids are used once.
    pub sent: Rc<Cell<u64>>,
}

/// What came of a measurement; times in seconds.
pub struct Load {
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
}

impl Client {
    /// Sends for `time` over this many connections.
    pub async fn run(&self, connections: usize, time: Duration) -> anyhow::Result<Load> {
        let mut streams = Vec::with_capacity(connections);
        for _ in 0..connections {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let began = Instant::now();
        let until = began + time;
        let took =
            futures::future::try_join_all(streams.into_iter().map(|stream| self.send_until(stream, until))).await?;
        let elapsed = began.elapsed().as_secs_f64();
        let mut took: Vec<f64> = took.into_iter().flatten().collect();
        if took.is_empty() {
            bail!("nothing was accepted");
        }
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
        Ok(Load {
            rate: took.len() as f64 / elapsed,
            p50: at(0.5),
            p99: at(0.99),
        })
    }

    async fn send_until(&self, mut stream: TcpStream, until: Instant) -> anyhow::Result<Vec<f64>> {
        let mut took = Vec::new();
        let mut answer = Vec::with_capacity(4096);
        while Instant::now() < until {
            let request = self.request();
            let began = Instant::now();
            stream.write_all(&request).await?;
            read_answer(&mut stream, &mut answer).await?;
            took.push(began.elapsed().as_secs_f64());
        }
        Ok(took)
    }

    fn request(&self) -> Vec<u8> {
        let number = self.sent.get();
        self.sent.set(number + 1);
        let body = format!(
            concat!(
                r#"{{"externalId":"bench-{}-{}","recipient":{{"id":"{}"}},"sender":{{"serviceId":"{}"}},"electronic":{{"title":"Päätös","#,
                r#""body":"{}","bodyFormat":"Text","attachments":[],"messageServiceType":"Normal","replyAllowedBy":"Anyone","visibility":"Normal","#,
                r#""notifications":{{"senderDetailsInNotifications":"Organisation and service name","#,
                r#""unreadMessageNotification":{{"reminder":"Default reminder"}}}}}}}}"#
            ),
            self.address.port(),
            number,
            people::code(number as usize % people::COUNT),
            self.service,
            people::BODY.as_str(),
        );
        let head = format!(
            "POST /v2/messages/electronic HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body.as_bytes());
        request
    }
}

/// Posts a JSON text on a connection of its own; the answer's body.
pub async fn post(address: SocketAddr, path: &str, body: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    let start = read_answer(&mut stream, &mut answer).await?;
    Ok(String::from_utf8_lossy(&answer[start..]).into_owned())
}

/// Reads one answer into the buffer; where its body begins.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<usize> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            bail!("the server hung up");
        }
        let Some(start) = answer.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) else {
            continue;
        };
        let length = content_length(&answer[..start]).context("an answer without a length")?;
        while answer.len() < start + length {
            if stream.read_buf(answer).await? == 0 {
                bail!("the server hung up");
            }
        }
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            bail!("not accepted: {}", String::from_utf8_lossy(answer));
        }
        return Ok(start);
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}
