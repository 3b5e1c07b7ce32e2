//! The rule of retention: content is kept for so long, and the evidence about it for so long after the last thing that happened.
//!
//! A day's work is done at once, after midnight UTC: what falls due during a day waits for its end, so that the database is scrubbed once a day.
//! Evidence outlives content: of a message whose content is still there no record is destroyed.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::event::{Fact, Readers};
use super::super::filing::messages;
use super::super::{ActError, Hub};
use super::Cause;
use crate::evidence::record::{EventType, Reason};
use crate::store::Tx;
use crate::store::erasure::OldRow;
use crate::store::scrub::Scrub;

/// Messages in one page of what is due.
const PAGE: i64 = 200;
/// Stands in a record that the records of a delivery were destroyed.
const EVIDENCE_ENDED: &str = "EVIDENCE_RETENTION_ENDED";

impl Hub {
    /// Erases the content of messages that is as old as it may become; idempotent. Answers how many.
    pub async fn sweep_content(&self) -> Result<usize, ActError> {
        let Some(kept) = self.options.content_retention else {
            return Ok(0);
        };
        let until = self.day_began_before(kept);
        let (mut after, mut erased) = ((i64::MIN, 0), 0);
        loop {
            let due = self.db.read().await?.list_old_content(until, after, PAGE).await?;
            let Some(last) = due.last() else { break };
            after = (last.since, last.id);
            for OldRow { id, .. } in due {
                let done = self.act(move |hub, tx| {
                    Box::pin(async move { hub.erase_content(tx, id, &Cause::Retention).await.map(drop) })
                });
                erased += settled(id, done.await)?;
            }
        }
        if erased > 0 {
            self.db.scrub(Scrub::Light).await?;
        }
        Ok(erased)
    }

    /// Destroys the records of deliveries without content whose evidence is as old as it may become; idempotent. Answers how many.
    pub async fn sweep_evidence(&self) -> Result<usize, ActError> {
        let until = self.day_began_before(self.options.evidence_retention);
        let (mut after, mut ended) = ((i64::MIN, 0), 0);
        loop {
            let due = self.db.read().await?.list_old_evidence(until, after, PAGE).await?;
            let Some(last) = due.last() else { break };
            after = (last.since, last.id);
            for OldRow { id, .. } in due {
                let done = self.act(move |hub, tx| Box::pin(async move { hub.end_evidence(tx, id).await }));
                ended += settled(id, done.await)?;
            }
        }
        if ended > 0 {
            self.db.scrub(Scrub::Light).await?;
        }
        Ok(ended)
    }

    async fn end_evidence(&self, tx: &mut Tx, id: i64) -> Result<(), ActError> {
        let row = tx.find_message_by_id(id).await?.ok_or(ActError::NotFound)?;
        let now = self.now();
        if !tx.end_evidence(id, now.as_microsecond()).await? {
            return Ok(());
        }
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let mut fact = Fact::new(EventType::Erasure, now);
        fact.reasons = vec![
            Reason {
                code: EVIDENCE_ENDED.to_owned(),
                text: "The time is over for which this hub keeps evidence.".to_owned(),
            },
            messages(&[id.to_string()]),
        ];
        let readers = Readers {
            mailbox: None,
            organisation: Some((row.organisation_id, &organisation.key)),
        };
        Ok(tx.insert_events(&[self.record(fact, readers)?]).await?)
    }

    /// The beginning of the day (UTC) on which something became as old as `kept`, in microseconds.
    fn day_began_before(&self, kept: std::time::Duration) -> i64 {
        let kept = SignedDuration::try_from(kept).unwrap_or(SignedDuration::MAX);
        let then = self.now().checked_sub(kept).unwrap_or(Timestamp::MIN);
        let day = then.to_zoned(TimeZone::UTC).start_of_day();
        day.map_or(i64::MIN, |day| day.timestamp().as_microsecond())
    }
}

/// One, when it is done. What cannot be done is logged and keeps none of the others waiting.
fn settled(message: i64, done: Result<(), ActError>) -> Result<usize, ActError> {
    match done {
        Ok(()) => Ok(1),
        Err(error @ (ActError::Busy | ActError::Halted)) => Err(error),
        Err(error) => {
            tracing::error!(
                message,
                error = &error as &dyn std::error::Error,
                "what is kept no longer cannot be erased"
            );
            Ok(0)
        }
    }
}
