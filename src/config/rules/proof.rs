//! What the sections about evidence may say: who vouches for the log, who may look into it, and how long it is kept.

use url::Url;

use super::{Check, is_loopback};
use crate::config::Config;
use crate::domain::identity::BusinessId;

impl Config {
    pub(super) fn check_retention(&self, check: &mut Check<'_>) {
        let retention = &self.retention;
        check.that(
            retention.content_days.is_none_or(|days| days > self.limits.feed_days),
            "retention.content_days",
            "must be more than limits.feed_days: for so long systems fetch what end users sent",
        );
        check.that(
            (1..=100).contains(&retention.evidence_years),
            "retention.evidence_years",
            "must be 1 to 100",
        );
        check.that(
            retention
                .content_days
                .is_none_or(|days| days <= retention.evidence_days()),
            "retention.content_days",
            "must not be more than the time of evidence (retention.evidence_years): content is not kept without it",
        );
    }

    pub(super) fn check_auditor(&self, check: &mut Check<'_>) {
        let auditor = &self.auditor;
        let values = || auditor.everywhere.iter().chain(auditor.organisations.keys());
        check.that(!auditor.claim.is_empty(), "auditor.claim", "must name a claim");
        check.that(
            values().all(|value| !value.trim().is_empty()),
            "auditor.everywhere",
            "an empty value would make an auditor of anyone: name the values that the provider gives to auditors",
        );
        check.that(
            auditor.organisations.values().all(|id| BusinessId::parse(id).is_ok()),
            "auditor.organisations",
            "each value stands beside a Business ID, for example \"auditor-viitasaari\" = \"0208573-0\"",
        );
    }

    pub(super) fn check_witness(&self, check: &mut Check<'_>) {
        let witness = &self.witness;
        let plain = |url: &Url| {
            let address_alone = url.username().is_empty() && url.password().is_none();
            matches!(url.scheme(), "http" | "https")
                && address_alone
                && url.query().is_none()
                && url.fragment().is_none()
        };
        check.that(
            witness.server.iter().all(|server| plain(&server.url)),
            "witness.server.url",
            "must start with https:// or http://, end before /add-checkpoint and hold no password",
        );
        check.that(
            witness.server.iter().all(|server| server.vkey.split('+').count() >= 3),
            "witness.server.vkey",
            "must be the line that `tiedoksi witness` prints when it starts: name+hash+base64",
        );
        let servers = u32::try_from(witness.server.len()).unwrap_or(u32::MAX);
        check.that(
            if servers == 0 {
                witness.quorum == 0
            } else {
                (1..=servers).contains(&witness.quorum)
            },
            "witness.quorum",
            "must be from 1 to the number of [[witness.server]]: more than half of them, so that no two groups are enough without a witness in common",
        );
        check.that(
            (1..=60).contains(&witness.timeout_seconds),
            "witness.timeout_seconds",
            "must be from 1 to 60",
        );
    }

    pub(super) fn check_timestamp(&self, check: &mut Check<'_>) {
        let stamping = &self.timestamp;
        check.that(
            stamping.url.is_some() == stamping.ca_file.is_some(),
            if stamping.url.is_some() {
                "timestamp.ca_file"
            } else {
                "timestamp.url"
            },
            "url and ca_file go together: the address of the authority, and the certificates (PEM) that its own must come from",
        );
        if let Some(url) = &stamping.url {
            check.that(
                matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none(),
                "timestamp.url",
                "must start with https:// or http://; user and password are keys of their own",
            );
            check.that(
                stamping.user.is_none() || url.scheme() == "https" || is_loopback(url),
                "timestamp.user",
                "a password must not travel in the clear: give an address that starts with https://",
            );
        }
        check.that(
            stamping.user.is_some() == stamping.password.is_some(),
            "timestamp.user",
            "goes together with password, password_file or TIEDOKSI_TIMESTAMP_PASSWORD: give both, or neither",
        );
        let is_oid = |text: &String| text.contains('.') && text.split('.').all(|arc| arc.parse::<u32>().is_ok());
        check.that(
            stamping.policy.as_ref().is_none_or(is_oid),
            "timestamp.policy",
            "must be an object identifier, such as \"1.3.6.1.4.1.13762.3\"; leave it out for the authority's own choice",
        );
    }
}
