//! How a message's body is shown: safe HTML, or plain text.
//!
//! Markdown is the contract's subset of CommonMark (1.11): headings, lists, paragraphs, bold, and links to https. Nothing a
//! sender writes becomes a tag or an attribute other than these: raw HTML is shown as the text it is, an image as its
//! description, a link elsewhere as its text, and other CommonMark loses its formatting but none of its words. The output is
//! always balanced, and the work is linear in the body: no recursion, and lists nest visibly to a fixed depth.

mod html;
mod plain;

use std::fmt;

use pulldown_cmark::{LinkType, Options, Parser};
use url::Url;

/// How a body is written; the wire's `bodyFormat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// Plain text.
    Text,
    /// The subset of CommonMark.
    Markdown,
}

/// HTML made here, to be put into a page without further escaping.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SafeHtml(redacted)")
    }
}

/// A body as HTML: `<p>`, `<br>`, `<h2>` to `<h6>` (a body's first level is the page's second), `<ul>`, `<ol>`, `<li>`,
/// `<strong>`, `<a>`.
#[must_use]
pub fn render(body: &str, format: BodyFormat) -> SafeHtml {
    SafeHtml(match format {
        BodyFormat::Text => html::from_text(body),
        BodyFormat::Markdown => html::from_markdown(body),
    })
}

/// A body as plain text, for notices, search and print: one line per block, the address of a link after its text.
#[must_use]
pub fn plain_text(body: &str, format: BodyFormat) -> String {
    match format {
        BodyFormat::Text => body.to_owned(),
        BodyFormat::Markdown => plain::from_markdown(body),
    }
}

fn parser(body: &str) -> Parser<'_> {
    Parser::new_ext(body, Options::empty())
}

/// The address of a link that may be followed: https, with a host and without a user name that could pass for one. The
/// contract has no autolinks.
fn address(link_type: LinkType, destination: &str) -> Option<String> {
    if matches!(link_type, LinkType::Autolink | LinkType::Email) {
        return None;
    }
    let url = Url::parse(destination).ok()?;
    let plain = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    plain.then(|| url.into())
}

#[cfg(test)]
mod tests;
