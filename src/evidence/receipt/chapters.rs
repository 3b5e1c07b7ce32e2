//! The chapters of a receipt: the message, its times, who acted, the computed dates.

use jiff::Timestamp;

use super::facts::{Fact, Facts};
use super::sheet::{BODY, HASH, SMALL, STRONG, Sheet};
use super::table::{Cell, Table};
use super::words::{Words, fill, local, second, utc};
use super::{CHAPTER, brief};
use crate::domain::identity::{BusinessId, Hetu};
use crate::domain::name::Language;
use crate::evidence::body::{ActorRef, BasisKind, ContentPart, EventBody};
use crate::evidence::event_type::EventType;

/// Longer lists go on in the embedded file.
const MOST_EVENTS: usize = 60;
const MOST_PARTS: usize = 60;
/// Where the second column of a table with names begins.
pub(super) const SECOND: f32 = 150.0;

/// What a chapter is written from.
pub(super) struct Chapters<'a> {
    pub(super) words: &'a Words,
    pub(super) language: Language,
    pub(super) facts: &'a Facts<'a>,
}

impl Chapters<'_> {
    /// Between whom, how, and which documents.
    pub(super) fn message(&self, sheet: &mut Sheet) {
        let (words, facts) = (self.words, self.facts);
        sheet.heading(2, CHAPTER, words.message, 60.0);
        let mut rows = Vec::new();
        let mut row = |name: &str, cell: Cell| rows.push(vec![Cell::heading(STRONG, name), cell]);
        row(words.sender, self.party("sender"));
        row(words.recipient, self.party("recipient"));
        let link = facts.bodies().find_map(|body| body.delivery.as_ref());
        if let Some(link) = link {
            row(words.number, Cell::new(BODY, link.message.to_string()));
        }
        let mode = if facts.verifiable() {
            words.verifiable
        } else {
            words.ordinary
        };
        row(words.mode, Cell::new(BODY, mode));
        if let Some(basis) = facts.bodies().find_map(|body| body.basis.as_ref()) {
            let basis = match basis.kind {
                BasisKind::Consent => words.consent,
                BasisKind::StatutoryAccount => words.statutory,
                BasisKind::None => words.on_paper,
            };
            row(words.basis, Cell::new(BODY, basis));
        }
        if let Some(body) = facts.bodies().next() {
            let operator = fill(words.service_id, &[("id", &brief(&body.issuer.id))]);
            row(
                words.service,
                Cell::new(BODY, format!("{}, {operator}", brief(&body.issuer.hub))),
            );
        }
        let parts = facts.parts();
        for part in parts.iter().take(MOST_PARTS) {
            row(self.part_name(part), self.part(part));
        }
        match parts.len() {
            0 if facts.withholds() => row(words.content, Cell::new(BODY, words.content_withheld)),
            count if count > MOST_PARTS => {
                let more = fill(words.more_parts, &[("count", &(count - MOST_PARTS).to_string())]);
                row(words.content, Cell::new(BODY, more));
            }
            _ => {}
        }
        sheet.table(Table {
            summary: words.message,
            columns: &[0.0, SECOND],
            header: &[],
            rows,
        });
    }

    fn party(&self, field: &str) -> Cell {
        let cell = self.identifier(self.facts.party(field));
        let mandate = self.facts.bodies().find_map(|body| {
            let party = match field {
                "sender" => body.sender.as_ref(),
                _ => body.recipient.as_ref(),
            };
            party?.mandate.as_deref()
        });
        match mandate {
            Some(id) => cell.and(SMALL, fill(self.words.by_mandate, &[("id", &brief(id))])),
            None => cell,
        }
    }

    /// An identifier with its kind.
    fn identifier(&self, identifier: Option<&str>) -> Cell {
        let Some(text) = identifier else {
            return Cell::new(BODY, self.words.undisclosed);
        };
        let kind = match text {
            text if Hetu::parse(text, true).is_ok() => self.words.identity_code,
            text if BusinessId::parse(text).is_ok() => self.words.business_id,
            _ => self.words.other_id,
        };
        Cell::new(BODY, format!("{kind} {}", brief(text)))
    }

    fn part_name(&self, part: &ContentPart) -> &'static str {
        if part.id == "body" {
            self.words.body
        } else {
            self.words.attachment
        }
    }

    fn part(&self, part: &ContentPart) -> Cell {
        let what = format!("{}, {} {}", brief(&part.media_type), part.size, self.words.bytes);
        let cell = Cell::new(BODY, what).and(HASH, format!("SHA-256 {}", hex::encode(part.sha256)));
        match part.id.as_str() {
            "body" => cell,
            id => cell.and(HASH, brief(id)),
        }
    }

    /// Every event with its time.
    pub(super) fn times(&self, sheet: &mut Sheet) {
        let words = self.words;
        sheet.heading(2, CHAPTER, words.times, 80.0);
        sheet.paragraph(None, SMALL, words.times_of);
        sheet.y += 4.0;
        let mut rows = Vec::new();
        let mut left = self.facts.events.as_slice();
        while let [first, rest @ ..] = left {
            if rows.len() == MOST_EVENTS {
                break;
            }
            let again = |fact: &&Fact<'_>| {
                fact.body
                    .as_ref()
                    .is_some_and(|it| it.event == EventType::ContentAccessTracking)
            };
            let run = 1 + if again(&first) {
                rest.iter().take_while(again).count()
            } else {
                0
            };
            rows.push(self.event(self.facts.events.len() - left.len() + 1, first, &left[..run]));
            left = &left[run..];
        }
        sheet.table(Table {
            summary: words.times,
            columns: &[0.0, 22.0, 250.0, 362.0],
            header: &["#", words.event, words.local_time, words.utc],
            rows,
        });
        if !left.is_empty() {
            let more = fill(words.more_events, &[("count", &left.len().to_string())]);
            sheet.paragraph(None, BODY, &more);
        }
    }

    /// One event, or a run of openings that are told together.
    fn event(&self, number: usize, fact: &Fact<'_>, run: &[Fact<'_>]) -> Vec<Cell> {
        let words = self.words;
        let Some(body) = &fact.body else {
            return vec![
                Cell::heading(BODY, number.to_string()),
                Cell::new(BODY, words.withheld),
                Cell::new(BODY, "–"),
                Cell::new(BODY, "–"),
            ];
        };
        let last = run
            .last()
            .and_then(|fact| fact.body.as_ref())
            .map_or(body.time, |last| last.time);
        let what = match run.len() {
            0 | 1 => (words.long)(body.event).to_owned(),
            count => {
                let at = second(self.language, last);
                fill(words.again, &[("count", &count.to_string()), ("at", &at)])
            }
        };
        let mut told = Cell::new(BODY, what);
        for reason in body.reasons.iter().take(3) {
            told = told.and(SMALL, fill(words.reason, &[("reason", &brief(&reason.code))]));
        }
        vec![
            Cell::heading(BODY, number.to_string()),
            told,
            Cell::new(BODY, self.short_second(body.time)),
            Cell::new(BODY, utc(body.time)),
        ]
    }

    fn short_second(&self, at: Timestamp) -> String {
        let form = match self.language {
            Language::Fi | Language::Sv => "%-d.%-m.%Y %-H.%M.%S",
            Language::En => "%-d %b %Y %H:%M:%S",
        };
        local(at).strftime(form).to_string()
    }

    /// Who did what, and how they were identified.
    pub(super) fn actors(&self, sheet: &mut Sheet) {
        let words = self.words;
        let acted = |fact: &&Fact<'_>| {
            let Some(body) = &fact.body else { return false };
            body.actor.is_some() && body.event != EventType::ContentAccessTracking
        };
        let rows: Vec<_> = self.facts.events.iter().filter(acted).take(MOST_EVENTS).collect();
        if rows.is_empty() {
            return;
        }
        sheet.heading(2, CHAPTER, words.actors, 80.0);
        sheet.paragraph(None, SMALL, words.actors_lead);
        sheet.y += 4.0;
        let row = |fact: &&Fact<'_>| Some(self.actor(fact, fact.body.as_ref()?));
        sheet.table(Table {
            summary: words.actors,
            columns: &[0.0, 166.0, 310.0],
            header: &[words.act, words.who, words.identified],
            rows: rows.iter().filter_map(row).collect(),
        });
    }

    fn actor(&self, fact: &Fact<'_>, body: &EventBody) -> Vec<Cell> {
        let how = match &body.actor {
            Some(actor) if actor.acr.is_some() => self.login(actor),
            _ => Cell::new(BODY, self.words.system),
        };
        vec![
            Cell::heading(BODY, (self.words.long)(body.event)),
            self.identifier(fact.name("actor")),
            how,
        ]
    }

    fn login(&self, actor: &ActorRef) -> Cell {
        let words = self.words;
        let acr = actor.acr.as_deref().unwrap_or_default();
        let level = match acr {
            "http://ftn.ficora.fi/2017/loa2" | "http://eidas.europa.eu/LoA/substantial" => Some(words.substantial),
            "http://ftn.ficora.fi/2017/loa3" | "http://eidas.europa.eu/LoA/high" => Some(words.high),
            acr if acr.contains("test") || acr == "urn:tiedoksi:demo" || acr.ends_with(".999") => {
                Some(words.test_level)
            }
            _ => None,
        };
        let mut cell = match level {
            Some(level) => Cell::new(BODY, level).and(SMALL, brief(acr)),
            None => Cell::new(BODY, brief(acr)),
        };
        if let Some(at) = actor.auth_time {
            cell = cell.and(SMALL, fill(words.logged_in, &[("at", &second(self.language, at))]));
        }
        cell
    }
}
