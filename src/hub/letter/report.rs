//! What a print house reports becomes evidence and the sender's feed, once.
//!
//! `sent` means that the print house has the letter safely and prints it once: the hub hands the letter over (RelayToNonERDS), destroys its keys
//! and takes it out of the spool. A result comes after that: exactly one, but `unresolved` may become one of the others later. A report that is
//! repeated, also at the same moment, is answered as the first time; one that contradicts is refused and changes nothing.
//!
//! What a report says goes into the record as one reference, the one who acted: SHA-256 over a salt of 32 bytes and
//! `{"printHouse":…,"time":…}` for `sent`, `{"signature":…,"time":…,"trackingCode":…}` for a result; the salt stands only in the disclosures. A
//! tracking code has few digits that vary, and a signature is a name: both could be found by trying if they stood in event.json, even hashed.
//! Those who may see the identities of a delivery get the salt and can check them.
//!
//! `time` is when it happened, in UTC, as the print house says, else when the report came. The record's own time, and the feed's, is when the hub
//! recorded it: in the order of the log, by a clock that the hub answers for.

use jiff::Timestamp;
use uuid::Uuid;

use super::super::delivery::{Marks, mode_of};
use super::super::event::{Fact, Feed, FeedDetail, Readers};
use super::super::owner::Owner;
use super::super::{ActError, Hub};
use crate::domain::event::FeedType;
use crate::domain::letter::report::{Report, ReportKind};
use crate::domain::message::Mode;
use crate::domain::principal::PrintHouse;
use crate::domain::time::from_micros;
use crate::evidence::record::{Actor, EventType, ParsedRecord, Party, Reason};
use crate::store::message::MessageRow;
use crate::store::print_job::{PrintJobRow, PrintStep};
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// What the hub keeps of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// The job.
    pub id: Uuid,
    /// What became of it.
    pub kind: ReportKind,
    /// When, as the print house said, else when the report came.
    pub at: Timestamp,
}

/// The parties of a delivery, as its first record names them.
pub(in crate::hub) struct Parties {
    pub(in crate::hub) sender: Option<Party>,
    pub(in crate::hub) recipient: Option<Party>,
}

impl Hub {
    /// Takes a report. Durable when it returns; may be repeated.
    ///
    /// # Errors
    /// [`ActError::NotFound`] for a job that was never offered; [`ActError::Contradiction`] for a report that does not follow from the ones before.
    pub async fn report_letter(&self, house: &PrintHouse, id: Uuid, report: Report) -> Result<Reported, ActError> {
        let house = house.clone();
        let kind = report.kind;
        let reported = self
            .act(move |hub, tx| {
                let (house, report) = (house.clone(), report.clone());
                Box::pin(async move {
                    let job = tx.find_print_job(id).await?;
                    let job = job.filter(|job| !matches!(job.state.as_str(), "accepted" | "failed" | "erased"));
                    let job = job.ok_or(ActError::NotFound)?;
                    match report.kind {
                        ReportKind::Sent => hub.report_sent(tx, &house, &job, &report).await,
                        _ => hub.report_result(tx, &job, &report).await,
                    }
                })
            })
            .await?;
        if kind == ReportKind::Sent
            && let Err(error) = self.clear_letter(id).await
        {
            tracing::warn!(job = %id, error = &error as &dyn std::error::Error, "a letter stays in the spool until the next sweep");
        }
        Ok(reported)
    }

    async fn report_sent(
        &self,
        tx: &mut Tx,
        house: &PrintHouse,
        job: &PrintJobRow,
        report: &Report,
    ) -> Result<Reported, ActError> {
        if let Some(at) = job.sent_at {
            let at = from_micros(at);
            return if report.time.is_none_or(|time| rounded(time) == at) {
                Ok(reported(job.id, report, at))
            } else {
                Err(ActError::Contradiction(
                    "This job was reported as sent before, at another time.",
                ))
            };
        }
        let at = rounded(report.time.unwrap_or_else(|| self.now()));
        let actor = Actor {
            identifier: serde_json::json!({ "printHouse": &*house.name, "time": at.to_string() }).to_string(),
            acr: None,
            auth_time: None,
        };
        let fact = Fact {
            actor: Some(actor),
            ..Fact::new(EventType::RelayToNonErds, self.now())
        };
        let row = letter_row(tx, job).await?;
        self.record_report(tx, &row, fact, (FeedType::PaperSentForPrinting, None))
            .await?;
        let done = tx.send_print_job(job.id, at.as_microsecond()).await?;
        settled(done)?;
        Ok(reported(job.id, report, at))
    }

    async fn report_result(&self, tx: &mut Tx, job: &PrintJobRow, report: &Report) -> Result<Reported, ActError> {
        let digest = self.vault.digest("print report", &report.canonical());
        let known = job.resolved_at.map(from_micros);
        match (job.state.as_str(), known) {
            ("spooled", _) => {
                return Err(ActError::Contradiction(
                    "This job was not reported as sent. Report `sent` first.",
                ));
            }
            (_, Some(at)) if job.report_sha256.as_deref() == Some(&digest) => return Ok(reported(job.id, report, at)),
            ("sent", _) => {}
            ("unresolved", _) if report.kind != ReportKind::Unresolved => {}
            _ => {
                return Err(ActError::Contradiction(
                    "Another result of this job was reported before.",
                ));
            }
        }
        let row = letter_row(tx, job).await?;
        if report.kind == ReportKind::ReceiptConfirmed && mode_of(&row) == Mode::Ordinary {
            return Err(ActError::Contradiction(
                "This letter went by ordinary post, for which nobody signs. Report `returned` or `unresolved`, or nothing.",
            ));
        }
        let at = rounded(report.time.unwrap_or_else(|| self.now()));
        let (event, feed, reason) = match report.kind {
            ReportKind::ReceiptConfirmed => (EventType::PostReceiptConfirmed, FeedType::PostReceiptConfirmed, None),
            ReportKind::Returned => (
                EventType::PostReturned,
                FeedType::PostReturnedToSender,
                Some(("RETURNED_TO_SENDER", "The post returned the letter to its sender.")),
            ),
            ReportKind::Sent | ReportKind::Unresolved => (
                EventType::PostUnresolved,
                FeedType::PostUnresolved,
                Some(("OUTCOME_UNKNOWN", "The post does not know what became of the letter.")),
            ),
        };
        let fact = Fact {
            actor: Some(post(report, at)),
            reasons: reason
                .map(|(code, text)| Reason {
                    code: code.to_owned(),
                    text: text.to_owned(),
                })
                .into_iter()
                .collect(),
            ..Fact::new(event, self.now())
        };
        let detail = FeedDetail::Post {
            tracking_code: report.tracking_code.clone().unwrap_or_default(),
            signature: report.signature.clone(),
        };
        self.record_report(tx, &row, fact, (feed, Some(detail))).await?;
        let step = PrintStep {
            id: job.id,
            from: &job.state,
            to: report.kind.state(),
            at: at.as_microsecond(),
            report: &digest,
        };
        settled(tx.resolve_print_job(&step).await?)?;
        Ok(reported(job.id, report, at))
    }

    /// The next record of the letter's delivery, with its parties and the sender's feed entry.
    async fn record_report(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        fact: Fact<'_>,
        (kind, detail): (FeedType, Option<FeedDetail>),
    ) -> Result<(), ActError> {
        if !self.options.evidence {
            return Ok(());
        }
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let mailbox = match row.mailbox_id {
            Some(id) => Some(tx.get_mailbox(id).await?).filter(|mailbox| !mailbox.is_erased()),
            None => None,
        };
        let mailbox = match mailbox {
            Some(mailbox) => Some((mailbox.id, Owner::open(&mailbox, &self.vault)?.1)),
            None => None,
        };
        let parties = self.parties_of(tx, row, &organisation.key).await?;
        let now = self.now().max(from_micros(row.last_at));
        let feed = Feed {
            kind,
            system: row.system_id,
            service: row.service_id,
            external_id: row.external_id.clone(),
            detail,
        };
        let fact = Fact {
            time: now,
            sender: parties.sender,
            recipient: parties.recipient,
            feed: Some(feed),
            ..fact
        };
        let readers = Readers {
            mailbox: mailbox.as_ref().map(|(id, key)| (*id, key)),
            organisation: Some((row.organisation_id, &organisation.key)),
        };
        self.advance_chain(tx, (row, readers), vec![fact], Marks::default(), now)
            .await?;
        Ok(())
    }

    /// The parties of a delivery, by its first record.
    pub(in crate::hub) async fn parties_of(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        organisation: &PartyKey,
    ) -> Result<Parties, ActError> {
        let records = tx.list_records_of_message(row.id).await?;
        let first = records
            .first()
            .ok_or(StoreError::Missing("first record of a delivery"))?;
        let open = self.open_record_as_organisation(&first.record, organisation)?;
        let parsed = ParsedRecord::parse(&open.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let party = |field: &str, role: Option<String>| {
            let disclosed = open.disclosures.iter().find(|one| one.field == field)?;
            Some(Party {
                identifier: disclosed.value.clone(),
                role,
                mandate: None,
            })
        };
        let role = |party: Option<&crate::evidence::body::PartyRef>| party.and_then(|party| party.role.clone());
        Ok(Parties {
            sender: party("sender", role(parsed.body.sender.as_ref())),
            recipient: party("recipient", role(parsed.body.recipient.as_ref())),
        })
    }
}

async fn letter_row(tx: &mut Tx, job: &PrintJobRow) -> Result<MessageRow, ActError> {
    let row = tx.find_message_by_id(job.message_id).await?;
    Ok(row.ok_or(StoreError::Missing("message of a letter"))?)
}

/// The post's word, as the one who acted.
fn post(report: &Report, at: Timestamp) -> Actor {
    let mut said = serde_json::Map::new();
    said.insert("time".to_owned(), at.to_string().into());
    if let Some(signature) = &report.signature {
        said.insert("signature".to_owned(), signature.as_str().into());
    }
    if let Some(code) = &report.tracking_code {
        said.insert("trackingCode".to_owned(), code.as_str().into());
    }
    Actor {
        identifier: serde_json::Value::Object(said).to_string(),
        acr: None,
        auth_time: None,
    }
}

/// To the microsecond, as it is stored.
fn rounded(time: Timestamp) -> Timestamp {
    from_micros(time.as_microsecond())
}

fn reported(id: Uuid, report: &Report, at: Timestamp) -> Reported {
    Reported {
        id,
        kind: report.kind,
        at,
    }
}

/// Another report was faster: this one runs again and sees it.
fn settled(done: bool) -> Result<(), ActError> {
    if done { Ok(()) } else { Err(StoreError::Conflict.into()) }
}
