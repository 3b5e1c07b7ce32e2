//! Time stamps: once a minute the newest checkpoint is stamped by an authority outside, so that nothing can be slipped into the past.
//!
//! Who seals asks, outside of any transaction; the verified reply, and the event that makes it a leaf of the log, are written in one. A process that
//! ends between the two loses that stamp alone: the next minute asks anew. An authority that fails never stops the log: the outage is one event,
//! one error in the log and a metric, and so is its end.
//!
//! The leaf of a stamp makes the log grow, but alone is no reason for another stamp; else a hub in which nothing happens would stamp for ever.

use std::sync::atomic::Ordering;

use super::event::{Fact, Readers};
use super::{ActError, Hub};
use crate::evidence::record::{ContentPart, EventType, Reason};
use crate::evidence::sha256;
use crate::store::event::NewEvent;
use crate::store::log::{LogRow, place_of};
use crate::store::timestamp::TimestampRow;
use crate::tsa::{Stamped, TsaError};

/// The least time between two requests, in microseconds.
const MINUTE: i64 = 60_000_000;
/// The media type of a reply (RFC 3161 3.4).
const REPLY_TYPE: &str = "application/timestamp-reply";

impl Hub {
    /// Has the newest checkpoint stamped when that is due and this process is the one that seals. Answers whether a stamp was kept.
    pub async fn stamp(&self) -> Result<bool, ActError> {
        let Some(tsa) = &self.tsa else { return Ok(false) };
        let Some(log) = self.stamp_due().await? else {
            return Ok(false);
        };
        self.stamp_asked.store(self.now().as_microsecond(), Ordering::SeqCst);
        match tsa.stamp(log.checkpoint.as_bytes(), &self.rng).await {
            Ok(stamped) => self.keep_stamp(log, stamped).await,
            Err(error) => self.note_outage(&error).await.map(|()| false),
        }
    }

    /// The log, when its last checkpoint should be stamped now, by this process.
    async fn stamp_due(&self) -> Result<Option<LogRow>, ActError> {
        let (now, origin) = (self.now().as_microsecond(), &self.options.origin);
        // A clock that was set back does not put the next stamp off.
        let too_soon = |before: i64| (before..before + MINUTE).contains(&now);
        if self.halted() || too_soon(self.stamp_asked.load(Ordering::SeqCst)) {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        if !tx.leads_log(origin, &self.holder, now).await? {
            return Ok(None);
        }
        let Some(log) = tx.find_log(origin).await?.filter(|log| log.size > 0) else {
            return Ok(None);
        };
        let (stamped, at) = tx.last_timestamp(&log.name()).await?.unwrap_or((0, i64::MIN));
        let news = (place_of(log.number, stamped), log.end());
        let due = !(at > i64::MIN && too_soon(at)) && tx.holds_more_than_timestamps(news.0, news.1).await?;
        Ok(due.then_some(log))
    }

    /// Writes a stamp and its event; false when this process lost the lease meanwhile, or the checkpoint has one.
    async fn keep_stamp(&self, log: LogRow, stamped: Stamped) -> Result<bool, ActError> {
        let (size, time) = (log.size, stamped.stamp.time);
        let (kept, recovered) = self
            .act(move |hub, tx| {
                let (log, stamped) = (log.clone(), stamped.clone());
                Box::pin(async move {
                    let now = hub.now();
                    let origin = &hub.options.origin;
                    if !tx.leads_log(origin, &hub.holder, now.as_microsecond()).await? {
                        return Ok((false, false));
                    }
                    let part = ContentPart {
                        id: format!("checkpoint-{}", log.size),
                        media_type: REPLY_TYPE.to_owned(),
                        size: stamped.reply.len() as u64,
                        sha256: sha256(&stamped.reply),
                    };
                    let (event, record_jws) = hub.record_for_all(Fact {
                        content: &[part],
                        ..Fact::new(EventType::Timestamp, now)
                    })?;
                    let row = TimestampRow {
                        origin: log.name(),
                        size: log.size,
                        checkpoint: log.checkpoint,
                        reply: stamped.reply,
                        gen_time: stamped.stamp.time.as_microsecond(),
                        made_at: now.as_microsecond(),
                        record_jws,
                    };
                    if !tx.insert_timestamp(&row).await? {
                        return Ok((false, false));
                    }
                    tx.insert_events(&[event]).await?;
                    let recovered = tx.end_timestamp_outage(origin, row.made_at).await?;
                    Ok((true, recovered))
                })
            })
            .await?;
        if kept {
            metrics::counter!("tiedoksi_timestamps_total").increment(1);
            metrics::gauge!("tiedoksi_timestamp_failing").set(0.0);
        }
        if recovered {
            tracing::info!(size, %time, "the time-stamping authority gives time stamps again");
        }
        Ok(kept)
    }

    /// Writes the event of an outage that is not known yet.
    async fn note_outage(&self, error: &TsaError) -> Result<(), ActError> {
        metrics::counter!("tiedoksi_timestamp_failures_total", "reason" => error.word()).increment(1);
        metrics::gauge!("tiedoksi_timestamp_failing").set(1.0);
        let (word, text) = (error.word(), error.to_string());
        let began = self
            .act(move |hub, tx| {
                let text = text.clone();
                Box::pin(async move {
                    let (now, origin) = (hub.now(), &hub.options.origin);
                    if !tx.leads_log(origin, &hub.holder, now.as_microsecond()).await? {
                        return Ok(false);
                    }
                    let (event, record_jws) = hub.record_for_all(Fact {
                        reasons: vec![Reason {
                            code: word.to_owned(),
                            text,
                        }],
                        ..Fact::new(EventType::TimestampFailed, now)
                    })?;
                    let began = tx
                        .begin_timestamp_outage(origin, now.as_microsecond(), word, &record_jws)
                        .await?;
                    if began {
                        tx.insert_events(&[event]).await?;
                    }
                    Ok(began)
                })
            })
            .await?;
        if began {
            tracing::error!(
                reason = word,
                error = error as &dyn std::error::Error,
                "no time stamp is to be had: the log goes on without, and it is tried again every minute"
            );
        }
        Ok(())
    }

    /// A record about nobody, with its seal: the record's only readable form, since no party has a key to it.
    pub(super) fn record_for_all(&self, fact: Fact<'_>) -> Result<(NewEvent, String), ActError> {
        let fact = Fact { sealed: true, ..fact };
        let (event, seal) = self.record_sealed(fact, Readers::default())?;
        let seal = seal.ok_or_else(|| ActError::Evidence("a record without its seal".into()))?;
        Ok((event, seal))
    }
}
