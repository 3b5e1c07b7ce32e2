//! The witnesses: whether each is there, and follows our log.

use anyhow::{Context as _, bail};

use super::Finding;
use crate::cli::build;
use crate::config::Config;
use crate::evidence::submission::Submission;
use crate::store::Db;
use crate::witness::client::AskError;

/// Offers each the last checkpoint with a proof from beyond it: every witness looks whose it is, and refuses it as no proof (400). Nothing changes there.
/// Before the first checkpoint only whether it is there can be told.
pub(super) async fn answer(config: &Config) -> Finding {
    let Some(panel) = build::witnesses(config)? else {
        return Ok("none: nobody else vouches that the log only grows".to_owned());
    };
    let db = Db::open(&build::database(config)).await.context("database.url")?;
    let log = async { db.read().await?.find_log(&config.log.origin).await }.await;
    db.close().await;
    let (size, checkpoint) = log?.map(|log| (log.size, log.checkpoint)).unwrap_or_default();
    let submission = Submission {
        old: size.unsigned_abs() + 1,
        proof: Vec::new(),
        checkpoint,
    };
    for client in panel.clients() {
        let name = client.key().name();
        match client.ask(&submission).await {
            Err(AskError::Status(400)) => {}
            Err(AskError::Status(404)) => {
                bail!("{name} is there, and does not follow this log: give its operator what /log/log.vkey says")
            }
            Err(AskError::Status(403)) => {
                bail!("{name} follows this log under another key: give its operator log.vkey")
            }
            Err(error) => return Err(error).with_context(|| name.to_owned()),
            Ok(_) => bail!("{name} answers what no witness answers: is witness.server.url its address?"),
        }
    }
    Ok(format!(
        "all {} are there; {} must cosign",
        panel.clients().len(),
        panel.quorum()
    ))
}
