//! A sender's system as the tests play it: registered by the operator, calling the API over HTTP.

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::domain::name::Names;
use tiedoksi::hub::registry::NewOrganisation;
use url::Url;

use crate::harness::Site;

/// A system with a token.
pub struct Sender {
    pub client: reqwest::Client,
    pub base: Url,
    pub username: String,
    pub password: String,
    pub token: String,
    pub service: String,
}

pub fn names(name: &str) -> Names {
    Names {
        fi: name.into(),
        sv: format!("{name} (sv)"),
        en: format!("{name} (en)"),
    }
}

/// Registers an organisation with one system and one service, and logs the system in.
pub async fn sender(site: &Site, business_id: &str, requires_consent: bool) -> Sender {
    let business_id = BusinessId::parse(business_id).unwrap();
    let new = NewOrganisation {
        business_id: business_id.clone(),
        names: names("Koekunta"),
        requires_consent,
        refusable: true,
    };
    site.hub.add_organisation(new).await.unwrap();
    let username = format!("jarjestelma-{business_id}");
    site.hub.add_system(&business_id, &username).await.unwrap();
    let service = format!("palvelu-{business_id}");
    site.hub
        .add_service(&username, &service, names("Rakennusvalvonta"))
        .await
        .unwrap();
    let (_, password) = site.hub.add_secret(&username, None).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut sender = Sender {
        client,
        base: site.base.clone(),
        username,
        password,
        token: String::new(),
        service,
    };
    sender.log_in().await;
    sender
}

impl Sender {
    pub fn at(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    pub async fn log_in(&mut self) {
        let body = json!({ "username": self.username, "password": self.password });
        let answer = self.client.post(self.at("/v1/token")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let answer: Value = answer.json().await.unwrap();
        self.token = answer["access_token"].as_str().unwrap().to_owned();
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(self.at(path))
            .header("Authorization", &self.token)
            .send()
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        let token = format!("Bearer {}", self.token);
        self.client
            .post(self.at(path))
            .header("Authorization", token)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> Response {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        let request = self
            .client
            .post(self.at("/v2/attachments"))
            .header("Authorization", &self.token);
        request.multipart(form).send().await.unwrap()
    }

    /// Uploads a small PDF; its id.
    pub async fn pdf(&self, name: &str) -> String {
        let answer = self.upload(name, pdf(name)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json::<Value>().await.unwrap()["attachmentId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn send(&self, message: &Value) -> Response {
        self.post("/v2/messages/electronic", message).await
    }

    /// Sends and expects acceptance; the message id.
    pub async fn sent(&self, message: &Value) -> i64 {
        let answer = self.send(message).await;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}");
        body["messageId"].as_i64().unwrap()
    }

    /// The body of a message, field-complete.
    pub fn message(&self, external_id: &str, to: &str, kind: &str) -> Value {
        json!({
            "externalId": external_id,
            "recipient": { "id": to },
            "sender": { "serviceId": self.service },
            "electronic": {
                "title": "Päätös rakennusluvasta",
                "body": "# Päätös\n\nLupa on **myönnetty**. Salainen sisältö.",
                "bodyFormat": "Markdown",
                "attachments": [],
                "messageServiceType": kind,
                "replyAllowedBy": "Anyone",
                "visibility": "Normal",
                "notifications": {
                    "senderDetailsInNotifications": "Organisation and service name",
                    "unreadMessageNotification": { "reminder": "Default reminder" }
                }
            }
        })
    }

    /// All events from `token` on, and the token after them.
    pub async fn feed(&self, token: Option<&str>) -> (Vec<Value>, String) {
        let path = token.map_or("/v2/events".to_owned(), |token| {
            format!("/v2/events?continuationToken={token}")
        });
        let answer = self.get(&path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page: Value = answer.json().await.unwrap();
        (
            page["events"].as_array().unwrap().clone(),
            page["continuationToken"].as_str().unwrap().to_owned(),
        )
    }
}

/// A small file that looks like a PDF.
pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {text}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}
