//! The kind of a browser, so that a person knows their sessions apart. Nothing is decided by it: a browser says of itself what it likes.

use serde::{Deserialize, Serialize};

/// What a browser says it is, in names of our own: nothing of what it sent is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// Its name, when it is one of the common ones.
    pub name: Option<String>,
    /// The system it runs on, when it is one of the common ones.
    pub system: Option<String>,
}

/// The mark of a browser in a `User-Agent`, and its name. The first that fits counts: most browsers also name those they descend from.
const NAMES: [(&str, &str); 9] = [
    ("Edg", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl Browser {
    /// Reads a `User-Agent` (RFC 9110 10.1.5); none when it tells nothing we know.
    #[must_use]
    pub fn of(user_agent: &str) -> Option<Self> {
        let first = |of: &[(&str, &str)]| {
            let known = of.iter().find(|(mark, _)| user_agent.contains(mark));
            known.map(|(_, name)| (*name).to_owned())
        };
        let browser = Self {
            name: first(&NAMES),
            system: first(&SYSTEMS),
        };
        (browser.name.is_some() || browser.system.is_some()).then_some(browser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_known_and_strangers_are_not_quoted() {
        for (text, name, system) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 \
                 Safari/604.1",
                "Safari",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
                "Chrome",
                "Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Chrome/124.0 Safari/537.36 Edg/124.0",
                "Microsoft Edge",
                "Linux",
            ),
        ] {
            let browser = Browser::of(text).unwrap();
            assert_eq!(
                (browser.name.as_deref(), browser.system.as_deref()),
                (Some(name), Some(system))
            );
        }
        assert_eq!(Browser::of("<script>alert(1)</script>"), None);
        assert_eq!(Browser::of(""), None);
    }
}
