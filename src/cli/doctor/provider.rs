//! Whether the identity provider answers, and what time it says it is.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use openidconnect::reqwest;
use serde_json::Value;

use super::Finding;
use crate::auth::jwe::{CONTENT_ALGORITHMS, KEY_ALGORITHMS};
use crate::config::{Config, LoginProfile};

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
    let document: Value = serde_json::from_slice(&answer.bytes().await?)
        .context("login.issuer: its discovery document is not JSON; is the address the issuer's own?")?;
    let stated = document["issuer"].as_str().unwrap_or_default();
    ensure!(
        stated.trim_end_matches('/') == issuer.trim_end_matches('/'),
        "login.issuer is {issuer}, but the provider calls itself \"{stated}\": write it as the provider does"
    );
    if config.login.profile == LoginProfile::Ftn {
        takes_our_part(&document)?;
    }
    Ok(format!("{stated} answers"))
}

/// Refuses a provider that says it does not do what `profile = "ftn"` demands. What a document does not say, it does not deny.
fn takes_our_part(document: &Value) -> anyhow::Result<()> {
    let demands: [(&str, &[&str]); 4] = [
        ("token_endpoint_auth_methods_supported", &["private_key_jwt"]),
        ("request_object_signing_alg_values_supported", &["RS256"]),
        ("id_token_encryption_alg_values_supported", &KEY_ALGORITHMS),
        ("id_token_encryption_enc_values_supported", &CONTENT_ALGORITHMS),
    ];
    for (name, ours) in demands {
        let Some(theirs) = document[name].as_array() else {
            continue;
        };
        ensure!(
            ours.iter().any(|one| theirs.iter().any(|other| other == one)),
            "login.profile is \"ftn\", but the provider's {name} has none of {}: is it a broker of the Finnish Trust Network?",
            ours.join(", ")
        );
    }
    ensure!(
        document["request_parameter_supported"] != false,
        "login.profile is \"ftn\", but the provider takes no signed requests (request_parameter_supported)"
    );
    Ok(())
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
