//! A person's own choices, as evidence holds them: shown page by page, and handed out as one proof.
//!
//! Guarantees: everything that is shown is read from the records, so it is what the proof proves. The proof is bounded: of a mailbox with more
//! choices than [`MOST`], it holds the newest and says that there are older ones. Leaves out: what happened to messages.

use super::access_log::{Accessor, read_cursor, write_cursor};
use super::event::OpenRecord;
use super::folder::bad_cursor;
use super::mandate::decides;
use super::mandate::fact::is_renunciation;
use super::owner::Owner;
use super::view::{HistoryAgent, HistoryEntry, Page};
use super::{ActError, Hub};
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::proof::RecordsProof;
use crate::evidence::record::ParsedRecord;
use crate::store::Tx;
use crate::store::event::{ChoiceRow, SealedRecordRow};
use crate::store::log::index_in_log;
use crate::vault::PartyKey;

/// Choices on a page.
const PAGE: usize = 20;
/// Most choices in one proof.
pub const MOST: usize = 5_000;

impl Hub {
    /// One page of the history of choices, newest first; `cursor` is what the page before gave.
    ///
    /// [`ActError::Forbidden`] for who does not decide about the mailbox.
    pub async fn history(&self, citizen: &Citizen, cursor: Option<&str>) -> Result<Page<HistoryEntry>, ActError> {
        decides(citizen)?;
        let before = match cursor {
            Some(text) => read_cursor(text).ok_or_else(bad_cursor)?,
            None => i64::MAX,
        };
        let mut tx = self.db.read().await?;
        let (_, key) = Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)?;
        let mut found = tx.list_choices(citizen.mailbox, before, limit(PAGE + 1)).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|row| write_cursor(row.ord));
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            rows.push(self.history_entry(&mut tx, &row, &key).await?);
        }
        Ok(Page {
            rows,
            previous: None,
            next,
        })
    }

    /// The history of choices as a proof that `tiedoksi verify` checks. Not found when no choice was ever made.
    ///
    /// [`ActError::Forbidden`] for who does not decide about the mailbox.
    pub async fn history_proof(&self, citizen: &Citizen) -> Result<Vec<u8>, ActError> {
        decides(citizen)?;
        let mut tx = self.db.read().await?;
        let (_, key) = Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)?;
        let mut rows = tx.list_choices(citizen.mailbox, i64::MAX, limit(MOST + 1)).await?;
        if rows.is_empty() {
            return Err(ActError::NotFound);
        }
        let more = rows.len() > MOST;
        rows.truncate(MOST);
        // In the order of the log, which is that of their insertion.
        rows.reverse();
        let records: Vec<_> = rows.into_iter().map(|row| row.record).collect();
        let open = |record: &SealedRecordRow| self.open_record_as_owner(record, &key);
        let proved = self.proved_records(tx, &records, open, false).await?;
        let mut proof = RecordsProof::new(proved.trust);
        if more {
            proof.incomplete.push(format!(
                "only the newest {MOST} records are in this file; there are older ones"
            ));
        }
        proof.events = proved.events;
        proof.timestamps = proved.timestamps;
        proof.restarts = proved.restarts;
        proof.incomplete.extend(
            proved
                .unnumbered
                .into_iter()
                .map(|number| format!("record {number} is not in the log yet; fetch the proof again in a few seconds")),
        );
        self.keep_seals(proved.seals).await?;
        proof.to_bytes().map_err(|error| ActError::Evidence(Box::new(error)))
    }

    async fn history_entry(&self, tx: &mut Tx, row: &ChoiceRow, key: &PartyKey) -> Result<HistoryEntry, ActError> {
        let record = self.open_record_as_owner(&row.record.record, key)?;
        let parsed = ParsedRecord::parse(&record.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let organisation = match disclosed(&record, "sender") {
            Some(business_id) => tx
                .find_organisation_by_business_id(business_id)
                .await?
                .map(|found| found.names),
            None => None,
        };
        let until = parsed
            .body
            .reasons
            .iter()
            .find(|it| it.code == super::activate::PAPER_UNTIL);
        let agent = match (disclosed(&record, "actor"), disclosed(&record, "recipient")) {
            (Some(actor), owner) if Some(actor) != owner => Some(HistoryAgent {
                name: match self.person_behind(tx, actor).await? {
                    Accessor::Person(name) => Some(name),
                    _ => None,
                },
                role: parsed.body.recipient.as_ref().and_then(|it| it.role.clone()),
            }),
            _ => None,
        };
        Ok(HistoryEntry {
            event: parsed.body.event,
            at: from_micros(row.time),
            organisation,
            until: until.and_then(|it| it.text.parse().ok()),
            renounced: is_renunciation(&parsed),
            agent,
            index: row.record.leaf_index.map(|place| index_in_log(place).unsigned_abs()),
        })
    }
}

fn disclosed<'a>(record: &'a OpenRecord, field: &str) -> Option<&'a str> {
    let found = record.disclosures.iter().find(|it| it.field == field);
    found.map(|it| it.value.as_str())
}

fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
