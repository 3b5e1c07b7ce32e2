//! `tiedoksi migrate`: the database's schema, brought up to date.

use anyhow::Context as _;

use super::{ConfigFile, build, install_quiet_telemetry, schema};
use crate::store::Db;

/// Safe to repeat, and to run from several machines at once.
pub(super) async fn migrate(at: ConfigFile) -> anyhow::Result<()> {
    let config = at.load()?;
    install_quiet_telemetry()?;
    let db = Db::open(&build::direct_database(&config))
        .await
        .context("database.url: cannot be opened")?;
    db.migrate().await?;
    let state = schema::state(&db).await?;
    println!("The {} database is at version {}.", db.kind(), state.applied);
    db.close().await;
    Ok(())
}
