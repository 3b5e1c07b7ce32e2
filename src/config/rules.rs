//! What the keys may say, beyond their types. Each complaint says what to do.

use std::net::IpAddr;

use url::{Host, Url};

use super::{Config, Level, LoginProfile, MailTls, Problem};
use crate::domain::consent::Regime;
use crate::domain::identity::BusinessId;

/// Collects complaints.
struct Check<'a>(&'a mut Vec<Problem>);

impl Check<'_> {
    fn that(&mut self, holds: bool, key: &str, otherwise: &str) {
        if !holds {
            self.0.push(Problem::new(key, otherwise));
        }
    }
}

/// Whether an address names this machine only.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

impl Config {
    /// Adds everything that does not hold.
    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        let mut check = Check(problems);
        self.check_server(&mut check);
        self.check_storage(&mut check);
        self.check_login(&mut check);
        self.check_auditor(&mut check);
        self.check_mandates(&mut check);
        self.check_witness(&mut check);
        self.check_mail(&mut check);
        self.check_timestamp(&mut check);
        self.check_retention(&mut check);
        self.check_rest(&mut check);
    }

    fn check_server(&self, check: &mut Check<'_>) {
        let server = &self.server;
        let tls = server.tls_certificate.is_some() && server.tls_key.is_some();
        check.that(
            server.tls_certificate.is_some() == server.tls_key.is_some(),
            if server.tls_key.is_some() {
                "server.tls_certificate"
            } else {
                "server.tls_key"
            },
            "certificate and key go together: give both files, or neither behind a proxy that does TLS",
        );
        check.that(
            tls || server.listen.ip().is_loopback() || !server.trusted_proxies.is_empty(),
            "server.listen",
            "plain http on an address that others reach: give tls_certificate and tls_key, or name the proxy that does TLS in \
             trusted_proxies, or listen on 127.0.0.1",
        );
        check.that(
            server.trusted_proxies.iter().all(|net| net.prefix_len() > 0),
            "server.trusted_proxies",
            "a /0 network is everyone, who could then claim any address: name the proxies alone, for example [\"10.0.0.5/32\"]",
        );
        check.that(
            server
                .metrics_listen
                .is_none_or(|at| at != server.listen || at.port() == 0),
            "server.metrics_listen",
            "metrics need an address or port of their own",
        );
        let prefix = &server.path_prefix;
        let usable = |c: char| c.is_ascii_alphanumeric() || "-_./~".contains(c);
        check.that(
            prefix.is_empty()
                || (prefix.starts_with('/')
                    && !prefix.ends_with('/')
                    && !prefix.contains("//")
                    && prefix.chars().all(usable)),
            "server.path_prefix",
            "must start with / and not end with it, for example \"/rest\"; leave it empty to serve at the root alone",
        );
        let Some(base_url) = &server.base_url else {
            check.that(
                false,
                "server.base_url",
                "is missing: the address citizens use, for example \"https://viestit.example.fi\"",
            );
            return;
        };
        check.that(
            matches!(base_url.scheme(), "http" | "https"),
            "server.base_url",
            "must start with https://",
        );
        check.that(
            base_url.scheme() != "http" || is_loopback(base_url),
            "server.base_url",
            "must start with https:// unless it is this machine's own address (localhost, 127.0.0.1)",
        );
        check.that(
            !tls || base_url.scheme() == "https",
            "server.base_url",
            "must start with https://, since the hub has a certificate",
        );
        check.that(
            base_url.query().is_none() && base_url.fragment().is_none() && base_url.path() == "/",
            "server.base_url",
            "must be scheme, host and port alone: the hub serves at the root of its host",
        );
    }

    fn check_retention(&self, check: &mut Check<'_>) {
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

    fn check_storage(&self, check: &mut Check<'_>) {
        let url = self.database.url.as_ref().map(super::Secret::reveal);
        let is_postgres = |url: &str| url.starts_with("postgres:") || url.starts_with("postgresql:");
        match url {
            None => check.that(
                false,
                "database.url",
                "is missing: \"sqlite:tiedoksi.db\" or \"postgres://user:password@host/name\", here, in url_file or in TIEDOKSI_DATABASE_URL",
            ),
            Some(url) => {
                check.that(
                    url.starts_with("sqlite:") || is_postgres(url),
                    "database.url",
                    "must start with sqlite: or postgres:",
                );
                check.that(
                    !self.database.pooler || is_postgres(url),
                    "database.pooler",
                    "is for PostgreSQL only: leave it out",
                );
            }
        }
        check.that(
            !self.database.pooler
                || self
                    .database
                    .direct_url
                    .as_ref()
                    .is_some_and(|url| is_postgres(url.reveal())),
            "database.direct_url",
            "is missing: with a pooler, `migrate` needs the address of PostgreSQL itself",
        );
        check.that(
            (1..=1000).contains(&self.database.connections),
            "database.connections",
            "must be from 1 to 1000; 8 to 16 suit two cores",
        );
        check.that(
            self.objects.folder.is_some() != self.objects.s3.is_some(),
            "objects",
            "give either folder = \"objects\" or a section [objects.s3]",
        );
        if let Some(s3) = &self.objects.s3 {
            check.that(!s3.bucket.is_empty(), "objects.s3.bucket", "is missing");
            check.that(
                !s3.region.is_empty(),
                "objects.s3.region",
                "is missing: for example \"eu-north-1\"",
            );
            check.that(
                s3.access_key_id.is_some() == s3.secret_access_key.is_some(),
                "objects.s3.access_key_id",
                "goes together with secret_access_key: give both, or neither to use the AWS_* environment",
            );
        }
        check.that(
            self.keys.seal_key_file.is_some() == self.keys.seal_certificate_file.is_some(),
            "keys.seal_key_file",
            "goes together with seal_certificate_file: give both, or neither to use the keys folder",
        );
    }

    fn check_login(&self, check: &mut Check<'_>) {
        let login = &self.login;
        match &login.issuer {
            None => check.that(
                false,
                "login.issuer",
                "is missing: the identity provider's issuer address",
            ),
            Some(issuer) => check.that(
                issuer.scheme() == "https" || (issuer.scheme() == "http" && is_loopback(issuer)),
                "login.issuer",
                "must start with https:// unless it is this machine's own address",
            ),
        }
        check.that(
            !login.client_id.is_empty(),
            "login.client_id",
            "is missing: the identity provider gives it",
        );
        let by_keys = login.profile == LoginProfile::Ftn;
        check.that(
            by_keys || login.client_secret.is_some(),
            "login.client_secret",
            "is missing: put it here, into client_secret_file or into TIEDOKSI_CLIENT_SECRET",
        );
        check.that(
            !by_keys || login.client_secret.is_none(),
            "login.client_secret",
            "has no place with profile = \"ftn\", where the hub proves itself by its keys: leave it out, in the environment too",
        );
        check.that(
            by_keys || (login.signing_key_files.is_empty() && login.encryption_key_files.is_empty()),
            "login.profile",
            "signing_key_files and encryption_key_files are for profile = \"ftn\": set it, or leave them out",
        );
        check.that(!login.claims.hetu.is_empty(), "login.claims.hetu", "must name a claim");
        check.that(
            login.required_level != Level::Test,
            "login.required_level",
            "must be \"substantial\" or \"high\"; test levels are let in by accept_test_levels",
        );
        self.check_tests_stay_here(check);
        check.that(
            login
                .api_audience
                .as_ref()
                .is_none_or(|audience| !audience.is_empty() && *audience != login.client_id),
            "login.api_audience",
            "must be a name of the API's own, not client_id: an ID token must never pass for an access token",
        );
        check.that(
            login.api_scope.is_none() || login.api_audience.is_some(),
            "login.api_scope",
            "is of access tokens, and none are taken without login.api_audience: set that too",
        );
        // RFC 6749 3.3.
        let is_scope = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|it| matches!(it, b'!' | b'#'..=b'[' | b']'..=b'~'))
        };
        check.that(
            login.api_scope.as_ref().is_none_or(is_scope),
            "login.api_scope",
            "must be one word, without spaces, quotes and backslashes: \"tiedoksi.mailbox\"",
        );
        check.that(
            login.accept_test_levels || login.levels.values().any(|level| *level >= login.required_level),
            "login.levels",
            "no acr value reaches required_level, so nobody could log in: name at least one",
        );
    }

    fn check_auditor(&self, check: &mut Check<'_>) {
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

    fn check_mail(&self, check: &mut Check<'_>) {
        let mail = &self.mail;
        if !mail.is_configured() {
            check.that(
                self.mailbox.regime != Regime::Consent || !self.mailbox.require_email,
                "mail.server",
                "is missing: \"smtp.example.fi\". A mailbox opens only with a verified e-mail address, unless mailbox.require_email = false",
            );
            return;
        }
        check.that(
            mail.from.parse::<lettre::message::Mailbox>().is_ok(),
            "mail.from",
            "is missing or no address: for example \"Viitasaaren viestit <viestit@example.fi>\"",
        );
        check.that(
            mail.server.is_none() || mail.folder.is_none(),
            "mail.folder",
            "is instead of a server: give one of the two",
        );
        check.that(
            mail.folder.is_none() || self.server.base_url.as_ref().is_none_or(is_loopback),
            "mail.folder",
            "sends nothing: give a server, or try it with a base_url of this machine (http://127.0.0.1:8080)",
        );
        let here = |host: &str| host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        check.that(
            mail.tls != MailTls::None || mail.server.as_ref().is_none_or(|server| here(&server.host)),
            "mail.tls",
            "\"none\" is for a server on this machine: take \"starttls\" or \"tls\"",
        );
        check.that(
            mail.user.is_some() == mail.password.is_some(),
            "mail.user",
            "goes together with password, password_file or TIEDOKSI_MAIL_PASSWORD: give both, or neither",
        );
    }

    /// What lets in people who were not identified, or who do not exist, is for trying the hub on one's own machine.
    fn check_tests_stay_here(&self, check: &mut Check<'_>) {
        if self.server.base_url.as_ref().is_none_or(is_loopback) {
            return;
        }
        check.that(
            !self.login.accept_test_levels,
            "login.accept_test_levels",
            "lets anyone in who has a test identity: set false, or try it with a base_url of this machine (http://127.0.0.1:8080)",
        );
        let is_test = |acr: &str| {
            let acr = acr.to_ascii_lowercase();
            acr.contains("loatest") || acr.ends_with("/test") || acr.ends_with(".999")
        };
        let ranked = self
            .login
            .levels
            .iter()
            .find(|(acr, level)| is_test(acr) && **level != Level::Test);
        if let Some((acr, _)) = ranked {
            check.that(
                false,
                "login.levels",
                &format!(
                    "{acr} is a provider's test level: give it \"test\", or try it with a base_url of this machine"
                ),
            );
        }
        check.that(
            !self.mailbox.allow_artificial,
            "mailbox.allow_artificial",
            "takes identity codes of people who do not exist: set false, or try it with a base_url of this machine (http://127.0.0.1:8080)",
        );
    }

    fn check_mandates(&self, check: &mut Check<'_>) {
        let mandates = &self.mandates;
        let given = mandates.url.is_some();
        if let Some(url) = &mandates.url {
            check.that(
                (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
                    && url.query().is_none()
                    && url.fragment().is_none(),
                "mandates.url",
                "must start with https:// unless it is this machine's own address, and end before /service/",
            );
        }
        let usable = |id: &String| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        check.that(
            mandates.client_id.as_ref().map_or(!given, usable),
            "mandates.client_id",
            "goes together with url: the id that the register gave, of letters, digits, - and _",
        );
        check.that(
            mandates.api_key.is_some() || !given,
            "mandates.api_key",
            "goes together with url: put it here, into api_key_file or into TIEDOKSI_MANDATES_API_KEY",
        );
        check.that(
            (1..=1_440).contains(&mandates.hold_minutes),
            "mandates.hold_minutes",
            "must be from 1 to 1440",
        );
        check.that(
            (1..=60).contains(&mandates.timeout_seconds),
            "mandates.timeout_seconds",
            "must be from 1 to 60",
        );
    }

    fn check_witness(&self, check: &mut Check<'_>) {
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

    fn check_timestamp(&self, check: &mut Check<'_>) {
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

    fn check_rest(&self, check: &mut Check<'_>) {
        let origin = &self.log.origin;
        check.that(
            !origin.is_empty() && !origin.contains('+') && !origin.chars().any(char::is_whitespace),
            "log.origin",
            "is missing or holds a space or +: a name such as \"viestit.example.fi/log\", which can never be changed",
        );
        check.that(
            (1..=120).contains(&self.mailbox.opt_out_months),
            "mailbox.opt_out_months",
            "must be from 1 to 120",
        );
        check.that(
            (1..=3_650).contains(&self.mailbox.deleted_days),
            "mailbox.deleted_days",
            "must be from 1 to 3650",
        );
        let limits = &self.limits;
        for (key, value, most) in [
            ("limits.feed_days", limits.feed_days, 3_650),
            ("limits.upload_hours", limits.upload_hours, 720),
            ("limits.token_minutes", limits.token_minutes, 1_440),
            ("limits.session_idle_minutes", limits.session_idle_minutes, 1_440),
            ("limits.session_hours", limits.session_hours, 168),
            ("limits.confirm_login_minutes", limits.confirm_login_minutes, 10_080),
        ] {
            check.that((1..=most).contains(&value), key, &format!("must be from 1 to {most}"));
        }
        check.that(
            limits.password_interval_hours <= 8_760,
            "limits.password_interval_hours",
            "must be from 0 to 8760",
        );
        check.that(
            (1..=1_000_000).contains(&limits.queue),
            "limits.queue",
            "must be from 1 to 1000000",
        );
        check.that(
            (1..=600).contains(&self.malware.timeout_seconds),
            "malware.timeout_seconds",
            "must be from 1 to 600",
        );
        check.that(
            tracing_subscriber::EnvFilter::try_new(&self.telemetry.filter).is_ok(),
            "telemetry.filter",
            "must be a level (error, warn, info, debug, trace) or directives such as \"info,tiedoksi=debug\"",
        );
    }
}
