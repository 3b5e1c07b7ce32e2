//! What a file says happened, in plain words: for a reader who wants to know what was checked before they read how.
//!
//! Guarantees: every word comes from a record that is in its only form, and a name only where its disclosure fits the record. Whether it holds
//! is the verdict's business.

use jiff::Timestamp;

use super::super::verdict::Said;
use crate::evidence::proof::ProofEvent;
use crate::evidence::record::{EventType, Mode, ParsedRecord};

/// One line for each event that is shown, in the order of the file.
pub(super) fn told(events: &[ProofEvent], records: &[Option<ParsedRecord>]) -> Vec<Said> {
    let shown = events
        .iter()
        .zip(records)
        .filter_map(|(event, record)| record.as_ref().map(|record| (event, record)));
    shown
        .map(|(event, record)| {
            let name = |field: &str| {
                let it = event.disclosures.iter().find(|it| it.field == field)?;
                (record.body.reference(field) == Some(it.reference())).then(|| it.value.clone())
            };
            Said {
                time: record.body.time,
                event: record.body.event.name(),
                meaning: record.body.event.meaning(),
                sender: name("sender"),
                recipient: name("recipient"),
                actor: name("actor"),
            }
        })
        .collect()
}

/// What came of a delivery, in one sentence.
pub(super) fn outcome(records: &[Option<ParsedRecord>]) -> Option<String> {
    let bodies = || records.iter().flatten().map(|record| &record.body);
    let at = |wanted: EventType| bodies().find(|body| body.event == wanted).map(|body| body.time);
    let verifiable = bodies()
        .filter_map(|body| body.delivery.as_ref())
        .any(|link| link.mode == Mode::Verifiable);
    let said = |what: &str, time: Timestamp| Some(format!("{what} {time}."));
    let (served, by_post) = (
        at(EventType::ConsignmentAcceptance),
        at(EventType::PostReceiptConfirmed),
    );
    match (served, by_post) {
        (Some(time), _) => return said("Served: receipt was confirmed in time, at", time),
        (None, Some(time)) => return said("Served by post: the letter was signed for, as reported at", time),
        (None, None) => {}
    }
    if let Some(time) = at(EventType::LateRetrieval) {
        return said(
            "Not served: the window to confirm receipt had passed when it was opened, at",
            time,
        );
    }
    if let Some(time) = at(EventType::AcceptanceRejectionExpiry) {
        return said("Not served: nobody confirmed receipt in time; recorded at", time);
    }
    if let Some(time) = at(EventType::RelayToNonErds) {
        return said("Went on paper, at", time);
    }
    let available = at(EventType::ContentConsignment);
    match available {
        Some(time) if !verifiable => said(
            "Became available in the mailbox, from which the rules count the day of service, at",
            time,
        ),
        _ if at(EventType::NotificationForAcceptance).is_some() => {
            Some("Waits for the recipient to confirm receipt, as far as this file goes.".to_owned())
        }
        _ => None,
    }
}
