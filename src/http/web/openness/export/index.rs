//! What lies in an exported mailbox, as a page for people and a table for spreadsheets. Both are written page by page.

use askama::Template;

use crate::domain::attachment::path_step;
use crate::http::web::openness::proofs::state;
use crate::http::web::text::{Text, local};
use crate::hub::proofs::DeliverySummary;
use crate::hub::view::Folder;

/// Most bytes of a title in the name of a folder.
const TITLE_BYTES: usize = 60;

/// The style of the page, which stands alone.
const STYLE: &str = ":root{color-scheme:light dark}body{background:Canvas;color:CanvasText;font-family:sans-serif;margin:1rem;line-height:1.5}div{overflow-x:auto}\
                     table{border-collapse:collapse}th,td{border:1px solid;padding:.5rem;text-align:left;vertical-align:top}";

/// A message as the index has it.
pub(in crate::http::web) struct IndexLine {
    pub date: String,
    pub place: String,
    pub authority: String,
    pub service: String,
    pub title: String,
    pub state: String,
    pub message: String,
    pub proof: String,
}

/// A part of the page: its beginning, some lines, its end.
#[derive(Template)]
#[template(path = "export-index.html")]
pub(in crate::http::web) struct IndexTemplate<'a> {
    pub t: Text,
    pub style: &'static str,
    pub owner: &'a str,
    pub at: jiff::Timestamp,
    pub begins: bool,
    pub ends: bool,
    pub lines: &'a [IndexLine],
}

impl<'a> IndexTemplate<'a> {
    pub(in crate::http::web) const fn new(
        t: Text,
        owner: &'a str,
        at: jiff::Timestamp,
        lines: &'a [IndexLine],
    ) -> Self {
        Self {
            t,
            style: STYLE,
            owner,
            at,
            begins: false,
            ends: false,
            lines,
        }
    }
}

impl IndexLine {
    /// `withheld`: whether the archive has the message without its content.
    pub(in crate::http::web) fn new(t: Text, summary: &DeliverySummary, withheld: bool) -> Self {
        let folder = folder(summary, withheld);
        Self {
            date: local(summary.at).strftime("%Y-%m-%d %H:%M:%S").to_string(),
            place: t.get(place(summary.folder)).into_owned(),
            authority: t.name(&summary.correspondent.organisation).to_owned(),
            service: t.name(&summary.correspondent.service).to_owned(),
            title: t.title_of(summary.title.as_deref(), &summary.standing).into_owned(),
            state: state(t, summary),
            message: format!("{folder}/message.eml"),
            proof: format!("{folder}/proof.json"),
        }
    }

    /// The line of the table (RFC 4180).
    pub(super) fn csv(&self) -> String {
        csv_line([
            &self.date,
            &self.place,
            &self.authority,
            &self.service,
            &self.title,
            &self.state,
            &self.message,
            &self.proof,
        ])
    }
}

/// The first line of the table, after the mark by which spreadsheets know UTF-8.
pub(super) fn csv_head(t: Text) -> String {
    let names = [
        t.get("index-date"),
        t.get("index-place"),
        t.get("index-authority"),
        t.get("index-service"),
        t.get("index-title"),
        t.get("index-state"),
        t.get("index-message"),
        t.get("index-proof"),
    ];
    format!("\u{feff}{}", csv_line(names.each_ref().map(|name| name.as_ref())))
}

/// The folder of a message. Of one without its content it tells nothing but date and number: the title may be hidden.
pub(super) fn folder(summary: &DeliverySummary, withheld: bool) -> String {
    let day = local(summary.at).date();
    let title = summary.title.as_deref().filter(|_| !withheld);
    let title = title
        .map(|title| path_step(title, TITLE_BYTES))
        .filter(|title| !title.is_empty());
    match title {
        Some(title) => format!("messages/{day}-{}-{title}", summary.id),
        None => format!("messages/{day}-{}", summary.id),
    }
}

const fn place(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "inbox-title",
        Folder::Sent => "sent-title",
        Folder::Archive => "archive-title",
        Folder::Deleted => "deleted-title",
    }
}

fn csv_line(cells: [&str; 8]) -> String {
    let cells = cells.map(|cell| format!("\"{}\"", harmless(cell).replace('"', "\"\"")));
    format!("{}\r\n", cells.join(","))
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches(' ').chars().next();
    if first.is_some_and(|c| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    }) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        let line = csv_line(["=1+1", " @SUM(A1)", "a\"b", "a,b", "c\r\nd", "-2", "", "päätös"]);
        assert_eq!(
            line,
            "\"'=1+1\",\"' @SUM(A1)\",\"a\"\"b\",\"a,b\",\"c\r\nd\",\"'-2\",\"\",\"päätös\"\r\n"
        );
    }
}
