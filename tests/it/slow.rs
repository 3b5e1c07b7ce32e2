//! Bodies that come too slowly, at every door that reads one: the request is given up in time, answered in the door's own form, and leaves nothing.

use std::time::Duration;

use reqwest::Method;
use tiedoksi::http::patience::Patience;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::Instant;

use crate::agent::{EINO, persons};
use crate::harness::{Settings, Site, databases};
use crate::sender::sender;
use crate::wire::{Answer, parsed};

const PAUSE: Duration = Duration::from_secs(2);
/// Of a form's file: what comes before and after it.
const FORM: (&str, &str) = (
    "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n",
    "\r\n--x--\r\n",
);

async fn site(database: &crate::harness::Database) -> Site {
    let patience = Patience {
        pause: PAUSE,
        least: 20_000,
    };
    let settings = Settings {
        patience,
        ..Settings::default()
    };
    Site::start(database, persons(), settings).await
}

/// What is sent, and as whom.
struct Request {
    method: Method,
    path: String,
    headers: String,
    kind: &'static str,
}

impl Request {
    fn post(path: &str, kind: &'static str, headers: &str) -> Self {
        Self {
            method: Method::POST,
            path: path.to_owned(),
            headers: headers.to_owned(),
            kind,
        }
    }

    fn head(&self, length: usize) -> String {
        let Self {
            method,
            path,
            headers,
            kind,
        } = self;
        let length = format!("Content-Type: {kind}\r\nContent-Length: {length}");
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n{length}\r\n\r\n")
    }
}

const JSON: &str = "application/json";
const FIELDS: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=x";

async fn read(mut reader: OwnedReadHalf) -> (Answer, OwnedReadHalf) {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = reader.read(&mut chunk).await.unwrap_or(0);
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(answer) = parsed(&bytes) {
            return (answer, reader);
        }
        assert!(read > 0, "broke off: {}", String::from_utf8_lossy(&bytes));
    }
}

/// Sends `first`, then `piece` at every tenth of a second, until an answer comes. Afterwards the connection is of no use.
async fn send(site: &Site, request: &Request, length: usize, first: &str, piece: &[u8]) -> Answer {
    let address = site.base.socket_addrs(|| None).unwrap()[0];
    let (reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    writer.write_all(request.head(length).as_bytes()).await.unwrap();
    writer.write_all(first.as_bytes()).await.unwrap();
    let sending = async {
        let mut tenth = tokio::time::interval(Duration::from_millis(100));
        while writer.write_all(piece).await.is_ok() {
            tenth.tick().await;
        }
        std::future::pending::<()>().await;
    };
    let answering = tokio::time::timeout(Duration::from_secs(60), read(reader));
    let (answer, mut reader) = tokio::select! {
        answer = answering => answer.unwrap(),
        () = sending => unreachable!(),
    };
    drop(writer);
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(60), reader.read_to_end(&mut rest));
    assert!(closed.await.is_ok(), "the connection stays open");
    answer
}

#[tokio::test]
async fn a_trickling_body_is_given_up_at_every_door_in_the_doors_own_form() {
    for database in databases() {
        let site = site(&database).await;
        let system = sender(&site, "0208573-0", false).await;
        let house = site.hub.add_print_house("Koepaino").await.unwrap();
        let browser = site.logged_in(EINO).await;
        let cookie = format!("Cookie: tiedoksi_session={}", site.cookie(&browser).await);
        let program = format!("Authorization: Bearer {}", site.access_token(EINO).await);
        let system = format!("Authorization: Bearer {}", system.token);
        let house = format!("Authorization: Bearer {house}");
        let nobody = "Accept: */*";
        let any = "018f3b2e-0000-7000-8000-000000000001";
        let requests = [
            (Request::post("/activate", FIELDS, &cookie), "text/html"),
            (Request::post("/acting", FIELDS, &cookie), "text/html"),
            (Request::post(&format!("/drafts/{any}"), PARTS, &cookie), "text/html"),
            (
                Request {
                    method: Method::PUT,
                    ..Request::post("/api/v1/mailbox", JSON, &program)
                },
                "application/problem+json",
            ),
            (
                Request::post(&format!("/api/v1/mailbox/drafts/{any}/files"), PARTS, &program),
                "application/problem+json",
            ),
            (
                Request::post(&format!("/print/v1/jobs/{any}/reports"), JSON, &house),
                "application/problem+json",
            ),
            (Request::post("/oauth2/token", FIELDS, nobody), "application/json"),
            (Request::post("/v1/token", JSON, nobody), "application/json"),
            (
                Request::post("/v2/messages/electronic", JSON, &system),
                "application/json",
            ),
            (Request::post("/v2/attachments", PARTS, &system), "application/json"),
            (
                Request::post("/suomifi/v2/attachments", PARTS, &system),
                "application/json",
            ),
            (Request::post("/v1/files", PARTS, &system), "application/json"),
            (Request::post("/v1/messages", JSON, &system), "application/json"),
        ];
        let begun = Instant::now();
        let sends = requests.iter().map(async |(request, kind)| {
            let first = if request.kind == PARTS { FORM.0 } else { "" };
            let answer = send(&site, request, 1_000, first, b"a").await;
            let what = format!("{} {}: {}", request.method, request.path, answer.text());
            assert_eq!(answer.status, 408, "{what}");
            assert!(answer.headers["content-type"].starts_with(kind), "{what}");
            match request.path.as_str() {
                "/oauth2/token" => assert_eq!(answer.json()["error"], "invalid_request"),
                _ if *kind == "application/json" => assert!(!answer.refused(408, &what).is_empty()),
                _ if *kind == "text/html" => assert!(answer.text().contains("Yhteys oli liian hidas"), "{what}"),
                _ => assert_eq!(answer.json()["status"], 408, "{what}"),
            }
            assert_eq!(
                answer.headers.contains_key("deprecation"),
                request.path.starts_with("/v1/") && request.path != "/v1/token",
                "{what}"
            );
        });
        futures::future::join_all(sends).await;
        assert!(begun.elapsed() >= PAUSE, "no body is given up before its time");
        assert_eq!(site.stored_files(), 0, "what broke off leaves nothing");
    }
}

#[tokio::test]
async fn a_body_that_stops_is_given_up_and_an_upload_on_a_slow_line_is_not() {
    for database in databases() {
        let site = site(&database).await;
        let system = sender(&site, "0208573-0", false).await;
        let system = format!("Authorization: Bearer {}", system.token);
        let stops = Request::post("/v2/messages/electronic", JSON, &system);
        assert_eq!(send(&site, &stops, 1_000, "{", b"").await.status, 408);

        // Twice as long as any pause may be, and faster than the least speed.
        let begun = Instant::now();
        let upload = Request::post("/v2/attachments", PARTS, &system);
        let (piece, pieces) = (vec![b'a'; 5_000], 40);
        let length = FORM.0.len() + pieces * piece.len() + FORM.1.len();
        let address = site.base.socket_addrs(|| None).unwrap()[0];
        let (reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
        writer.write_all(upload.head(length).as_bytes()).await.unwrap();
        writer.write_all(FORM.0.as_bytes()).await.unwrap();
        for _ in 0..pieces {
            tokio::time::sleep(PAUSE * 2 / 40).await;
            writer.write_all(&piece).await.unwrap();
        }
        writer.write_all(FORM.1.as_bytes()).await.unwrap();
        let (answer, _) = read(reader).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert!(begun.elapsed() >= PAUSE * 2);
        assert_eq!(site.stored_files(), 1);
    }
}
