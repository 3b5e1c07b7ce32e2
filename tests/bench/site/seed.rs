//! One sender and its recipients, through the hub's own acts.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use ring::rand::SystemRandom;
use tiedoksi::auth::oidc::{ClaimNames, Provider, ProviderOptions, default_levels};
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::deadline::RuleSets;
use tiedoksi::domain::identity::{BusinessId, Hetu};
use tiedoksi::domain::name::Names;
use tiedoksi::domain::time::{Clock as _, SystemClock};
use tiedoksi::evidence::checkpoint::LogKey;
use tiedoksi::evidence::keys::EvidenceKeys;
use tiedoksi::evidence::seal::SealKey;
use tiedoksi::hub::registry::NewOrganisation;
use tiedoksi::hub::{Hub, HubOptions, HubParts};
use tiedoksi::objects::{Objects, ObjectsAt};
use tiedoksi::press::{Press, own_program};
use tiedoksi::store::{Db, DbOptions};
use tiedoksi::vault::Vault;

use crate::people;

pub const USERNAME: &str = "bench";
pub const SERVICE: &str = "bench-service";
/// Acts under way at once: enough to share commits.
const AT_ONCE: usize = 64;

/// Migrates a database and fills it; the sender's password.
pub async fn fill(url: &str, master_key: &str, folder: &Path) -> anyhow::Result<String> {
    let db = Db::open(&DbOptions {
        url: url.to_owned(),
        connections: 8,
        pooler: false,
    })
    .await?;
    db.migrate().await?;
    let hub = hub(db.clone(), master_key, folder)?;
    let password = register(&hub).await?;
    futures::stream::iter(0..people::COUNT)
        .map(Ok)
        .try_for_each_concurrent(AT_ONCE, |number| {
            let hub = Arc::clone(&hub);
            async move {
                let citizen = hub
                    .citizen_of_demo(Hetu::parse(&people::code(number), true)?, "Onni Testilä")
                    .await?;
                hub.activate(&citizen).await?;
                anyhow::Ok(())
            }
        })
        .await?;
    drop(hub);
    db.close().await;
    Ok(password)
}

/// Registers the sender; its password.
pub async fn register(hub: &Hub) -> anyhow::Result<String> {
    let business_id = BusinessId::parse("0208573-0")?;
    let names = |name: &str| Names {
        fi: name.to_owned(),
        sv: name.to_owned(),
        en: name.to_owned(),
    };
    let new = NewOrganisation {
        business_id: business_id.clone(),
        names: names("Koekunta"),
        requires_consent: false,
        refusable: false,
    };
    hub.add_organisation(new).await?;
    hub.add_system(&business_id, USERNAME).await?;
    hub.add_service(USERNAME, SERVICE, names("Koepalvelu")).await?;
    let (_, password) = hub.add_secret(USERNAME, None).await?;
    Ok(password)
}

/// A hub on the server's database and master key. Its evidence keys are its own: nothing is sealed here.
pub fn hub(db: Db, master_key: &str, folder: &Path) -> anyhow::Result<Arc<Hub>> {
    let rng = SystemRandom::new();
    let now = SystemClock.now();
    let seal = SealKey::generate("Bench", now, now + SignedDuration::from_hours(24), &rng)?;
    let nowhere: url::Url = "http://127.0.0.1:1/".parse()?;
    let provider = ProviderOptions {
        issuer: nowhere.clone(),
        client_id: "bench".to_owned(),
        profile: tiedoksi::auth::oidc::Profile::Secret("bench".to_owned()),
        api_audience: None,
        api_scope: None,
        role_claim: None,
        redirect_url: nowhere.clone(),
        post_logout_url: nowhere,
        scopes: Vec::new(),
        claims: ClaimNames::default(),
        levels: default_levels(),
        required_level: 2,
        accept_test_levels: false,
        allow_artificial: true,
        ui_locales: Vec::new(),
    };
    let day = Duration::from_secs(24 * 60 * 60);
    Ok(Hub::new(HubParts {
        db,
        objects: Objects::open(&ObjectsAt::Folder(folder.join("objects")))?,
        scanner: None,
        mailer: None,
        press: Press::new(own_program()?),
        vault: Vault::from_base64(master_key)?,
        keys: Arc::new(EvidenceKeys::new(
            SealKey::from_pem(&seal.key, &seal.chain)?,
            LogKey::from_pkcs8("bench.example/log", &LogKey::generate(&rng)?)?,
        )),
        clock: Arc::new(SystemClock),
        mandates: None,
        witnesses: None,
        tsa: None,
        provider: Arc::new(Provider::new(provider, Arc::new(SystemClock))?),
        rules: Arc::new(RuleSets::embedded()),
        options: HubOptions {
            origin: "bench.example/log".to_owned(),
            hub_name: "bench".to_owned(),
            operator_id: "0208573-0".to_owned(),
            policy: "http://bench.example/policy".to_owned(),
            regime: Regime::Consent,
            opt_out_months: 6,
            deleted_window: 60 * day,
            content_retention: None,
            evidence_retention: 3_653 * day,
            require_email: false,
            confirm_login: day,
            allow_artificial: true,
            paper: false,
            feed_window: 30 * day,
            upload_window: day,
            token_lifetime: Duration::from_secs(3600),
            password_interval: day,
            session_idle: day,
            session_lifetime: day,
            auditors: tiedoksi::domain::auditor::Grants::default(),
            queue: 1024,
            share_commits: true,
            evidence: true,
        },
    }))
}
