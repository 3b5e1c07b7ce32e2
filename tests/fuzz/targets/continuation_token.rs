//! The continuation token of the event feed: a token has one spelling, that spelling may stand in a query, and nothing else is a token.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tiedoksi::domain::event::ContinuationToken;

fuzz_target!(|data: &[u8]| {
    if let Some(token) = std::str::from_utf8(data)
        .ok()
        .and_then(|text| text.parse::<ContinuationToken>().ok())
    {
        assert_eq!(token.to_string().as_bytes(), data, "two spellings of one token");
        check(token);
    }
    // The same bytes as a place in the log.
    if let Some(index) = data.first_chunk() {
        check(ContinuationToken::after(i64::from_le_bytes(*index)));
    }
});

fn check(token: ContinuationToken) {
    let text = token.to_string();
    assert_eq!(text.parse(), Ok(token));
    assert!(token.index() >= ContinuationToken::START.index());
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    assert!(text.bytes().all(unreserved), "{text} must be escaped in a query");
}
