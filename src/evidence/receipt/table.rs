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

impl Sheet {
    /// Writes a table. A row stays on one page.
    pub(super) fn table(&mut self, table: Table<'_>) {
        let node = self.node(None, Tag::Table.with_summary(Some(table.summary.to_owned())));
        if !table.header.is_empty() {
            let head = self.node(Some(node), Tag::THead);
            let row = self.node(Some(head), Tag::TR);
            let cells: Vec<_> = table
                .header
                .iter()
                .map(|name| Cell::heading(SMALL_STRONG, *name))
                .collect();
            self.row(row, table.columns, &cells, TableHeaderScope::Column);
        }
        let body = self.node(Some(node), Tag::TBody);
        for cells in &table.rows {
            let row = self.node(Some(body), Tag::TR);
            self.row(row, table.columns, cells, TableHeaderScope::Row);
        }
        self.y += 4.0;
    }

    fn row(&mut self, row: NodeId, columns: &[f32], cells: &[Cell], scope: TableHeaderScope) {
        let width = |column: usize| {
            let begin = columns.get(column).copied().unwrap_or(0.0);
            let end = columns.get(column + 1).map_or(WIDTH, |next| next - GAP);
            (LEFT + begin, end - begin)
        };
        let set: Vec<Vec<(Style, Vec<String>)>> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let (_, width) = width(column);
                let wrap =
                    |(style, text): &(Style, String)| (*style, self.face.wrap(style.weight, style.size, text, width));
                cell.texts.iter().map(wrap).collect()
            })
            .collect();
        let tall = |texts: &Vec<(Style, Vec<String>)>| {
            let tall = |(style, lines): &(Style, Vec<String>)| style.leading * lines.len() as f32;
            texts.iter().map(tall).sum::<f32>()
        };
        let height = set.iter().map(tall).fold(0.0, f32::max) + 2.0 * PADDING;
        self.need(height);
        let head = scope == TableHeaderScope::Column;
        if head {
            let boxes = vec![[LEFT - 6.0, self.y, WIDTH + 12.0, height]];
            self.draw(None, vec![Drawing::Boxes { boxes, ink: TINT }]);
        }
        for (column, (cell, texts)) in cells.iter().zip(&set).enumerate() {
            let node = match cell.heads {
                true => self.node(Some(row), Tag::TH(scope)),
                false => self.node(Some(row), Tag::TD),
            };
            let mut y = self.y + PADDING;
            for (style, lines) in texts {
                y = self.write(node, (width(column).0, y), *style, lines);
            }
        }
        self.y += height;
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
