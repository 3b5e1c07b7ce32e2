//! To whom the bench sends, and what.

use std::sync::LazyLock;

/// How many mailboxes are open.
pub const COUNT: usize = 1000;

/// The body of every message, 2 KB of plain text; the baselines store the same bytes.
pub static BODY: LazyLock<String> = LazyLock::new(|| {
    const WORDS: [&str; 16] = [
        "lupa", "hakemus", "asia", "kunta", "muutos", "ohje", "liite", "aika", "tieto", "viran", "haltija", "kirje",
        "ote", "maksu", "tontti", "kartta",
    ];
    let mut text = String::with_capacity(2048);
    // A small linear congruence: the same text in every run, without a pattern that compresses to nothing.
    let mut state: u32 = 20_260_101;
    while text.len() < 2048 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push_str(WORDS[(state >> 28) as usize]);
        text.push_str(&format!("{} ", (state >> 12) % 1000));
    }
    text.truncate(2048);
    text
});

/// The artificial identity code of the person with this number.
pub fn code(number: usize) -> String {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    // 1.1.1950 on, 28 days a month, individual numbers from 900.
    let (day, month, year) = (1 + number % 28, 1 + number / 28 % 12, 50 + number / 336);
    let digits = day * 10_000_000 + month * 100_000 + year * 1000 + 900;
    format!("{digits:09}")
        .split_at_checked(6)
        .map(|(date, individual)| format!("{date}-{individual}{}", CHECK[digits % 31] as char))
        .unwrap_or_default()
}

/// A text of about so many bytes, always the same for its number: 50 000 words, few of them common, as in a language.
pub fn text(number: usize, bytes: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ka", "la", "te", "ro", "mi", "nu", "sa", "pe", "ru", "to", "li", "va", "ko", "ha", "je", "ne", "su", "mä",
        "hy", "ös",
    ];
    let mut text = String::with_capacity(bytes + 16);
    let mut state = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while text.len() < bytes {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 33) as f64 / (1_u64 << 31) as f64;
        let mut word = (share.powi(3) * 50_000.0) as usize;
        for _ in 0..2 {
            text.push_str(SYLLABLES[word % SYLLABLES.len()]);
            word /= SYLLABLES.len();
        }
        while word > 0 {
            text.push_str(SYLLABLES[word % SYLLABLES.len()]);
            word /= SYLLABLES.len();
        }
        text.push(' ');
    }
    text
}
