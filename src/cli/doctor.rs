//! `tiedoksi doctor`: looks at each part of an installation and says what to do.
//!
//! Changes nothing that stays: the object store gets one small object and loses it again. Exit code 1 when anything is a problem.

mod host;
mod mail;
mod malware;
mod provider;
mod stamps;
mod witness;

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};

use super::{ConfigFile, build, install_quiet_telemetry, keys, login_keys, schema};
use crate::config::{Config, LoginProfile};
use crate::domain::time::{Clock as _, SystemClock, from_micros};
use crate::objects::Objects;
use crate::store::Db;

/// How near its end a certificate is worth a word.
const EXPIRES_SOON_DAYS: i64 = 30;

/// How long a letter may wait for the print house before it is worth a word: a weekend and a holiday.
const COLLECTED_WITHIN: SignedDuration = SignedDuration::from_hours(96);

/// What was found of one part: how it is when it is well.
type Finding = anyhow::Result<String>;

/// Looks at everything, also when something fails.
pub(super) async fn doctor(at: ConfigFile) -> anyhow::Result<ExitCode> {
    install_quiet_telemetry()?;
    let config = match at.load() {
        Ok(config) => config,
        Err(problems) => {
            tell("configuration", &Err(problems));
            println!("The rest was not looked at: it depends on the configuration.");
            return Ok(ExitCode::FAILURE);
        }
    };
    let now = SystemClock.now();
    let findings: [(&str, Finding); 13] = [
        ("configuration", Ok(at.config.display().to_string())),
        ("keys", keys_work(&config, now)),
        ("database", database_works(&config).await),
        ("object store", objects_work(&config, now).await),
        ("malware scanner", malware::works(&config, now).await),
        ("identity provider", provider::works(&config).await),
        ("clock", host::clock_is_sane(now, provider::time(&config).await)),
        ("TLS files", tls_works(&config, now)),
        ("disk space", host::disk_has_room(&config)),
        ("letters", letters_go(&config, now).await),
        ("mail", mail::goes(&config, now).await),
        ("time stamps", stamps::come(&config, now).await),
        ("witnesses", witness::answer(&config).await),
    ];
    for (part, finding) in &findings {
        tell(part, finding);
    }
    let well = findings.iter().all(|(_, finding)| finding.is_ok());
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(part: &str, finding: &Finding) {
    match finding {
        Ok(detail) => println!("OK       {part}: {detail}"),
        Err(error) => println!("PROBLEM  {part}: {error:#}"),
    }
}

fn keys_work(config: &Config, now: Timestamp) -> Finding {
    let places = keys::Places::of(config);
    let opened = keys::open(config)
        .context("before the first start this is as it should be: `tiedoksi admin` or `serve` make the keys; afterwards restore them from their backup")?;
    for file in [
        places.master.as_deref(),
        Some(&*places.seal_key),
        Some(&*places.log_key),
    ]
    .into_iter()
    .flatten()
    {
        host::is_ours_alone(file)?;
    }
    if config.login.profile == LoginProfile::Ftn {
        login_keys::open(config)?;
        login_keys::files(config)
            .iter()
            .try_for_each(|file| host::is_ours_alone(file))?;
    }
    let (evidence, next) = (&opened.evidence, places.next());
    for file in [&next.log_key, &next.seal_key].into_iter().filter(|file| file.exists()) {
        host::is_ours_alone(file)?;
    }
    let until = host::certificate_holds(evidence.seal.chain_pem(), now).context("the sealing certificate")?;
    let waiting = match (&evidence.next.log, &evidence.next.seal) {
        (None, None) => "",
        _ => "; another key lies beside one in use: `admin key list` says whether it is announced",
    };
    Ok(format!(
        "log key {}; sealing certificate holds {until}{waiting}",
        evidence.log.vkey()
    ))
}

async fn database_works(config: &Config) -> Finding {
    if let Some(file) = build::sqlite_file(config) {
        ensure!(
            file.exists(),
            "database.url: there is no {}: run `tiedoksi migrate`",
            file.display()
        );
    }
    let db = Db::open(&build::database(config))
        .await
        .context("database.url: is the server running, and are user, password and name right?")?;
    let state = schema::state(&db).await;
    db.close().await;
    let state = state?;
    ensure!(state.applied >= state.needed, "{state}");
    Ok(format!("{}, {state}", db.kind()))
}

async fn objects_work(config: &Config, now: Timestamp) -> Finding {
    if let (Some(folder), None) = (&config.objects.folder, &config.objects.s3) {
        ensure!(
            folder.is_dir(),
            "objects.folder: there is no {}: `tiedoksi admin` or `serve` make it at the first start",
            folder.display()
        );
    }
    let objects = Objects::open(&build::objects_at(config))
        .context("objects: does the place exist, and may this user write there?")?;
    let name = format!("doctor/{}", now.as_microsecond());
    let written = objects.put_once(&name, b"doctor").await;
    let removed = objects.remove_named(&name).await;
    written.context("objects: cannot be written to; check permissions or credentials")?;
    removed.context("objects: what was written cannot be removed; check permissions")?;
    Ok("can be written to".to_owned())
}

/// Letters that cannot be composed, and letters that nobody collects.
async fn letters_go(config: &Config, now: Timestamp) -> Finding {
    let db = Db::open(&build::database(config)).await.context("database.url")?;
    let backlog = async { db.read().await?.print_backlog().await }.await;
    db.close().await;
    let (failed, oldest) = backlog.context("the letters cannot be counted")?;
    ensure!(
        failed == 0,
        "{failed} letter(s) cannot be composed, a fault of the program: the log names them; report it, and start a mended program"
    );
    let Some(oldest) = oldest.map(from_micros) else {
        return Ok("none waits".to_owned());
    };
    ensure!(
        now.duration_since(oldest) < COLLECTED_WITHIN,
        "a letter has been waiting for the print house since {oldest:.0}: does it collect, and does its key hold (`admin print-house list`)?"
    );
    Ok(format!("the oldest waits since {oldest:.0}"))
}

fn tls_works(config: &Config, now: Timestamp) -> Finding {
    let (Some(certificate), Some(key)) = (&config.server.tls_certificate, &config.server.tls_key) else {
        return Ok("none: plain http behind a proxy, or on this machine alone".to_owned());
    };
    host::certificate_fits(certificate, key)?;
    let chain = std::fs::read_to_string(certificate)?;
    let until = host::certificate_holds(&chain, now).with_context(|| certificate.display().to_string())?;
    Ok(format!("certificate holds {until}"))
}
