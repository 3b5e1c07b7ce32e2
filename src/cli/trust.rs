//! `tiedoksi trust`: the public keys for those who verify, the witnesses' among them, to be handed over on a way other than the hub's own.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::{ConfigFile, build, keys};
use crate::config::Config;
use crate::evidence::keys::EvidenceKeys;
use crate::evidence::proof::ProofTrust;
use crate::store::Db;

#[derive(Debug, Args)]
pub(super) struct Trust {
    #[command(flatten)]
    at: ConfigFile,
    /// The folder to write log.vkey and seal_chain.pem into; also tsa_chain.pem where the log is stamped, witness.vkey and witness.policy where it is
    /// cosigned
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Trust {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let config = self.at.load()?;
        let evidence = keys::open(&config)?.evidence;
        let secrets = std::fs::canonicalize(&config.keys.folder).ok();
        anyhow::ensure!(
            secrets.is_none() || std::fs::canonicalize(&self.out).ok() != secrets,
            "{} is where the secret keys lie: name another folder, which may be handed out whole",
            self.out.display()
        );
        std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
        let stated = stated(&config, &evidence).await?;
        let mut files = vec![
            ("log.vkey", format!("{}\n", stated.log_vkey)),
            ("seal_chain.pem", stated.seal_chain),
        ];
        if let Some(panel) = super::build::witnesses(&config)? {
            let keys = panel.clients().iter().map(|client| format!("{}\n", client.key()));
            files.push(("witness.vkey", keys.collect()));
            files.push(("witness.policy", format!("quorum {}\n", panel.quorum())));
        }
        if let Some(file) = &config.timestamp.ca_file {
            let chain = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            files.push(("tsa_chain.pem", chain));
        }
        for (name, content) in files {
            let file = self.out.join(name);
            std::fs::write(&file, content).with_context(|| format!("{} cannot be written", file.display()))?;
            println!("{}", file.display());
        }
        Ok(())
    }
}

/// The public keys, with those that were replaced or are announced, which the database knows.
async fn stated(config: &Config, evidence: &EvidenceKeys) -> anyhow::Result<ProofTrust> {
    let is_new = build::sqlite_file(config).is_some_and(|file| !file.exists());
    let rows = match is_new {
        true => Vec::new(),
        false => {
            let db = Db::open(&build::database(config)).await.context("database.url")?;
            let rows = async { db.read().await?.list_evidence_keys().await }.await;
            db.close().await;
            rows.context("the list of keys cannot be read: has `tiedoksi migrate` been run?")?
        }
    };
    Ok(crate::hub::keys::stated(evidence, &rows)?)
}
