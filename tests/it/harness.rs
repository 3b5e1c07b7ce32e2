//! A hub for one test: its own database and folder, a clock that stands still, and a server on loopback with the demo's identity provider.
//!
//! Every test runs on SQLite and on PostgreSQL. `TIEDOKSI_TEST_POSTGRES` is the address of a server where databases may be made
//! (`tests/run` and `tests/with-postgres` start one); without it a test fails, unless `TIEDOKSI_TEST_SQLITE_ONLY` says that this is meant.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Map, Value};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tiedoksi::auth::mandates::MandateRegister;
use tiedoksi::auth::oidc::{ClaimNames, Profile, Provider, ProviderOptions, default_levels};
use tiedoksi::domain::auditor::Grants;
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::deadline::RuleSets;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::domain::time::SimulatedClock;
use tiedoksi::evidence::checkpoint::LogKey;
use tiedoksi::evidence::keys::EvidenceKeys;
use tiedoksi::evidence::seal::SealKey;
use tiedoksi::evidence::verify::Trust;
use tiedoksi::http::App;
use tiedoksi::http::client_addr::{self, Peers};
use tiedoksi::http::idp::{DemoPerson, demo_provider};
use tiedoksi::http::patience::Patience;
use tiedoksi::http::web::session::{CitizenSession, CsrfForm};
use tiedoksi::hub::{Hub, HubOptions, HubParts};
use tiedoksi::mailer::{Mailer, MailerAt};
use tiedoksi::objects::{Objects, ObjectsAt};
use tiedoksi::press::Press;
use tiedoksi::scanner::Scanner;
use tiedoksi::store::{Db, DbOptions};
use tiedoksi::tsa::Tsa;
use tiedoksi::vault::Vault;
use tiedoksi::witness::client::Panel;
use tower::ServiceExt as _;
use url::Url;

use crate::backup::Backup;

/// When every test begins.
pub const START: &str = "2026-03-02T10:00:00Z";

/// From whom the tests' mail is.
pub const MAIL_FROM: &str = "Koekunnan viestit <viestit@koe.example>";

/// Where the tests' own requests come from.
pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The hub's secret at the identity provider; odd on purpose, because both sides must encode it.
pub const CLIENT_SECRET: &str = "päiväkoti & salaisuus+%";

/// What the provider calls our API in access tokens.
pub const API_AUDIENCE: &str = "urn:koe:api";

/// A database kind.
#[derive(Debug, Clone)]
pub enum Database {
    Sqlite,
    /// On this server.
    Postgres(String),
}

/// The databases that a test runs on, one after the other.
pub fn databases() -> Vec<Database> {
    let mut all = vec![Database::Sqlite];
    match std::env::var("TIEDOKSI_TEST_POSTGRES") {
        Ok(url) => all.push(Database::Postgres(url)),
        Err(_) if std::env::var_os("TIEDOKSI_TEST_SQLITE_ONLY").is_some() => {}
        Err(_) => {
            panic!("no PostgreSQL: run `tests/with-postgres cargo nextest run`, or set TIEDOKSI_TEST_SQLITE_ONLY=1")
        }
    }
    all
}

/// A database of PostgreSQL's that lives as long as this.
pub struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    pub async fn create(server: &str) -> Self {
        let mut random = [0; 8];
        SystemRandom::new().fill(&mut random).unwrap();
        let name = format!("tiedoksi_{}", hex::encode(random));
        run_on(server, &format!("CREATE DATABASE {name}")).await;
        Self {
            server: server.to_owned(),
            name,
        }
    }

    pub fn url(&self) -> String {
        let mut url = Url::parse(&self.server).unwrap();
        url.set_path(&self.name);
        url.into()
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let (server, statement) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // Dropping is not async, and the test's own runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(run_on(&server, &statement));
        });
        if dropped.join().is_err() {
            eprintln!("a test's database could not be dropped");
        }
    }
}

async fn run_on(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// What a test may want otherwise.
#[derive(Debug, Clone)]
pub struct Settings {
    pub regime: Regime,
    pub secure_cookies: bool,
    pub accept_test_levels: bool,
    pub scanner: Option<Scanner>,
    /// A register of mandates beside the built-in one.
    pub mandates: Option<MandateRegister>,
    /// The keys of evidence, where they must be known beforehand.
    pub keys: Option<Arc<EvidenceKeys>>,
    /// Who is asked to cosign the log.
    pub witnesses: Option<Panel>,
    /// Who stamps the log's checkpoints.
    pub tsa: Option<Tsa>,
    /// Where mail goes; into the site's own folder when nothing is said.
    pub mail: Option<MailerAt>,
    /// Whether a mailbox opens only with a verified address. Most tests are not about that.
    pub require_email: bool,
    /// Where objects live; in the site's own folder when nothing is said.
    pub objects: Option<ObjectsAt>,
    /// How old a login may be to confirm receipt with; by default of any age, because tests move the clock by days.
    pub confirm_login: Duration,
    /// The scope that access tokens must hold.
    pub api_scope: Option<String>,
    /// Proxies whose `X-Forwarded-For` the server believes.
    pub trusted_proxies: Vec<IpNet>,
    /// How slow a client may be.
    pub patience: Patience,
    /// How long content is kept.
    pub content_retention: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            regime: Regime::Consent,
            secure_cookies: false,
            accept_test_levels: false,
            scanner: None,
            mandates: None,
            keys: None,
            witnesses: None,
            tsa: None,
            mail: None,
            require_email: false,
            objects: None,
            confirm_login: Duration::MAX,
            api_scope: None,
            trusted_proxies: Vec::new(),
            patience: Patience::USUAL,
            content_retention: None,
        }
    }
}

/// A running hub. Dropping it stops the server, and removes database and folder.
pub struct Site {
    pub hub: Arc<Hub>,
    pub clock: SimulatedClock,
    pub base: Url,
    /// The address of its database.
    pub database: String,
    /// The key that opens everything stored.
    pub master_key: String,
    parts: HubParts,
    settings: Settings,
    idp: Idp,
    persons: Vec<DemoPerson>,
    server: tokio::task::JoinHandle<()>,
    _database: Option<OwnDatabase>,
    folder: TempDir,
}

/// The identity provider as the server reaches it: replaced to rotate its keys, taken away to be down.
type Idp = Arc<Mutex<Option<Router>>>;

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    pub async fn start(database: &Database, persons: Vec<DemoPerson>, settings: Settings) -> Self {
        let asked = settings.clone();
        let folder = TempDir::new().unwrap();
        let clock = SimulatedClock::new(START.parse().unwrap());
        let own = match database {
            Database::Sqlite => None,
            Database::Postgres(server) => Some(OwnDatabase::create(server).await),
        };
        let url = match &own {
            Some(own) => own.url(),
            None => format!("sqlite:{}", folder.path().join("hub.sqlite").display()),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();

        let provider = Arc::new(provider(&base, &clock, &settings));
        let own_folder = || ObjectsAt::Folder(folder.path().join("objects"));
        let objects = settings.objects.unwrap_or_else(own_folder);
        let own_mail = || MailerAt::Folder(folder.path().join("mail"));
        let master_key = Vault::generate_base64(&SystemRandom::new()).unwrap();
        let parts = HubParts {
            db: open_database(url.clone()).await,
            objects: Objects::open(&objects).unwrap(),
            press: Press::new(env!("CARGO_BIN_EXE_tiedoksi").into()),
            scanner: settings.scanner,
            mailer: Some(Mailer::new(MAIL_FROM, settings.mail.unwrap_or_else(own_mail)).unwrap()),
            vault: Vault::from_base64(&master_key).unwrap(),
            keys: settings.keys.unwrap_or_else(|| Arc::new(evidence_keys())),
            clock: Arc::new(clock.clone()),
            mandates: settings.mandates,
            witnesses: settings.witnesses,
            tsa: settings.tsa,
            provider,
            rules: Arc::new(RuleSets::embedded()),
            options: HubOptions {
                content_retention: settings.content_retention,
                ..options(settings.regime, settings.confirm_login, settings.require_email)
            },
        };
        Self::serve(parts, listener, asked, persons, clock, url, master_key, own, folder).await
    }

    /// The hub after the operator restored a backup: another database, everything else as it was. Served at another address.
    pub async fn restored(&self, backup: &Backup) -> Self {
        let folder = TempDir::new().unwrap();
        let own = match &self._database {
            None => None,
            Some(own) => Some(OwnDatabase::create(&own.server).await),
        };
        let url = match &own {
            Some(own) => own.url(),
            None => format!("sqlite:{}", folder.path().join("hub.sqlite").display()),
        };
        backup.restore(&url);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let parts = HubParts {
            db: open_database(url.clone()).await,
            provider: Arc::new(provider(&base, &self.clock, &self.settings)),
            ..self.parts.clone()
        };
        let (settings, persons, clock) = (self.settings.clone(), self.persons.clone(), self.clock.clone());
        let master_key = self.master_key.clone();
        Self::serve(parts, listener, settings, persons, clock, url, master_key, own, folder).await
    }

    /// The same hub after its processes were started anew with these keys: the same database and objects. Served at another address.
    pub async fn with_keys(&self, keys: Arc<EvidenceKeys>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let parts = HubParts {
            db: open_database(self.database.clone()).await,
            provider: Arc::new(provider(&base, &self.clock, &self.settings)),
            keys,
            ..self.parts.clone()
        };
        let (settings, persons, clock) = (self.settings.clone(), self.persons.clone(), self.clock.clone());
        let (url, master_key, folder) = (self.database.clone(), self.master_key.clone(), TempDir::new().unwrap());
        Self::serve(parts, listener, settings, persons, clock, url, master_key, None, folder).await
    }

    #[expect(clippy::too_many_arguments, reason = "what a site is made of")]
    async fn serve(
        parts: HubParts,
        listener: tokio::net::TcpListener,
        settings: Settings,
        persons: Vec<DemoPerson>,
        clock: SimulatedClock,
        url: String,
        master_key: String,
        own: Option<OwnDatabase>,
        folder: TempDir,
    ) -> Self {
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let hub = Hub::new(parts.clone());
        let app = Arc::new(App {
            hub: Arc::clone(&hub),
            base_url: base.clone(),
            secure_cookies: settings.secure_cookies,
            api_prefix: "/suomifi".into(),
            form_action_origins: Vec::new(),
            patience: settings.patience,
        });
        let idp = Idp::default();
        let router = tiedoksi::http::router(Arc::clone(&app))
            .merge(probes().with_state(app))
            .merge(
                Router::new()
                    .route("/demo-idp/{*rest}", any(to_idp))
                    .with_state(Arc::clone(&idp)),
            );
        let peers = Peers {
            trusted: settings.trusted_proxies.clone().into(),
            alone: false,
        };
        let router = router
            .layer(from_fn_with_state(peers, client_addr::resolve))
            .into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let site = Self {
            hub,
            clock,
            base,
            database: url,
            master_key,
            parts,
            settings,
            idp,
            persons,
            server,
            _database: own,
            folder,
        };
        site.restart_idp();
        site
    }

    /// Another process of the same hub: the same database, files and keys, nothing else in common.
    pub async fn another_hub(&self) -> Arc<Hub> {
        Hub::new(HubParts {
            db: open_database(self.database.clone()).await,
            ..self.parts.clone()
        })
    }

    /// The same with these witnesses, as after a restart with another configuration.
    pub async fn another_hub_with(&self, witnesses: Panel) -> Arc<Hub> {
        Hub::new(HubParts {
            db: open_database(self.database.clone()).await,
            witnesses: Some(witnesses),
            ..self.parts.clone()
        })
    }

    /// The same with its objects elsewhere.
    pub async fn another_hub_at(&self, objects: &ObjectsAt) -> Arc<Hub> {
        Hub::new(HubParts {
            db: open_database(self.database.clone()).await,
            objects: Objects::open(objects).unwrap(),
            ..self.parts.clone()
        })
    }

    /// The same on another database, such as a restored backup.
    pub async fn hub_on(&self, database: &str) -> Arc<Hub> {
        Hub::new(HubParts {
            db: open_database(database.to_owned()).await,
            ..self.parts.clone()
        })
    }

    /// Where files and, on SQLite, the database lie.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// One number out of the database, by a connection of the test's own.
    pub async fn count(&self, query: &'static str) -> i64 {
        if self.database.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(&self.database).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.database).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
        }
    }

    /// One text out of the database, by a connection of the test's own.
    pub async fn text(&self, query: &'static str) -> String {
        if self.database.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(&self.database).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.database).await.unwrap();
            sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
        }
    }

    /// Changes the database, by a connection of the test's own.
    pub async fn execute(&self, statement: &'static str) {
        if self.database.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(&self.database).await.unwrap();
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = PgConnection::connect(&self.database).await.unwrap();
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
    }

    /// How many files lie in the object store, unfinished ones too.
    pub fn stored_files(&self) -> usize {
        let files = std::fs::read_dir(self.folder.path().join("objects/attachments"));
        files.map_or(0, Iterator::count)
    }

    pub fn at(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Starts the identity provider anew: with new keys.
    pub fn restart_idp(&self) {
        let router = demo_provider(
            self.at("/demo-idp"),
            "hub".into(),
            CLIENT_SECRET.into(),
            vec![self.at("/auth/callback")],
            self.persons.clone(),
            Arc::new(self.clock.clone()),
        );
        *self.idp.lock().unwrap() = Some(router.unwrap());
    }

    /// Makes the identity provider answer 503 to everything.
    pub fn stop_idp(&self) {
        *self.idp.lock().unwrap() = None;
    }

    /// The person with this identity code, logged in through the provider.
    pub async fn citizen(&self, id: &str) -> Citizen {
        let browser = self.logged_in(id).await;
        self.citizen_of(&browser).await
    }

    /// The person who is logged in in a browser.
    pub async fn citizen_of(&self, browser: &Browser) -> Citizen {
        self.hub.citizen(&self.cookie(browser).await).await.unwrap()
    }

    /// The session's cookie in a browser.
    pub async fn cookie(&self, browser: &Browser) -> String {
        browser.get(self.at("/probe/session")).await.text().await.unwrap()
    }

    /// What the provider gives to a program with which this person logs in: the answer of its token endpoint.
    pub async fn tokens(&self, id: &str) -> Value {
        const VERIFIER: &str = "ohjelma-ohjelma-ohjelma-ohjelma-ohjelma-ohjelma";
        let callback = self.at("/auth/callback");
        let challenge = URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, VERIFIER.as_bytes()));
        let mut asked = self.at("/demo-idp/authorize");
        asked.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", "hub"),
            ("redirect_uri", callback.as_str()),
            ("scope", "openid"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", API_AUDIENCE),
            ("login_hint", id),
        ]);
        let browser = self.browser();
        let back = location(&browser.get(asked).await).unwrap();
        let code = back
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", callback.as_str()),
            ("code_verifier", VERIFIER),
            ("client_id", "hub"),
            ("client_secret", CLIENT_SECRET),
        ];
        let answer = browser.post(self.at("/demo-idp/token"), &fields).await;
        answer.json().await.unwrap()
    }

    /// An access token for `/api/v1`, with which a program acts for this person.
    pub async fn access_token(&self, id: &str) -> String {
        self.tokens(id).await["access_token"].as_str().unwrap().to_owned()
    }

    /// Seals everything that is committed.
    pub async fn seal(&self) {
        self.hub.prepare_log().await.unwrap();
        let fence = self.hub.lease_log().await.unwrap().unwrap();
        while self.hub.seal_batch(fence).await.unwrap() > 0 {}
    }

    /// The keys of this hub, as a verifier holds them.
    pub fn trust(&self) -> Trust {
        let vkey = self.hub.log_vkey();
        let files = [
            ("log.vkey", vkey.as_bytes()),
            ("seal_chain.pem", self.hub.seal_chain().as_bytes()),
        ];
        Trust::from_files(files).unwrap()
    }

    /// A browser with nothing in it.
    pub fn browser(&self) -> Browser {
        Browser {
            client: reqwest::Client::builder()
                .cookie_store(true)
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// A browser in which the person with this identity code is logged in.
    pub async fn logged_in(&self, id: &str) -> Browser {
        let browser = self.browser();
        let path = format!("/auth/login?return_to=/probe/whoami&login_hint={id}");
        let answer = browser.follow(self.at(&path)).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        browser
    }
}

/// A browser: keeps cookies, follows redirects only when told to.
pub struct Browser {
    pub client: reqwest::Client,
}

impl Browser {
    pub async fn get(&self, url: Url) -> reqwest::Response {
        self.client.get(url).send().await.unwrap()
    }

    /// Gets, and goes where the answers lead.
    pub async fn follow(&self, url: Url) -> reqwest::Response {
        let mut answer = self.get(url).await;
        for _ in 0..10 {
            match location(&answer) {
                Some(next) => answer = self.get(next).await,
                None => return answer,
            }
        }
        panic!("too many redirects, last to {}", answer.url());
    }

    /// Posts a form.
    pub async fn post(&self, url: Url, fields: &[(&str, &str)]) -> reqwest::Response {
        self.client.post(url).form(fields).send().await.unwrap()
    }
}

/// Waits for something that happens outside of any answer.
pub async fn until(holds: impl Fn() -> bool) {
    let looking = async {
        while !holds() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), looking)
        .await
        .unwrap();
}

/// Where an answer leads, when it is a redirect.
pub fn location(answer: &reqwest::Response) -> Option<Url> {
    let to = answer.headers().get("location")?.to_str().unwrap();
    Some(answer.url().join(to).unwrap())
}

/// An artificial person.
pub fn person(id: &str, given_names: &str, family_name: &str) -> DemoPerson {
    DemoPerson {
        id: id.into(),
        name: format!("{given_names} {family_name}"),
        given_names: given_names.into(),
        family_name: family_name.into(),
        extra_claims: Map::new(),
    }
}

/// A person about whom the provider states this beside, or instead of, the truth.
pub fn person_with(id: &str, claims: Value) -> DemoPerson {
    DemoPerson {
        extra_claims: claims.as_object().unwrap().clone(),
        ..person(id, "Onni", "Testilä")
    }
}

async fn open_database(url: String) -> Db {
    let options = DbOptions {
        url,
        connections: 4,
        pooler: false,
    };
    let db = Db::open(&options).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// Keys of evidence, made anew.
pub fn evidence_keys() -> EvidenceKeys {
    let rng = SystemRandom::new();
    let start: Timestamp = START.parse().unwrap();
    let end = start + SignedDuration::from_hours(24 * 365);
    let pem = SealKey::generate("Koe", start, end, &rng).unwrap();
    EvidenceKeys::new(
        SealKey::from_pem(&pem.key, &pem.chain).unwrap(),
        LogKey::from_pkcs8("koe.example/log", &LogKey::generate(&rng).unwrap()).unwrap(),
    )
}

fn provider(base: &Url, clock: &SimulatedClock, settings: &Settings) -> Provider {
    let options = ProviderOptions {
        issuer: base.join("/demo-idp").unwrap(),
        client_id: "hub".into(),
        profile: Profile::Secret(CLIENT_SECRET.into()),
        redirect_url: base.join("/auth/callback").unwrap(),
        post_logout_url: base.clone(),
        scopes: Vec::new(),
        claims: ClaimNames::default(),
        levels: default_levels(),
        required_level: 2,
        accept_test_levels: settings.accept_test_levels,
        allow_artificial: true,
        ui_locales: vec!["fi".into(), "sv".into()],
        api_audience: Some(API_AUDIENCE.into()),
        api_scope: settings.api_scope.clone(),
        role_claim: Some("roles".into()),
    };
    Provider::new(options, Arc::new(clock.clone())).unwrap()
}

fn options(regime: Regime, confirm_login: Duration, require_email: bool) -> HubOptions {
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    HubOptions {
        origin: "koe.example/log".into(),
        hub_name: "Koe".into(),
        operator_id: "0208573-0".into(),
        policy: "https://koe.example/policy".into(),
        regime,
        opt_out_months: 6,
        deleted_window: days(60),
        content_retention: None,
        evidence_retention: days(3_653),
        require_email,
        allow_artificial: true,
        paper: true,
        feed_window: days(30),
        upload_window: days(1),
        token_lifetime: Duration::from_secs(3_600),
        password_interval: days(1),
        session_idle: Duration::from_secs(30 * 60),
        session_lifetime: Duration::from_secs(8 * 60 * 60),
        confirm_login,
        auditors: auditors(),
        queue: 512,
        share_commits: true,
        evidence: true,
    }
}

/// The roles of auditors: of the whole hub, and of the two authorities that most tests have.
fn auditors() -> Grants {
    let of = |role: &str, business_id: &str| (role.to_owned(), business_id.to_owned());
    Grants {
        everywhere: ["auditor".to_owned()].into(),
        organisations: [of("auditor-koekunta", "0208573-0"), of("auditor-toinen", "7654321-2")].into(),
    }
}

async fn to_idp(State(idp): State<Idp>, request: Request) -> Response {
    let router = idp.lock().unwrap().clone();
    match router {
        Some(router) => router.oneshot(request).await.unwrap(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Two pages of the tests' own, which use the extractors as any page does.
fn probes() -> Router<Arc<App>> {
    #[derive(serde::Deserialize)]
    struct Number {
        number: u32,
    }
    Router::new()
        .route(
            "/probe/whoami",
            get(async |CitizenSession(citizen): CitizenSession| {
                axum::Json(serde_json::json!({
                    "mailbox": citizen.mailbox, "name": citizen.name, "acr": citizen.acr, "csrf": citizen.csrf(),
                    "auth_time": citizen.auth_time,
                }))
            }),
        )
        .route(
            "/probe/session",
            get(async |headers: axum::http::HeaderMap| {
                let cookies = headers["cookie"].to_str().unwrap().to_owned();
                let session = cookies
                    .split("; ")
                    .find_map(|cookie| cookie.strip_prefix("tiedoksi_session="));
                session.unwrap().to_owned()
            }),
        )
        .route(
            "/probe/number",
            post(async |CsrfForm(Number { number }): CsrfForm<Number>| number.to_string()),
        )
}
