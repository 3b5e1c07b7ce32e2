//! Assurance levels: which `acr` values suffice. Rank 0 marks a test level, which only a demo or a test accepts.

use std::collections::BTreeMap;

use super::ProviderOptions;

/// The levels of the Finnish Trust Network and of eIDAS: 3 high, 2 substantial, 0 test.
#[must_use]
pub fn default_levels() -> BTreeMap<String, u8> {
    [
        ("http://ftn.ficora.fi/2017/loa2", 2),
        ("http://ftn.ficora.fi/2017/loa3", 3),
        ("http://ftn.ficora.fi/2017/loatest2", 0),
        ("http://ftn.ficora.fi/2017/loatest3", 0),
        ("http://eidas.europa.eu/LoA/substantial", 2),
        ("http://eidas.europa.eu/LoA/high", 3),
        ("urn:oid:1.2.246.517.3002.110.999", 0),
    ]
    .into_iter()
    .map(|(acr, rank)| (acr.to_owned(), rank))
    .collect()
}

/// Whether a rank may log in.
pub(super) fn suffices(options: &ProviderOptions, rank: u8) -> bool {
    match rank {
        0 => options.accept_test_levels,
        rank => rank >= options.required_level,
    }
}

/// The `acr` values to ask for, in order of preference: the lowest that suffices first.
pub(super) fn wanted(options: &ProviderOptions) -> Vec<String> {
    let mut wanted: Vec<_> = options
        .levels
        .iter()
        .filter(|(_, rank)| suffices(options, **rank))
        .collect();
    // Test levels last: a provider that has real ones uses those. Finnish means before the other countries'.
    wanted.sort_by_key(|(acr, rank)| (**rank == 0, !acr.starts_with("http://ftn.ficora.fi/"), **rank, *acr));
    wanted.into_iter().map(|(acr, _)| acr.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::auth::oidc::{ClaimNames, Profile};

    fn options(required_level: u8, accept_test_levels: bool) -> ProviderOptions {
        let url = |path: &str| format!("https://idp.example/{path}").parse().unwrap();
        ProviderOptions {
            issuer: url(""),
            client_id: "hub".into(),
            profile: Profile::Secret("secret".into()),
            redirect_url: url("callback"),
            post_logout_url: url("out"),
            scopes: Vec::new(),
            claims: ClaimNames::default(),
            levels: default_levels(),
            required_level,
            accept_test_levels,
            allow_artificial: false,
            ui_locales: Vec::new(),
            api_audience: None,
            api_scope: None,
            role_claim: None,
        }
    }

    #[test]
    fn what_suffices_is_asked_for() {
        let high = ["http://ftn.ficora.fi/2017/loa3", "http://eidas.europa.eu/LoA/high"];
        assert_eq!(wanted(&options(3, false)), high);
        let substantial = wanted(&options(2, false));
        assert_eq!(substantial.len(), 4);
        assert_eq!(substantial.first().unwrap(), "http://ftn.ficora.fi/2017/loa2");
        let with_tests = wanted(&options(2, true));
        assert_eq!(with_tests.len(), 7);
        assert!(with_tests.ends_with(&["urn:oid:1.2.246.517.3002.110.999".to_owned()]));
        assert!(!suffices(&options(0, false), 0), "a test level is never a low level");
        let none = ProviderOptions {
            levels: BTreeMap::new(),
            ..options(2, false)
        };
        assert!(wanted(&none).is_empty());
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", options(2, false)).contains("secret"));
    }
}
