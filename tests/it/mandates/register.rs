//! A register of mandates as the tests play it, over real HTTP: it checks what is asked and answers well or badly.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use url::Url;

pub const API_KEY: &str = "avain & salaisuus";

/// What is answered.
#[derive(Debug, Clone)]
pub enum Answers {
    /// Companies and persons.
    Well(Value, Value),
    Status(u16),
    Text(String),
    /// Leads elsewhere.
    Elsewhere,
    /// Nothing, for longer than anyone waits.
    Silence,
    /// Without an end.
    TooMuch,
}

impl Answers {
    /// Every bad answer.
    pub fn bad() -> Vec<Self> {
        let company = |it: Value| Self::Text(json!([it]).to_string());
        vec![
            Self::Status(500),
            Self::Status(401),
            Self::Elsewhere,
            Self::Silence,
            Self::TooMuch,
            Self::Text("<html>".into()),
            Self::Text("{}".into()),
            company(json!({ "identifier": "9900002-7", "name": "A", "roles": ["NIMKO"] })),
            company(json!({ "identifier": "9900002-6", "name": "a\u{0}b", "roles": ["NIMKO"] })),
            company(json!({ "identifier": "9900002-6", "name": "A" })),
        ]
    }
}

#[derive(Default)]
struct Seen {
    asked: usize,
    complaints: Vec<String>,
    answers: Option<Answers>,
}

/// The register; dropping it stops it.
pub struct Register {
    address: std::net::SocketAddr,
    seen: Arc<Mutex<Seen>>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Register {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Register {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let router = Router::new()
            .route("/base/service/{kind}/api/{list}/{client}/{person}", get(answer))
            .with_state(Arc::clone(&seen));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, seen, server }
    }

    pub fn url(&self) -> Url {
        format!("http://{}/base/", self.address).parse().unwrap()
    }

    pub fn says(&self, companies: Value, persons: Value) {
        self.answers(Answers::Well(companies, persons));
    }

    pub fn answers(&self, answers: Answers) {
        self.seen.lock().unwrap().answers = Some(answers);
    }

    /// How many questions came.
    pub fn asked(&self) -> usize {
        self.seen.lock().unwrap().asked
    }

    /// Questions that were not signed as they must be.
    pub fn complaints(&self) -> Vec<String> {
        self.seen.lock().unwrap().complaints.clone()
    }
}

async fn answer(State(seen): State<Arc<Mutex<Seen>>>, request: Request) -> Response {
    let path = request.uri().path_and_query().unwrap().as_str().to_owned();
    let answers = {
        let mut seen = seen.lock().unwrap();
        seen.asked += 1;
        let header = request.headers().get("x-asiointivaltuudetauthorization");
        let header = header.map(|it| it.to_str().unwrap()).unwrap_or_default();
        if !is_signed(header, &path) {
            seen.complaints.push(path.clone());
        }
        seen.answers.clone()
    };
    match answers {
        Some(Answers::Well(companies, persons)) => {
            let list = if path.contains("/ypa/api/organizationRoles/") {
                companies
            } else {
                persons
            };
            axum::Json(list).into_response()
        }
        Some(Answers::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Answers::Text(text)) => text.into_response(),
        Some(Answers::Elsewhere) => (StatusCode::FOUND, [(header::LOCATION, "/base/elsewhere")]).into_response(),
        Some(Answers::Silence) => std::future::pending().await,
        Some(Answers::TooMuch) => format!("[{}]", " ".repeat(2_000_000)).into_response(),
        None => axum::Json(json!([])).into_response(),
    }
}

fn is_signed(header: &str, path: &str) -> bool {
    let parts: Vec<_> = header.split(' ').collect();
    let [client, time, checksum] = parts[..] else {
        return false;
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, API_KEY.as_bytes());
    let signed = format!("{path} {time}");
    let checksum = STANDARD.decode(checksum).unwrap_or_default();
    client == "hub-1"
        && time.parse::<jiff::Timestamp>().is_ok()
        && hmac::verify(&key, signed.as_bytes(), &checksum).is_ok()
        && path.contains("/hub-1/")
        && path.contains("?requestId=")
}
