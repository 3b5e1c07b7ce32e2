//! The chapter of computed dates: what the rules give, marked as calculated.

use super::CHAPTER;
use super::brief;
use super::chapters::{Chapters, SECOND};
use super::sheet::{BODY, HASH, SMALL, STRONG, Sheet};
use super::table::{Cell, Table};
use super::words::{day, fill};
use crate::domain::deadline::{Outcome, Served, State};

impl Chapters<'_> {
    /// The computed dates and the rules they come from; the rules alone where nothing was computed.
    pub(super) fn dates(&self, sheet: &mut Sheet) {
        let words = self.words;
        let mut rows: Vec<(&str, Cell)> = Vec::new();
        let outcome = self.facts.deadlines();
        if let Some(outcome) = &outcome {
            self.service(outcome, &mut rows);
            self.appeal(outcome, &mut rows);
        }
        let rules = |id: &str, sha256: &str| Cell::new(BODY, brief(id)).and(HASH, format!("SHA-256 {}", brief(sha256)));
        // The records name the rule set: that much is evidence.
        if let Some(link) = self.facts.bodies().find_map(|body| body.delivery.as_ref()) {
            rows.push((words.rules, rules(&link.ruleset, &hex::encode(link.ruleset_sha256))));
        }
        if let Some(outcome) = &outcome {
            rows.push((words.calendar, rules(&outcome.calendar_id, &outcome.calendar_sha256)));
        }
        sheet.heading(2, CHAPTER, words.deadlines, 110.0);
        if outcome.is_some() {
            sheet.paragraph(None, STRONG, words.calculated);
            sheet.paragraph(
                None,
                SMALL,
                &format!("{} {}", words.calculated_means, words.instructions),
            );
            sheet.y += 4.0;
        }
        sheet.table(Table {
            summary: words.deadlines,
            columns: &[0.0, SECOND],
            header: &[],
            rows: rows
                .into_iter()
                .map(|(name, cell)| vec![Cell::heading(STRONG, name), cell])
                .collect(),
        });
    }

    fn service(&self, outcome: &Outcome, rows: &mut Vec<(&str, Cell)>) {
        let words = self.words;
        let of = |sentence: &str, date| Cell::new(BODY, fill(sentence, &[("day", &day(self.language, date))]));
        match outcome.state {
            State::Pending { confirm_by } => rows.push((words.confirm_by, of("{day}", confirm_by))),
            State::FallbackRequired { limit } => rows.push((words.not_confirmed_by, of("{day}", limit))),
            State::Served { date, kind } => rows.push((
                words.served_on,
                match kind {
                    Served::Deemed => of(words.deemed, date),
                    Served::Actual => of(words.actual, date),
                    Served::Instant => of(words.instant, date),
                },
            )),
        }
    }

    fn appeal(&self, outcome: &Outcome, rows: &mut Vec<(&str, Cell)>) {
        let words = self.words;
        if outcome.inputs.no_appeal {
            rows.push((words.no_appeal, Cell::new(BODY, words.no_appeal_stated)));
        }
        let (Some(appeal), State::Served { date, .. }) = (&outcome.appeal, &outcome.state) else {
            return;
        };
        let last = day(self.language, appeal.last_day);
        let said = match outcome.inputs.period {
            Some(_) => last,
            None => {
                let days = date.until(appeal.counted_to).map_or(0, |span| span.get_days());
                fill(words.last_day_if, &[("day", &last), ("count", &days.to_string())])
            }
        };
        rows.push((words.last_day, Cell::new(BODY, said)));
    }
}
