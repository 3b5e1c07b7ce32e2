//! Names in the three languages of the pages.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Finnish, the default.
    #[default]
    Fi,
    /// Swedish.
    Sv,
    /// English.
    En,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 3] = [Self::Fi, Self::Sv, Self::En];

    /// The ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// The language of an ISO 639-1 code, if it is one of ours.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A name in the three languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Names {
    /// Finnish.
    #[sqlx(rename = "name_fi")]
    pub fi: String,
    /// Swedish.
    #[sqlx(rename = "name_sv")]
    pub sv: String,
    /// English.
    #[sqlx(rename = "name_en")]
    pub en: String,
}

impl Names {
    /// The name in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Fi => &self.fi,
            Language::Sv => &self.sv,
            Language::En => &self.en,
        }
    }
}

/// The words of a text, folded: case and marks over letters do not count, so that `aanekoski` finds Äänekoski.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(ToOwned::to_owned).collect()
}

/// Whether each wanted word, folded, begins a word of one of these names, in whichever language.
#[must_use]
pub fn any_matches(names: &[&Names], wanted: &[String]) -> bool {
    let texts = names.iter().flat_map(|it| [&it.fi, &it.sv, &it.en]);
    let words: Vec<String> = texts.flat_map(|it| folded_words(it)).collect();
    wanted
        .iter()
        .all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_the_beginnings_of_their_words_whatever_the_marks() {
        let names = |fi: &str, sv: &str| Names {
            fi: fi.into(),
            sv: sv.into(),
            en: String::new(),
        };
        let (town, service) = (
            names("Äänekosken kaupunki", "Äänekoski stad"),
            names("Rakennusvalvonta", "Byggnadstillsyn"),
        );
        let found = |text: &str| any_matches(&[&town, &service], &folded_words(text));
        for text in ["aanek", "ÄÄNE rak", "stad bygg", "Kaupunki, äänekosken", "  ", "!"] {
            assert!(found(text), "{text}");
        }
        for text in ["koski", "aanekoski oulu", "valvonta", "0"] {
            assert!(!found(text), "{text}");
        }
    }
}
