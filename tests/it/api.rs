//! A citizen's program at `/api/v1/mailbox`: every act of the pages as JSON, with a real access token of the identity provider's.

mod doors;
mod messages;
mod others;
mod owner;
mod writing;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tiedoksi::domain::principal::Citizen;

use crate::harness::{Database, Settings, Site, person};
use crate::sender::{Sender, sender};

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";
const MAILBOX: &str = "/api/v1/mailbox";

/// A hub with an authority and two persons, of whom Helmi's mailbox is in use.
async fn town(database: &Database) -> (Site, Sender, Citizen) {
    let persons = vec![person(EINO, "Eino", "Koivuranta"), person(HELMI, "Helmi", "Mäkelä")];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let helmi = site.citizen(HELMI).await;
    site.hub.activate(&helmi).await.unwrap();
    (site, sender, helmi)
}

/// A program that acts for a person.
struct Program<'a> {
    site: &'a Site,
    client: reqwest::Client,
    token: String,
    acting_for: Option<String>,
}

/// What a program is answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap<HeaderValue>,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{self:?}"))
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("{name}: {self:?}"))
            .to_str()
            .unwrap()
    }

    fn etag(&self) -> &str {
        self.header("etag")
    }

    /// The answer, which must be a success with a body.
    fn ok(self) -> Value {
        assert!(
            self.status.is_success(),
            "{self:?} {:?}",
            String::from_utf8_lossy(&self.bytes)
        );
        self.json()
    }

    /// The answer, which must be a complete problem document of this status.
    fn problem(self, status: u16) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{body}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("traceid").len(), 36);
        assert_eq!(
            (&body["type"], &body["status"]),
            (&Value::from("about:blank"), &Value::from(status))
        );
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
        body
    }

    /// Pointers and codes of the violations of a refused request.
    fn violations(self) -> Vec<(String, String)> {
        let body = self.problem(400);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let found = body["violations"].as_array().unwrap().iter();
        found.map(|it| (text(&it["pointer"]), text(&it["code"]))).collect()
    }
}

impl<'a> Program<'a> {
    async fn of(site: &'a Site, id: &str) -> Self {
        Self {
            site,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            token: site.access_token(id).await,
            acting_for: None,
        }
    }

    /// A request to a path under the mailbox.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.site.at(&format!("{MAILBOX}{path}")));
        let request = request.bearer_auth(&self.token);
        match &self.acting_for {
            Some(key) => request.header("Tiedoksi-Acting-For", key),
            None => request,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        answer(self.request(method, path).json(&body)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    /// The same, if what is there is what this tag stands for.
    async fn put_if(&self, path: &str, tag: &str, body: Value) -> Answer {
        answer(self.request(Method::PUT, path).header("If-Match", tag).json(&body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Reads again what was read before: unchanged.
    async fn unchanged(&self, path: &str, tag: &str) {
        let again = answer(self.request(Method::GET, path).header("If-None-Match", tag)).await;
        assert_eq!(
            (again.status, again.bytes.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{path}"
        );
        assert_eq!(again.etag(), tag);
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        bytes: answer.bytes().await.unwrap().into(),
    }
}
