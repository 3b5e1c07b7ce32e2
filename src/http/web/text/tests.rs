//! Every text exists in every language and is used; dates, sizes and languages come out right.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

fn keys(language: Language) -> BTreeSet<String> {
    let lines = source(language)
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    lines
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}

/// Everything that can name a key: the templates, and the code of the pages without its tests.
fn users() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("templates"), root.join("src/http/web")];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["html", "rs"].contains(&extension) && path.file_stem().unwrap() != "tests" {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

#[test]
fn every_file_parses_and_has_each_key_once() {
    for language in Language::ALL {
        let resource = FluentResource::try_new(source(language).to_owned());
        assert!(
            resource.is_ok(),
            "{language:?}: {:?}",
            resource.err().map(|(_, errors)| errors)
        );
        let lines = source(language)
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        assert_eq!(
            lines.count(),
            keys(language).len(),
            "a key of {language:?} stands twice"
        );
    }
}

#[test]
fn every_language_has_every_key_and_every_key_is_used() {
    let finnish = keys(Language::Fi);
    let users = users();
    for language in Language::ALL {
        let keys = keys(language);
        let differ: Vec<_> = finnish.symmetric_difference(&keys).collect();
        assert!(differ.is_empty(), "{language:?}: {differ:?}");
    }
    let unused: Vec<_> = finnish
        .iter()
        .filter(|key| !users.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let finnish = keys(Language::Fi);
    let users = users();
    let mut asked = 0;
    for call in [
        "t.get(\"",
        "t.with(\"",
        "t.with_all(\"",
        "t.count(\"",
        "self.get(\"",
        "self.with(\"",
        "self.count(\"",
    ] {
        for (at, _) in users.match_indices(call) {
            let key = users[at + call.len()..].split('"').next().unwrap();
            assert!(finnish.contains(key), "{call}{key}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

/// Every word on a page comes from `locales/`: what a template writes itself is marks and numbers.
#[test]
fn templates_hold_no_words() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap() {
        let path = entry.unwrap().path();
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (open, close) in [("{%", "%}"), ("{{", "}}"), ("<", ">")] {
            while let Some(start) = text.find(open) {
                let end = start + text[start..].find(close).unwrap() + close.len();
                text.replace_range(start..end, " ");
            }
        }
        let words: Vec<_> = text
            .split_whitespace()
            .filter(|it| it.chars().any(char::is_alphabetic))
            .collect();
        let allowed = ["(SHA-256"];
        assert!(
            words.iter().all(|it| allowed.contains(it)),
            "{}: {words:?}",
            path.display()
        );
    }
}

#[test]
fn dates_and_times_are_local() {
    let at: Timestamp = "2026-11-22T15:05:09.123456Z".parse().unwrap();
    let show = |language| {
        let t = Text::new(language);
        [
            t.minute(&at),
            t.second(&at),
            t.day_of(&at),
            t.weekday_date(&local(at).date()),
        ]
    };
    assert_eq!(
        show(Language::Fi),
        [
            "22.11.2026 klo 17.05",
            "22.11.2026 klo 17.05.09",
            "22.11.2026",
            "sunnuntai 22.11.2026"
        ]
    );
    assert_eq!(
        show(Language::Sv)[..2],
        ["22.11.2026 kl. 17.05", "22.11.2026 kl. 17.05.09"]
    );
    assert_eq!(
        show(Language::En)[1..],
        [
            "22 November 2026 at 17:05:09",
            "22 November 2026",
            "Sunday 22 November 2026"
        ]
    );
    assert_eq!(
        Text::new(Language::Fi).on_day(&local(at).date()),
        "sunnuntaina 22.11.2026"
    );
    let summer: Timestamp = "2026-06-30T21:30:00Z".parse().unwrap();
    assert_eq!(Text::new(Language::Fi).minute(&summer), "1.7.2026 klo 0.30");
    assert_eq!(Text::new(Language::Fi).rfc3339(&at), "2026-11-22T15:05:09.123Z");
}

#[test]
fn sizes_are_readable() {
    let fi = Text::new(Language::Fi);
    let show = |bytes| fi.size(bytes);
    assert_eq!(show(1), "1 tavu");
    assert_eq!(show(999), "999 tavua");
    assert_eq!(show(245_300), "245 kt");
    assert_eq!(show(999_600), "1,0 Mt");
    assert_eq!(show(1_430_000), "1,4 Mt");
    assert_eq!(Text::new(Language::En).size(10_485_760), "10.5 MB");
}

#[test]
fn the_language_is_chosen_remembered_preferred_or_finnish() {
    let language = |uri: &str, cookie: &str, accept: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        language_of(&uri.parse().unwrap(), &headers)
    };
    assert_eq!(language("/?a=b&lang=sv", "tiedoksi_lang=en", "fi"), Language::Sv);
    assert_eq!(language("/?lang=de", "a=b; tiedoksi_lang=en", "fi"), Language::En);
    assert_eq!(
        language("/", "tiedoksi_lang=xx", "de, en-GB;q=0.8, sv;q=0.9"),
        Language::Sv
    );
    assert_eq!(language("/", "", "sv;q=0, de"), Language::Fi);
    assert_eq!(language("/", "", "*;q=nonsense"), Language::Fi);
}
