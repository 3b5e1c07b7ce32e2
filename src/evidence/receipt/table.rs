//! Tables: what stands in rows and columns, tagged so that a reader who hears it knows of which row and column a cell is.

use krilla::tagging::{TableHeaderScope, Tag};

use super::sheet::{Drawing, LEFT, NodeId, RULE, SMALL_STRONG, Sheet, Style, TINT, WIDTH};

/// Above and below the text of a row.
const PADDING: f32 = 3.5;
/// Between a column's text and the next column.
const GAP: f32 = 12.0;

/// A cell: its texts, one under the other.
pub(super) struct Cell {
    /// Whether it names its row.
    heads: bool,
    texts: Vec<(Style, String)>,
}

impl Cell {
    pub(super) fn new(style: Style, text: impl Into<String>) -> Self {
        Self {
            heads: false,
            texts: vec![(style, text.into())],
        }
    }

    pub(super) fn heading(style: Style, text: impl Into<String>) -> Self {
        Self {
            heads: true,
            ..Self::new(style, text)
        }
    }

    /// With another text below.
    pub(super) fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.texts.push((style, text.into()));
        self
    }
}

/// A table.
pub(super) struct Table<'a> {
    /// What it holds, for those who hear it.
    pub(super) summary: &'a str,
    /// Where each column begins, from the left edge of the text.
    pub(super) columns: &'a [f32],
    /// The names of the columns; none where the first cell of each row names it.
    pub(super) header: &'a [&'a str],
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A row with its texts broken into lines.
struct Row<'a> {
    cells: &'a [Cell],
    /// Of each cell.
    texts: Vec<Vec<(Style, Vec<String>)>>,
    height: f32,
}

impl Sheet {
    /// Writes a table. A row stays on one page; where the table goes on over the page's end, the names of its columns are drawn again.
    pub(super) fn table(&mut self, table: Table<'_>) {
        let node = self.node(None, Tag::Table.with_summary(Some(table.summary.to_owned())));
        let names: Vec<_> = table
            .header
            .iter()
            .map(|name| Cell::heading(SMALL_STRONG, *name))
            .collect();
        let header = (!names.is_empty()).then(|| self.row(table.columns, &names));
        if let Some(header) = &header {
            let head = self.node(Some(node), Tag::THead);
            let row = self.node(Some(head), Tag::TR);
            self.need(header.height);
            self.put(Some(row), table.columns, header, TableHeaderScope::Column);
        }
        let body = self.node(Some(node), Tag::TBody);
        for cells in &table.rows {
            let set = self.row(table.columns, cells);
            let page = self.pages.len();
            self.need(set.height);
            if let Some(header) = header.as_ref().filter(|_| self.pages.len() > page) {
                self.put(None, table.columns, header, TableHeaderScope::Column);
            }
            let row = self.node(Some(body), Tag::TR);
            self.put(Some(row), table.columns, &set, TableHeaderScope::Row);
        }
        self.y += 4.0;
    }

    fn row<'a>(&self, columns: &[f32], cells: &'a [Cell]) -> Row<'a> {
        let texts: Vec<Vec<(Style, Vec<String>)>> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let (_, width) = place(columns, column);
                let wrap =
                    |(style, text): &(Style, String)| (*style, self.face.wrap(style.weight, style.size, text, width));
                cell.texts.iter().map(wrap).collect()
            })
            .collect();
        let tall = |texts: &Vec<(Style, Vec<String>)>| {
            let tall = |(style, lines): &(Style, Vec<String>)| style.leading * lines.len() as f32;
            texts.iter().map(tall).sum::<f32>()
        };
        let height = texts.iter().map(tall).fold(0.0, f32::max) + 2.0 * PADDING;
        Row { cells, texts, height }
    }

    /// Writes a row into its node, or as ornament.
    fn put(&mut self, node: Option<NodeId>, columns: &[f32], row: &Row<'_>, scope: TableHeaderScope) {
        if scope == TableHeaderScope::Column {
            let boxes = vec![[LEFT - 6.0, self.y, WIDTH + 12.0, row.height]];
            self.draw(None, vec![Drawing::Boxes { boxes, ink: TINT }]);
        }
        for (column, (cell, texts)) in row.cells.iter().zip(&row.texts).enumerate() {
            let node = node.map(|node| match cell.heads {
                true => self.node(Some(node), Tag::TH(scope)),
                false => self.node(Some(node), Tag::TD),
            });
            let mut y = self.y + PADDING;
            for (style, lines) in texts {
                y = self.write(node, (place(columns, column).0, y), *style, lines);
            }
        }
        self.y += row.height;
        let line = Drawing::Line {
            from: (LEFT - 6.0, self.y),
            to: (LEFT + WIDTH + 6.0, self.y),
            width: 0.5,
            ink: RULE,
            dashed: false,
        };
        self.draw(None, vec![line]);
    }
}

/// Where a column begins, and how wide its text may be.
fn place(columns: &[f32], column: usize) -> (f32, f32) {
    let begin = columns.get(column).copied().unwrap_or(0.0);
    let end = columns.get(column + 1).map_or(WIDTH, |next| next - GAP);
    (LEFT + begin, end - begin)
}
