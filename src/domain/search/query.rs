//! What a person asks for.

use super::words::words;

/// How many words a query may have; further ones are left out, and [`SearchQuery::was_cut`] says so.
pub const MAX_WORDS: usize = 8;
/// How many characters of what was typed are read.
const MAX_CHARS: usize = 1000;

/// Words, all of which a message must hold, each at least as the beginning of one of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<String>,
    cut: bool,
}

/// What was typed holds no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no word to search for")]
pub struct NoWords;

impl SearchQuery {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`NoWords`] when it holds neither a letter nor a digit.
    pub fn parse(text: &str) -> Result<Self, NoWords> {
        let end = text.char_indices().nth(MAX_CHARS).map(|(end, _)| end);
        let mut distinct: Vec<String> = Vec::new();
        for word in words(&text[..end.unwrap_or(text.len())]) {
            if !distinct.contains(&word) {
                distinct.push(word);
            }
        }
        if distinct.is_empty() {
            return Err(NoWords);
        }
        let cut = end.is_some() || distinct.len() > MAX_WORDS;
        distinct.truncate(MAX_WORDS);
        Ok(Self { words: distinct, cut })
    }

    /// The words, folded.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether more was typed than is searched for.
    #[must_use]
    pub const fn was_cut(&self) -> bool {
        self.cut
    }
}

/// What someone looks for is nobody else's business.
impl std::fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SearchQuery({} words)", self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_its_distinct_words() {
        let query = SearchQuery::parse("  Päätös päätös, LUPA ").unwrap();
        assert_eq!(query.words(), ["paatos", "lupa"]);
        assert!(!query.was_cut() && !format!("{query:?}").contains("lupa"));
    }

    #[test]
    fn absurd_queries_are_cut_or_refused() {
        for nothing in ["", "   ", "\0", "?!-—", "\u{308}", "\u{1f600}"] {
            assert_eq!(SearchQuery::parse(nothing), Err(NoWords), "{nothing:?}");
        }
        let many: String = (0..10_000).map(|n| format!("w{n} ")).collect();
        let query = SearchQuery::parse(&many).unwrap();
        assert!(query.was_cut() && query.words().len() == MAX_WORDS);
        assert!(SearchQuery::parse(&"a".repeat(1_000_000)).unwrap().was_cut());
        assert!(!SearchQuery::parse(&"a".repeat(MAX_CHARS)).unwrap().was_cut());
        assert_eq!(SearchQuery::parse("a\0b").unwrap().words(), ["a", "b"]);
    }
}
