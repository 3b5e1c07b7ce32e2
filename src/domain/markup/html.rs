//! The HTML of a body.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::{address, parser};

/// Lists deeper than this show their items without another indentation.
const MAX_LIST_DEPTH: usize = 12;

/// Paragraphs at blank lines, breaks at line ends, everything else escaped.
pub(super) fn from_text(body: &str) -> String {
    let mut html = String::with_capacity(body.len() + body.len() / 8 + 16);
    let mut open = false;
    for line in body.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        if line.trim().is_empty() {
            if open {
                html.push_str("</p>\n");
            }
            open = false;
            continue;
        }
        html.push_str(if open { "<br>\n" } else { "<p>" });
        escape(line, &mut html);
        open = true;
    }
    if open {
        html.push_str("</p>\n");
    }
    html
}

pub(super) fn from_markdown(body: &str) -> String {
    let mut writer = Writer {
        html: String::with_capacity(body.len() * 2),
        ..Writer::default()
    };
    for event in parser(body) {
        writer.event(event);
    }
    writer.html
}

#[derive(Default)]
struct Writer {
    html: String,
    /// The closing tag of every element that is open in the body, empty where it is shown without one.
    closing: Vec<&'static str>,
    lists: usize,
    /// Text is in preformatted lines, whose line ends count.
    lines: bool,
    /// Where the text of the open link begins, and its address, to be shown when there is no text.
    link: Option<(usize, String)>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            // Extensions that are switched off never come; a rule has no words to lose.
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if !self.lines {
            return escape(text, &mut self.html);
        }
        for (index, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            if index > 0 {
                self.html.push_str("<br>\n");
            }
            escape(line, &mut self.html);
        }
        if text.ends_with('\n') {
            self.html.push_str("<br>\n");
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let (opening, closing) = match tag {
            Tag::Paragraph => ("<p>", "</p>\n"),
            Tag::Heading { level, .. } => heading(level),
            Tag::List(start) => self.list(start),
            Tag::Item if self.lists <= MAX_LIST_DEPTH => ("<li>", "</li>\n"),
            Tag::Item => ("", "<br>\n"),
            Tag::Strong => ("<strong>", "</strong>"),
            Tag::CodeBlock(_) | Tag::HtmlBlock => {
                self.lines = true;
                ("<p>", "</p>\n")
            }
            Tag::Link {
                link_type, dest_url, ..
            } => return self.link(address(link_type, &dest_url)),
            _ => ("", ""),
        };
        self.html.push_str(opening);
        self.closing.push(closing);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => self.lists -= 1,
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.lines = false;
                if self.html.ends_with("<br>\n") {
                    self.html.truncate(self.html.len() - "<br>\n".len());
                }
            }
            TagEnd::Link => {
                if let Some((begin, address)) = self.link.take()
                    && self.html.get(begin..).is_none_or(|text| text.trim().is_empty())
                {
                    escape(&address, &mut self.html);
                }
            }
            _ => {}
        }
        self.html.push_str(self.closing.pop().unwrap_or_default());
    }

    fn list(&mut self, start: Option<u64>) -> (&'static str, &'static str) {
        self.lists += 1;
        match start {
            _ if self.lists > MAX_LIST_DEPTH => ("", ""),
            None => ("<ul>\n", "</ul>\n"),
            Some(1) => ("<ol>\n", "</ol>\n"),
            Some(first) => {
                self.html.push_str(&format!("<ol start=\"{first}\">\n"));
                ("", "</ol>\n")
            }
        }
    }

    fn link(&mut self, address: Option<String>) {
        let Some(address) = address else {
            return self.closing.push("");
        };
        self.html.push_str("<a href=\"");
        escape(&address, &mut self.html);
        self.html.push_str("\" rel=\"noopener noreferrer nofollow\">");
        self.link = Some((self.html.len(), address));
        self.closing.push("</a>");
    }
}

/// One level down, because the page's own heading is the message's title.
const fn heading(level: HeadingLevel) -> (&'static str, &'static str) {
    match level {
        HeadingLevel::H1 => ("<h2>", "</h2>\n"),
        HeadingLevel::H2 => ("<h3>", "</h3>\n"),
        HeadingLevel::H3 => ("<h4>", "</h4>\n"),
        HeadingLevel::H4 => ("<h5>", "</h5>\n"),
        HeadingLevel::H5 | HeadingLevel::H6 => ("<h6>", "</h6>\n"),
    }
}

/// Escapes for text and for quoted attributes alike.
fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
}
