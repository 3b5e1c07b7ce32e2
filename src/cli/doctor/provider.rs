//! Whether the identity provider answers, and what time it says it is.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use openidconnect::reqwest;

use super::Finding;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

/// Fetches the discovery document and compares the issuer, which must match to the letter.
pub(super) async fn works(config: &Config) -> Finding {
    let issuer = config
        .login
        .issuer
        .as_ref()
        .context("login.issuer is missing")?
        .as_str();
    let answer = fetch(config)
        .await
        .context("login.issuer: its discovery document cannot be fetched; check the address and the network")?;
    let status = answer.status();
    ensure!(
        status.is_success(),
        "login.issuer: its discovery document is answered with {status}; is the address the issuer's own?"
    );
    let document: serde_json::Value = serde_json::from_slice(&answer.bytes().await?)
        .context("login.issuer: its discovery document is not JSON; is the address the issuer's own?")?;
    let stated = document["issuer"].as_str().unwrap_or_default();
    ensure!(
        stated.trim_end_matches('/') == issuer.trim_end_matches('/'),
        "login.issuer is {issuer}, but the provider calls itself \"{stated}\": write it as the provider does"
    );
    Ok(format!("{stated} answers"))
}

/// The provider's clock, where it says.
pub(super) async fn time(config: &Config) -> Option<Timestamp> {
    let answer = fetch(config).await.ok()?;
    let date = answer.headers().get("date")?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp())
}

async fn fetch(config: &Config) -> anyhow::Result<reqwest::Response> {
    let issuer = config.login.issuer.as_ref().context("login.issuer is missing")?;
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.as_str().trim_end_matches('/')
    );
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    Ok(client.get(address).send().await?)
}
