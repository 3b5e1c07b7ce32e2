//! A hub of its own in the folder for temporary files: its router, one system that may upload, and what it stored.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tiedoksi::auth::oidc::{ClaimNames, Profile, Provider, ProviderOptions, default_levels};
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::deadline::RuleSets;
use tiedoksi::domain::id::AttachmentId;
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::domain::name::Names;
use tiedoksi::domain::time::SimulatedClock;
use tiedoksi::evidence::checkpoint::LogKey;
use tiedoksi::evidence::keys::EvidenceKeys;
use tiedoksi::evidence::seal::SealKey;
use tiedoksi::http::App;
use tiedoksi::hub::registry::NewOrganisation;
use tiedoksi::hub::{Hub, HubOptions, HubParts};
use tiedoksi::objects::{Objects, ObjectsAt};
use tiedoksi::press::Press;
use tiedoksi::store::{Db, DbOptions};
use tiedoksi::vault::Vault;
use tower::ServiceExt as _;
use url::Url;

const START: &str = "2026-03-02T10:00:00Z";
const USERNAME: &str = "jarjestelma";
/// Uploads that are kept before all of them are swept away.
const KEPT: u32 = 500;

/// What the hub keeps of an upload in the clear.
#[derive(Debug, PartialEq, Eq)]
pub struct Stored {
    pub size: usize,
    pub sha256: Vec<u8>,
    pub media_type: String,
}

pub struct Site {
    hub: Arc<Hub>,
    router: Router,
    clock: SimulatedClock,
    rows: SqliteConnection,
    password: String,
    token: String,
    kept: u32,
    _folder: TempDir,
}

impl Site {
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = SimulatedClock::new(START.parse().unwrap());
        let url = format!("sqlite:{}", folder.path().join("hub.sqlite").display());
        let base: Url = "http://127.0.0.1/".parse().unwrap();
        let db = DbOptions {
            url: url.clone(),
            connections: 2,
            pooler: false,
        };
        let db = Db::open(&db).await.unwrap();
        db.migrate().await.unwrap();
        let hub = Hub::new(HubParts {
            db,
            objects: Objects::open(&ObjectsAt::Folder(folder.path().join("objects"))).unwrap(),
            vault: Vault::from_base64(&Vault::generate_base64(&SystemRandom::new()).unwrap()).unwrap(),
            keys: Arc::new(evidence_keys()),
            clock: Arc::new(clock.clone()),
            mandates: None,
            tsa: None,
            witnesses: None,
            provider: Arc::new(provider(&base, &clock)),
            rules: Arc::new(RuleSets::embedded()),
            scanner: None,
            mailer: None,
            // No letter is sent here.
            press: Press::new("tiedoksi".into()),
            options: options(),
        });
        let password = system(&hub).await;
        let router = tiedoksi::http::router(Arc::new(App {
            hub: Arc::clone(&hub),
            base_url: base,
            secure_cookies: false,
            api_prefix: String::new(),
            form_action_origins: Vec::new(),
            patience: tiedoksi::http::patience::Patience::USUAL,
        }));
        let rows = SqliteConnection::connect(&url).await.unwrap();
        let mut site = Self {
            hub,
            router,
            clock,
            rows,
            password,
            token: String::new(),
            kept: 0,
            _folder: folder,
        };
        site.log_in().await;
        site
    }

    async fn log_in(&mut self) {
        let body = json!({ "username": USERNAME, "password": self.password }).to_string();
        let request = Request::post("/v1/token").header("content-type", "application/json");
        let (status, body) = self.answer(request.body(body.into()).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        let answer: Value = serde_json::from_slice(&body).unwrap();
        self.token = answer["access_token"].as_str().unwrap().to_owned();
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let answer: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec())
    }

    /// `POST /v2/attachments`: the answer's status and body, and what was stored, which is something when it is 201 and nothing otherwise.
    pub async fn upload(&mut self, content_type: &[u8], body: Body) -> (StatusCode, Vec<u8>, Option<Stored>) {
        let request = Request::post("/v2/attachments")
            .header("authorization", &self.token)
            .header("content-type", content_type);
        let (status, body) = self.answer(request.body(body).unwrap()).await;
        let mut stored = None;
        if status == StatusCode::CREATED {
            let answer: Value = serde_json::from_slice(&body).unwrap();
            let id: AttachmentId = answer["attachmentId"].as_str().unwrap().parse().unwrap();
            let (size, sha256, media_type): (i64, Vec<u8>, String) =
                sqlx::query_as("SELECT size, sha256, media_type FROM attachment WHERE id = $1")
                    .bind(id)
                    .fetch_one(&mut self.rows)
                    .await
                    .unwrap();
            stored = Some(Stored {
                size: size.try_into().unwrap(),
                sha256,
                media_type,
            });
            self.kept += 1;
            if self.kept == KEPT {
                self.sweep().await;
            }
        }
        (status, body, stored)
    }

    /// Lets two days pass, so that every upload is over.
    async fn sweep(&mut self) {
        self.clock.advance(SignedDuration::from_hours(48));
        while self.hub.sweep_uploads().await.unwrap() > 0 {}
        let (left,): (i64,) = sqlx::query_as("SELECT count(*) FROM attachment")
            .fetch_one(&mut self.rows)
            .await
            .unwrap();
        assert_eq!(left, 0);
        self.kept = 0;
        self.log_in().await;
    }
}

/// Registers an organisation with one system; its password.
async fn system(hub: &Hub) -> String {
    let business_id = BusinessId::parse("0208573-0").unwrap();
    let name = || "Koekunta".to_owned();
    let organisation = NewOrganisation {
        business_id: business_id.clone(),
        names: Names {
            fi: name(),
            sv: name(),
            en: name(),
        },
        requires_consent: false,
        refusable: true,
    };
    hub.add_organisation(organisation).await.unwrap();
    hub.add_system(&business_id, USERNAME).await.unwrap();
    hub.add_secret(USERNAME, None).await.unwrap().1
}

fn evidence_keys() -> EvidenceKeys {
    let rng = SystemRandom::new();
    let start: Timestamp = START.parse().unwrap();
    let pem = SealKey::generate("Koe", start, start + SignedDuration::from_hours(24 * 365), &rng).unwrap();
    EvidenceKeys::new(
        SealKey::from_pem(&pem.key, &pem.chain).unwrap(),
        LogKey::from_pkcs8("koe.example/log", &LogKey::generate(&rng).unwrap()).unwrap(),
    )
}

/// Nobody logs in here.
fn provider(base: &Url, clock: &SimulatedClock) -> Provider {
    let options = ProviderOptions {
        issuer: base.join("/nobody").unwrap(),
        client_id: "hub".into(),
        profile: Profile::Secret("hub".into()),
        redirect_url: base.join("/auth/callback").unwrap(),
        post_logout_url: base.clone(),
        scopes: Vec::new(),
        claims: ClaimNames::default(),
        levels: default_levels(),
        required_level: 2,
        accept_test_levels: false,
        allow_artificial: true,
        ui_locales: Vec::new(),
        api_audience: None,
        api_scope: None,
        role_claim: None,
    };
    Provider::new(options, Arc::new(clock.clone())).unwrap()
}

fn options() -> HubOptions {
    let day = Duration::from_secs(24 * 60 * 60);
    HubOptions {
        origin: "koe.example/log".into(),
        hub_name: "Koe".into(),
        operator_id: "0208573-0".into(),
        policy: "https://koe.example/policy".into(),
        regime: Regime::Consent,
        opt_out_months: 6,
        deleted_window: day,
        content_retention: None,
        evidence_retention: day,
        require_email: false,
        allow_artificial: true,
        paper: true,
        feed_window: day,
        upload_window: day,
        // As long as its uploads are kept, which may be the whole run.
        token_lifetime: day,
        password_interval: day,
        session_idle: day,
        session_lifetime: day,
        confirm_login: day,
        auditors: tiedoksi::domain::auditor::Grants::default(),
        queue: 16,
        share_commits: true,
        evidence: true,
    }
}
