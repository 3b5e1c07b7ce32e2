//! The words of a text, folded so that "aanekoski" finds "Äänekoski".

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

/// Longest word in bytes; what is longer is known by its beginning.
pub(super) const MAX_WORD: usize = 64;

/// The words of a text in its order, each as often as it stands there: small letters and digits without marks, at most 64 bytes each.
///
/// Words end where Unicode says (UAX 29), and also at every mark within: `viitasaari.fi` is two words, `2026-114` as well.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let parts = folded
        .unicode_words()
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    parts
        .filter(|word| !word.is_empty())
        .map(|word| word[..word.floor_char_boundary(MAX_WORD)].to_owned())
        .collect()
}

/// Small letters without their marks (NFKD). Letters that do not decompose are written as they are without the means to type them.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c));
    for letter in letters.flat_map(char::to_lowercase) {
        match letter {
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ð' | 'đ' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ŋ' => folded.push('n'),
            'ŧ' => folded.push('t'),
            'ς' => folded.push('σ'),
            // What small letters are made of may be marked again (a capital I with a dot).
            letter if is_combining_mark(letter) => {}
            letter => folded.push(letter),
        }
    }
    folded
}

/// Marks within a word that nobody sees: the soft hyphen, and what joins or parts letters without width.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_folded() {
        assert_eq!(words("Äänekoski, ÅBO; Ööpinen!"), ["aanekoski", "abo", "oopinen"]);
        assert_eq!(words("A\u{308}a\u{308}nekoski"), ["aanekoski"]);
        assert_eq!(words("rakennus\u{ad}lupa\u{200b}päätös"), ["rakennuslupapaatos"]);
        assert_eq!(
            words("Čáhppes Đávvisámegiella Šiŋŋá"),
            ["cahppes", "davvisamegiella", "sinna"]
        );
        assert_eq!(
            words("Łódź Straße Ærø İstanbul ΣΊΣΥΦΟΣ"),
            ["lodz", "strasse", "aero", "istanbul", "σισυφοσ"]
        );
        assert_eq!(words("ﬁ ２０２６"), ["fi", "2026"]);
    }

    #[test]
    fn words_end_at_marks() {
        assert_eq!(
            words("LP-2026/114, EU:n viitasaari.fi a_b 1.5"),
            ["lp", "2026", "114", "eu", "n", "viitasaari", "fi", "a", "b", "1", "5"]
        );
        assert_eq!(words("\0 \u{1f600} --- !?"), [""; 0]);
        assert_eq!(words("市役所"), ["市", "役", "所"]);
        assert_eq!(words("Решение Об"), ["решение", "об"]);
    }

    #[test]
    fn a_long_word_is_known_by_its_beginning() {
        assert_eq!(words(&"ä".repeat(1000)), ["a".repeat(64)]);
        assert_eq!(words(&"Ж".repeat(1000)), ["ж".repeat(32)]);
    }

    proptest! {
        #[test]
        fn the_words_of_words_are_themselves(text in ".{0,60}") {
            for word in words(&text) {
                prop_assert!((1..=MAX_WORD).contains(&word.len()));
                prop_assert_eq!(words(&word).concat(), word);
            }
        }
    }
}
