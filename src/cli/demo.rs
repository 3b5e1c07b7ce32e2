//! `tiedoksi demo`: the newcomer's first five minutes. One process, nothing installed, artificial persons.
//!
//! Everything lies under `--data` and is used again by the next run. `demo.json` is there while the demo takes requests, and complete whenever
//! it is there. The built-in identity provider believes anyone: that is why it is mounted here alone.

mod guide;
mod pdf;
mod record;
pub(super) mod sample;
mod seed;

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use ring::rand::{SecureRandom as _, SystemRandom};
use url::Url;

use super::build::{Built, LOGIN_CALLBACK, build, database};
use super::serve::PlainHttp;
use super::{keys, serve};
use crate::config::{Config, Secret};
use crate::domain::time::{Clock, SystemClock};
use crate::store::Db;

/// Where the identity provider is, under the base address.
const PROVIDER: &str = "/demo-idp";
const CLIENT_ID: &str = "tiedoksi-demo";
/// The name of the demo's log.
const ORIGIN: &str = "tiedoksi.example/demo";
/// From whom the demo's mail is, which leaves the folder never.
const MAIL_FROM: &str = "Tiedoksi <viestit@tiedoksi.example>";

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tiedoksi demo
  tiedoksi demo --data /tmp/try --listen 127.0.0.1:0     a free port; its address is printed and in demo.json

To begin anew, stop the demo and remove the folder.")]
pub(super) struct Demo {
    /// The folder for everything the demo keeps
    #[arg(long, value_name = "DIR", default_value = "tiedoksi-data")]
    data: PathBuf,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// What the demo's identity provider knows of us.
#[derive(Debug)]
pub(super) struct Registration<'a> {
    pub(super) issuer: Url,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a str,
    pub(super) redirect_urls: Vec<Url>,
}

/// The files under `--data`.
struct Folder(PathBuf);

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        super::install_quiet_telemetry()?;
        // First, so that a second demo on the same port leaves the first one's folder alone.
        let listener = serve::bind(self.listen)?;
        let folder = Folder::open(std::path::absolute(&self.data)?)?;
        let base_url = base_url(listener.local_addr()?)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let secret = random_text()?;
        let config = config(&folder, self.listen, &base_url, &secret);
        let registration = Registration {
            issuer: base_url.join(PROVIDER)?,
            client_id: CLIENT_ID,
            client_secret: &secret,
            redirect_urls: vec![base_url.join(LOGIN_CALLBACK)?, base_url.clone()],
        };
        let provider = serve::demo_provider(registration, Arc::clone(&clock))?;
        let (built, systems) = folder.fill(&config, clock).await?;
        folder.write_config(&base_url)?;
        let address = base_url.as_str().trim_end_matches('/').to_owned();
        let (vkey, chain) = (built.keys.log.vkey(), built.keys.seal.chain_pem().to_owned());
        let file = folder.record();
        let ready = || {
            record::write(&file, &record::Record::new(&address, &systems, &vkey, &chain))?;
            guide::print(&address, &systems, &file, &folder.config());
            if !self.listen.ip().is_loopback() {
                guide::warn_of_strangers(self.listen);
            }
            Ok(())
        };
        let served = serve::run(&config, PlainHttp::Anywhere, listener, built, provider, ready).await;
        // Gone on purpose when stopped; a killed demo's is removed by the next start.
        let _ = std::fs::remove_file(&file);
        served
    }
}

/// The address for people: where the demo listens everywhere, this machine's own.
fn base_url(address: SocketAddr) -> anyhow::Result<Url> {
    let port = address.port();
    let text = match address {
        _ if address.ip().is_unspecified() => format!("http://127.0.0.1:{port}/"),
        address => format!("http://{address}/"),
    };
    Ok(text.parse()?)
}

fn random_text() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| anyhow::anyhow!("no random numbers could be had"))?;
    Ok(hex::encode(bytes))
}

fn config(folder: &Folder, listen: SocketAddr, base_url: &Url, secret: &str) -> Config {
    let mut config = Config::default();
    config.server.listen = listen;
    config.server.base_url = Some(base_url.clone());
    config.database.url = Some(Secret::new(format!("sqlite:{}", folder.database().display())));
    config.objects.folder = Some(folder.0.join("objects"));
    config.keys.folder = folder.0.join("keys");
    config.log.origin = ORIGIN.into();
    config.login.issuer = base_url.join(PROVIDER).ok();
    config.login.client_id = CLIENT_ID.into();
    config.login.client_secret = Some(Secret::new(secret));
    config.login.api_audience = Some(format!("{base_url}api/v1"));
    config.mailbox.allow_artificial = true;
    config.auditor.everywhere = vec![sample::ROLE.to_owned()];
    config.auditor.organisations = [(sample::TOWN_ROLE.to_owned(), sample::TOWN.to_owned())].into();
    config.paper.enabled = true;
    config.mail.from = MAIL_FROM.into();
    config.mail.folder = Some(folder.0.join("mail"));
    config
}

impl Folder {
    fn open(path: PathBuf) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("{} cannot be made", path.display()))?;
        let folder = Self(path);
        remove(&folder.record())?;
        if folder.unfinished().exists() {
            folder.clear()?;
        }
        Ok(folder)
    }

    /// What the operator's commands need to work on the demo's data; the demo itself does not read it.
    fn write_config(&self, base_url: &Url) -> anyhow::Result<()> {
        let text = format!(
            "# The demo's hub, for the operator's commands: tiedoksi admin --config THIS-FILE print-house add NAME\n\
             [server]\nbase_url = \"{base_url}\"\n\n[database]\nurl = \"sqlite:tiedoksi.db\"\n\n[objects]\nfolder = \"objects\"\n\n\
             [log]\norigin = \"{ORIGIN}\"\n\n[login]\nissuer = \"{base_url}demo-idp\"\nclient_id = \"{CLIENT_ID}\"\n\
             client_secret = \"new at each start\"\naccept_test_levels = true\n\n[mailbox]\nallow_artificial = true\n\n\
             [mail]\nfrom = \"{MAIL_FROM}\"\nfolder = \"mail\"\n\n[paper]\nenabled = true\n"
        );
        let file = self.config();
        std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))
    }

    fn config(&self) -> PathBuf {
        self.0.join("tiedoksi.toml")
    }

    fn record(&self) -> PathBuf {
        self.0.join("demo.json")
    }

    fn database(&self) -> PathBuf {
        self.0.join("tiedoksi.db")
    }

    /// The systems and their passwords, kept between runs.
    fn systems(&self) -> PathBuf {
        self.0.join("systems.json")
    }

    /// There while the first start is under way.
    fn unfinished(&self) -> PathBuf {
        self.0.join("first-start-unfinished")
    }

    /// Removes what a first start left that was broken off; nobody has used it.
    fn clear(&self) -> anyhow::Result<()> {
        for name in ["tiedoksi.db", "tiedoksi.db-wal", "tiedoksi.db-shm", "systems.json"] {
            remove(&self.0.join(name))?;
        }
        for name in ["objects", "keys", "mail"] {
            match std::fs::remove_dir_all(self.0.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        remove(&self.unfinished())
    }

    /// The hub on this folder, with the sample in it.
    async fn fill(&self, config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<(Built, Vec<record::System>)> {
        let first = !self.systems().exists();
        if first {
            if self.database().exists() {
                bail!(
                    "{} holds another hub's data: choose another folder with --data",
                    self.0.display()
                );
            }
            keys::write_new(&self.unfinished(), b"")?;
        }
        let db = Db::open(&database(config)).await?;
        db.migrate().await?;
        db.close().await;
        let built = build(config, clock).await?;
        if first {
            let systems = seed::seed(&built.hub).await.context("the sample could not be loaded")?;
            record::write(&self.systems(), &systems)?;
            remove(&self.unfinished())?;
        }
        let systems = std::fs::read(self.systems())?;
        let systems = serde_json::from_slice(&systems).with_context(|| self.systems().display().to_string())?;
        Ok((built, systems))
    }
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_can_be_opened() {
        let url = |address: &str| base_url(address.parse().unwrap()).unwrap().to_string();
        assert_eq!(url("127.0.0.1:8080"), "http://127.0.0.1:8080/");
        assert_eq!(url("0.0.0.0:9000"), "http://127.0.0.1:9000/");
        assert_eq!(url("[::1]:9000"), "http://[::1]:9000/");
    }

    #[test]
    fn a_first_start_that_was_broken_off_is_begun_anew_and_a_finished_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let data = Folder::open(path.clone()).unwrap();
        std::fs::write(data.database(), "x").unwrap();
        std::fs::write(data.record(), "stale").unwrap();
        let data = Folder::open(path.clone()).unwrap();
        assert!(data.database().exists() && !data.record().exists());
        std::fs::write(data.unfinished(), "").unwrap();
        let data = Folder::open(path).unwrap();
        assert!(!data.database().exists() && !data.unfinished().exists());
    }

    #[test]
    fn the_operators_commands_can_read_the_demos_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let data = Folder::open(folder.path().join("data")).unwrap();
        let address: Url = "http://127.0.0.1:8080/".parse().unwrap();
        data.write_config(&address).unwrap();
        let read = Config::load(&data.config(), &|_| None).unwrap();
        let demo = config(&data, "127.0.0.1:8080".parse().unwrap(), &address, "secret");
        assert_eq!(database(&read).url, database(&demo).url);
        assert_eq!(read.objects, demo.objects);
        assert_eq!(read.keys.folder, demo.keys.folder);
        assert_eq!(
            (read.log.origin, read.paper, read.mailbox, read.mail),
            (demo.log.origin, demo.paper, demo.mailbox, demo.mail)
        );
    }
}
