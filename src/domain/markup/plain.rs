//! The words of a Markdown body.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{address, parser};

pub(super) fn from_markdown(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    // The next number of each open list; none for a list without numbers.
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut link = None;
    for event in parser(body) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::Start(Tag::List(first)) => {
                end_line(&mut text);
                lists.push(first);
            }
            Event::Start(Tag::Item) => {
                end_line(&mut text);
                text.push_str(&marker(lists.last_mut()));
            }
            Event::Start(Tag::Link {
                link_type, dest_url, ..
            }) => link = address(link_type, &dest_url),
            Event::End(TagEnd::Link) => {
                if let Some(address) = link.take() {
                    text.push_str(&format!(" ({address})"));
                }
            }
            Event::End(TagEnd::List(_)) => drop(lists.pop()),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock,
            ) => end_line(&mut text),
            _ => {}
        }
    }
    text
}

fn marker(list: Option<&mut Option<u64>>) -> String {
    match list {
        Some(Some(number)) => {
            let marker = format!("{number}. ");
            *number += 1;
            marker
        }
        _ => "- ".to_owned(),
    }
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}
