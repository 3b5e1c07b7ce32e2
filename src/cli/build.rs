//! From a configuration to a hub: the one place that hands each module the few values it needs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use url::Url;

use super::{keys, login_keys, schema};
use crate::auth::mandates::{MandateRegister, RegisterOptions};
use crate::auth::oidc::{ClaimNames, Profile, Provider, ProviderOptions};
use crate::config::{Clamd, Config, Level, LoginProfile, MailTls, WitnessServer, is_loopback};
use crate::domain::auditor::Grants;
use crate::domain::deadline::RuleSets;
use crate::domain::time::Clock;
use crate::evidence::timestamp::Authorities;
use crate::http::App;
use crate::http::patience::Patience;
use crate::hub::{Hub, HubOptions, HubParts};
use crate::mailer::{Mailer, MailerAt, Privacy, SmtpServer};
use crate::objects::{Objects, ObjectsAt, S3Options};
use crate::press::{Press, own_program};
use crate::scanner::{Scanner, ScannerAt};
use crate::store::{Db, DbOptions};
use crate::tsa::{Tsa, TsaOptions};
use crate::witness::client::{Panel, WitnessClient};

/// Where the identity provider sends the browser back to, under the base address.
pub(super) const LOGIN_CALLBACK: &str = "/auth/callback";

/// A hub, ready to act.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) hub: Arc<Hub>,
    pub(super) app: Arc<App>,
    pub(super) db: Db,
    pub(super) keys: Arc<crate::evidence::keys::EvidenceKeys>,
}

impl Built {
    /// Lets go of the database.
    pub(super) async fn close(self) {
        self.db.close().await;
    }
}

/// Opens every part. Makes missing keys; refuses a database whose schema is too old. Call within a tokio runtime.
pub(super) async fn build(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Built> {
    keys::ensure(config, clock.now())?;
    login_keys::ensure(config)?;
    let keys = keys::open(config)?;
    let db = Db::open(&database(config)).await.context("database.url")?;
    schema::require(&db).await?;
    let objects = Objects::open(&objects_at(config)).context("objects")?;
    let base_url = base_url(config)?;
    let evidence = Arc::new(keys.evidence);
    let hub = Hub::new(HubParts {
        db: db.clone(),
        objects,
        press: Press::new(own_program().context("this program's own file")?),
        scanner: scanner(config),
        mailer: mailer(config)?,
        vault: keys.vault,
        keys: Arc::clone(&evidence),
        mandates: mandates(config)?,
        witnesses: witnesses(config)?,
        tsa: tsa(config)?,
        provider: Arc::new(provider(config, &base_url, Arc::clone(&clock))?),
        clock,
        rules: Arc::new(RuleSets::embedded()),
        options: options(config),
    });
    let issuer = config
        .login
        .issuer
        .as_ref()
        .map(|issuer| issuer.origin().ascii_serialization());
    let app = Arc::new(App {
        hub: Arc::clone(&hub),
        secure_cookies: !(base_url.scheme() == "http" && is_loopback(&base_url)),
        base_url,
        api_prefix: config.server.path_prefix.clone(),
        form_action_origins: issuer.into_iter().collect(),
        patience: Patience::USUAL,
    });
    Ok(Built {
        hub,
        app,
        db,
        keys: evidence,
    })
}

/// The database for serving.
pub(super) fn database(config: &Config) -> DbOptions {
    let database = &config.database;
    DbOptions {
        url: database
            .url
            .as_ref()
            .map(|url| url.reveal().to_owned())
            .unwrap_or_default(),
        connections: database.connections,
        pooler: database.pooler,
    }
}

/// The file of an SQLite database.
pub(super) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    let path = config.database.url.as_ref()?.reveal().strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// The database past the pooler, for migrations.
pub(super) fn direct_database(config: &Config) -> DbOptions {
    let mut options = database(config);
    if let Some(direct) = &config.database.direct_url {
        direct.reveal().clone_into(&mut options.url);
        options.pooler = false;
    }
    options
}

/// The object store.
pub(super) fn objects_at(config: &Config) -> ObjectsAt {
    match &config.objects.s3 {
        Some(s3) => ObjectsAt::S3(S3Options {
            bucket: s3.bucket.clone(),
            prefix: s3.prefix.clone(),
            region: s3.region.clone(),
            endpoint: s3.endpoint.as_ref().map(Url::to_string),
            access_key_id: s3.access_key_id.clone(),
            secret_access_key: s3.secret_access_key.as_ref().map(|secret| secret.reveal().to_owned()),
        }),
        None => ObjectsAt::Folder(config.objects.folder.clone().unwrap_or_default()),
    }
}

/// The malware scanner, where there is one. Nothing is connected before the first file.
pub(super) fn scanner(config: &Config) -> Option<Scanner> {
    let at = match config.malware.clamd.as_ref()? {
        Clamd::Unix(socket) => ScannerAt::Socket(socket.clone()),
        Clamd::Tcp(address) => ScannerAt::Tcp(address.clone()),
    };
    let limit = Duration::from_secs(config.malware.timeout_seconds.into());
    Some(Scanner::new(at, limit))
}

/// What sends mail, where that is configured. Nothing is connected before the first mail.
pub(super) fn mailer(config: &Config) -> anyhow::Result<Option<Mailer>> {
    let mail = &config.mail;
    let at = match (&mail.folder, &mail.server) {
        (Some(folder), _) => MailerAt::Folder(folder.clone()),
        (None, None) => return Ok(None),
        (None, Some(server)) => {
            let authorities = mail.ca_file.as_ref().map(std::fs::read).transpose();
            MailerAt::Smtp(SmtpServer {
                host: server.host.clone(),
                port: if server.port == 0 { mail.tls.port() } else { server.port },
                privacy: match mail.tls {
                    MailTls::Starttls => Privacy::StartTls,
                    MailTls::Tls => Privacy::Tls,
                    MailTls::None => Privacy::Plain,
                },
                login: mail
                    .user
                    .clone()
                    .zip(mail.password.as_ref().map(|secret| secret.reveal().to_owned())),
                authorities: authorities.context("mail.ca_file")?,
            })
        }
    };
    Ok(Some(Mailer::new(&mail.from, at).context("mail")?))
}

/// The identity provider. Nothing is fetched before the first login.
fn provider(config: &Config, base_url: &Url, clock: Arc<dyn Clock>) -> anyhow::Result<Provider> {
    let login = &config.login;
    let profile = match login.profile {
        LoginProfile::Standard => {
            let secret = login.client_secret.as_ref().context("login.client_secret is missing")?;
            Profile::Secret(secret.reveal().to_owned())
        }
        LoginProfile::Ftn => Profile::Ftn(Arc::new(login_keys::open(config)?)),
    };
    let options = ProviderOptions {
        issuer: login.issuer.clone().context("login.issuer is missing")?,
        client_id: login.client_id.clone(),
        profile,
        redirect_url: base_url.join(LOGIN_CALLBACK)?,
        post_logout_url: base_url.clone(),
        scopes: login.scopes.clone(),
        claims: ClaimNames {
            identity: login.claims.hetu.clone(),
            display_name: login.claims.display_name.clone(),
            family_name: login.claims.family_name.clone(),
            given_names: login.claims.given_names.clone(),
        },
        levels: login
            .levels
            .iter()
            .map(|(acr, level)| (acr.clone(), rank(*level)))
            .collect(),
        required_level: rank(login.required_level),
        accept_test_levels: login.accept_test_levels,
        allow_artificial: config.mailbox.allow_artificial,
        ui_locales: login.ui_locales.clone(),
        api_audience: login.api_audience.clone(),
        api_scope: login.api_scope.clone(),
        role_claim: Some(config.auditor.claim.clone()),
    };
    Provider::new(options, clock).context("login")
}

/// The register of mandates outside, where there is one. Nothing is asked before a person may act for another.
fn mandates(config: &Config) -> anyhow::Result<Option<MandateRegister>> {
    let mandates = &config.mandates;
    let (Some(url), Some(client_id), Some(api_key)) = (&mandates.url, &mandates.client_id, &mandates.api_key) else {
        return Ok(None);
    };
    let options = RegisterOptions {
        url: url.clone(),
        client_id: client_id.clone(),
        api_key: api_key.reveal().to_owned(),
        timeout: Duration::from_secs(mandates.timeout_seconds.into()),
        hold: Duration::from_secs(60 * u64::from(mandates.hold_minutes)),
        signatory_roles: mandates.signatory_roles.clone(),
        guardian_roles: mandates.guardian_roles.clone(),
        mandate_roles: mandates.mandate_roles.clone(),
        allow_artificial: config.mailbox.allow_artificial,
    };
    MandateRegister::new(options).map(Some).context("mandates")
}

/// The witnesses, where there are any. Nothing is asked before the log has a checkpoint.
pub(super) fn witnesses(config: &Config) -> anyhow::Result<Option<Panel>> {
    let witness = &config.witness;
    if witness.server.is_empty() {
        return Ok(None);
    }
    let timeout = Duration::from_secs(witness.timeout_seconds.into());
    let client = |server: &WitnessServer| {
        let key = server
            .vkey
            .parse()
            .with_context(|| format!("witness.server.vkey {}", server.vkey))?;
        anyhow::Ok(WitnessClient::new(key, &server.url, timeout)?)
    };
    let clients: anyhow::Result<Vec<_>> = witness.server.iter().map(client).collect();
    let quorum = witness.quorum.try_into()?;
    Panel::new(clients?, quorum).map(Some).context("witness")
}

/// The time-stamping authority, where there is one. Nothing is asked before the log has something to stamp.
pub(super) fn tsa(config: &Config) -> anyhow::Result<Option<Tsa>> {
    let stamping = &config.timestamp;
    let (Some(url), Some(ca_file)) = (&stamping.url, &stamping.ca_file) else {
        return Ok(None);
    };
    let pem = std::fs::read_to_string(ca_file).with_context(|| format!("timestamp.ca_file: {}", ca_file.display()))?;
    let policy = stamping.policy.as_deref().map(str::parse).transpose();
    let options = TsaOptions {
        url: url.clone(),
        authorities: Authorities::from_pem(&pem).context("timestamp.ca_file")?,
        policy: policy.context("timestamp.policy")?,
        login: stamping
            .user
            .clone()
            .zip(stamping.password.as_ref().map(|secret| secret.reveal().to_owned())),
    };
    Tsa::new(options).map(Some).context("timestamp")
}

/// `identity.md` I.1: 3 high, 2 substantial, 0 test.
const fn rank(level: Level) -> u8 {
    match level {
        Level::Test => 0,
        Level::Substantial => 2,
        Level::High => 3,
    }
}

fn base_url(config: &Config) -> anyhow::Result<Url> {
    config.server.base_url.clone().context("server.base_url is missing")
}

/// The hub's name in evidence.
pub(super) fn hub_name(config: &Config) -> String {
    let host = config.server.base_url.as_ref().and_then(Url::host_str);
    let named = config.log.hub_name.as_deref().or(host);
    named.unwrap_or(&config.log.origin).to_owned()
}

/// What evidence names as its policy until the operator publishes one.
const DEFAULT_POLICY: &str = "urn:tiedoksi:policy:none-published";

fn options(config: &Config) -> HubOptions {
    let limits = &config.limits;
    let minutes = |n: u32| Duration::from_secs(60 * u64::from(n));
    let hours = |n: u32| 60 * minutes(n);
    HubOptions {
        origin: config.log.origin.clone(),
        hub_name: hub_name(config),
        operator_id: config.log.operator_id.clone().unwrap_or_else(|| hub_name(config)),
        policy: config.log.policy.clone().unwrap_or_else(|| DEFAULT_POLICY.to_owned()),
        regime: config.mailbox.regime,
        opt_out_months: config.mailbox.opt_out_months,
        deleted_window: 24 * hours(config.mailbox.deleted_days),
        content_retention: config.retention.content_days.map(|days| 24 * hours(days)),
        evidence_retention: 24 * hours(config.retention.evidence_days()),
        require_email: config.mailbox.require_email,
        allow_artificial: config.mailbox.allow_artificial,
        paper: config.paper.enabled,
        feed_window: 24 * hours(limits.feed_days),
        upload_window: hours(limits.upload_hours),
        token_lifetime: minutes(limits.token_minutes),
        password_interval: hours(limits.password_interval_hours),
        session_idle: minutes(limits.session_idle_minutes),
        session_lifetime: hours(limits.session_hours),
        confirm_login: minutes(limits.confirm_login_minutes),
        auditors: auditors(config),
        queue: limits.queue,
        #[cfg(feature = "bench-switches")]
        share_commits: config.bench.share_commits,
        #[cfg(not(feature = "bench-switches"))]
        share_commits: true,
        #[cfg(feature = "bench-switches")]
        evidence: config.bench.evidence,
        #[cfg(not(feature = "bench-switches"))]
        evidence: true,
    }
}

/// Which roles make auditors.
fn auditors(config: &Config) -> Grants {
    Grants {
        everywhere: config.auditor.everywhere.iter().cloned().collect(),
        organisations: config.auditor.organisations.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_become_the_windows_that_are_promised() {
        let options = options(&Config::default());
        let hour = 60 * 60;
        // A feed of 60 days and uploads of 24 hours are what senders of the contract count on.
        assert_eq!(options.feed_window, Duration::from_secs(60 * 24 * hour));
        assert_eq!(options.upload_window, Duration::from_secs(24 * hour));
    }

    #[test]
    fn each_limit_is_counted_in_its_own_unit() {
        let mut config = Config::default();
        let limits = &mut config.limits;
        (limits.feed_days, limits.upload_hours, limits.password_interval_hours) = (2, 3, 5);
        (limits.token_minutes, limits.session_idle_minutes, limits.session_hours) = (7, 11, 13);
        limits.confirm_login_minutes = 17;
        let options = options(&config);
        let found = [
            options.feed_window,
            options.upload_window,
            options.password_interval,
            options.token_lifetime,
            options.session_idle,
            options.session_lifetime,
            options.confirm_login,
        ];
        assert_eq!(
            found.map(|window| window.as_secs()),
            [172_800, 10_800, 18_000, 420, 660, 46_800, 1_020]
        );
    }
}
