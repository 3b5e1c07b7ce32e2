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

/// The `acr` values to ask for, the lowest that suffices first.
pub(super) fn wanted(options: &ProviderOptions) -> Vec<String> {
    let mut wanted: Vec<_> = options
        .levels
        .iter()
        .filter(|(_, rank)| suffices(options, **rank))
        .collect();
    // Test levels last: a provider that has real ones uses those.
    wanted.sort_by_key(|(acr, rank)| (**rank == 0, **rank, *acr));
    wanted.into_iter().map(|(acr, _)| acr.clone()).collect()
}
