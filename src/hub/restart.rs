//! The restart of the log, by its operator, after an older backup was restored and the newer database is lost: a new log begins, whose first leaf
//! holds the last checkpoint of the old one.
//!
//! Guarantees: a log that ended is never signed again by this database, and no new one is begun twice. The first checkpoint of the new log is put into
//! the second place before the transaction commits, where nothing else can take its name: of two restarts one wins, and one that breaks off leaves
//! the hub halted, to be restarted once more under the next number. Leaves out what the lost answers said: nobody knows any more.

use std::sync::atomic::Ordering;

use unicode_normalization::UnicodeNormalization as _;

use super::event::Fact;
use super::second_place::Kept;
use super::{ActError, Hub};
use crate::evidence::checkpoint::Checkpoint;
use crate::evidence::record::{EventType, ParsedRecord};
use crate::evidence::restart::{EndedLog, Restart, origin_of};
use crate::evidence::seal::sealed_bytes;
use crate::evidence::tree::{Frontier, leaf_hash};
use crate::objects::ObjectError;
use crate::store::ended_log::{EndedLogRow, NewLog};
use crate::store::log::{LogRow, log_of, place_of};

/// Most characters of a reason.
const MOST_REASON: usize = 500;
/// Message ids that are left out beyond one for each lost leaf: servers take ids in blocks.
const SKIPPED_IDS: i64 = 1_000_000;

/// The log that began, and what was lost of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restarted {
    /// The new log's name.
    pub origin: String,
    /// Its verifier key (C2SP signed note).
    pub vkey: String,
    /// The logs that ended: name, leaves that are held, leaves that there were.
    pub ended: Vec<(String, u64, u64)>,
}

/// The last checkpoint of a log that ends, and the head that it is of.
type Ended = (Kept, Checkpoint);

impl Hub {
    /// Begins a new log in the place of the one that the second place is ahead of. [`ActError::Contradiction`] when it is not ahead, and when the old
    /// log cannot be continued by another; [`ActError::Invalid`] for a reason that is none. Halted processes go on by themselves afterwards.
    pub async fn restart_log(&self, reason: &str) -> Result<Restarted, ActError> {
        let reason = checked(reason)?;
        let found = self.second_place().await?;
        let mut tx = self.db.write().await?;
        tx.create_log(&self.options.origin, &Frontier::new().to_bytes()).await?;
        let log = tx.find_log(&self.options.origin).await?.ok_or(ActError::NotFound)?;
        let mut ended = Vec::new();
        for kept in ending(&log, found.kept)? {
            let head = self.head_of(&mut tx, &kept).await?;
            ended.push((kept, head));
        }
        let number = ended
            .iter()
            .map(|(kept, _)| log_of(kept.end))
            .max()
            .unwrap_or(log.number)
            + 1;
        let restart = self.restart(&log, number, &ended, reason);
        let fact = Fact {
            reasons: restart.to_reasons(),
            ..Fact::new(EventType::LogRestarted, self.now())
        };
        let (event, record_jws) = self.record_for_all(fact)?;
        let reads_back = sealed_bytes(&record_jws).and_then(|bytes| Restart::read(&ParsedRecord::parse(&bytes).ok()?));
        if reads_back.as_ref() != Some(&restart) {
            return Err(ActError::Evidence(
                "the record of the restart does not read back".into(),
            ));
        }
        let mut frontier = Frontier::new();
        frontier.append(leaf_hash(&event.entry));
        let checkpoint = self
            .keys
            .sign_checkpoint(&restart.origin, frontier.size(), &frontier.root());
        let checkpoint = checkpoint.map_err(|error| ActError::Evidence(Box::new(error)))?;
        let new = NewLog {
            origin: &self.options.origin,
            before: (log.number, log.size),
            number,
            frontier: &frontier.to_bytes(),
            checkpoint: &checkpoint,
        };
        let event_id = event.id;
        if !tx.restart_log(&new).await? {
            return Err(CHANGED);
        }
        tx.insert_events(&[event]).await?;
        if !tx.number_event(event_id, place_of(number, 0)).await? {
            return Err(CHANGED);
        }
        let rows = self.ended_rows(&log, number, &restart, &ended, (&record_jws, &checkpoint));
        tx.insert_ended_logs(&rows).await?;
        let answer = self.answer(&restart, &ended)?;
        let lost: u64 = answer
            .ended
            .iter()
            .map(|(_, held, size)| size.saturating_sub(*held))
            .sum();
        tx.take_message_ids(SKIPPED_IDS.saturating_add_unsigned(lost)).await?;
        // Who is second finds the name taken, and has changed nothing.
        match self.put_checkpoint(place_of(number, 1), &checkpoint).await {
            Err(ActError::Objects(ObjectError::Exists)) => return Err(CHANGED),
            put => put?,
        }
        tx.commit().await?;
        self.halted.store(false, Ordering::SeqCst);
        self.kept_end.store(place_of(number, 1), Ordering::SeqCst);
        Ok(answer)
    }

    /// What the new log's first record says.
    fn restart(&self, log: &LogRow, number: i64, ended: &[Ended], reason: String) -> Restart {
        let each = ended.iter().map(|(kept, _)| EndedLog {
            checkpoint: kept.text.clone(),
            held: held(log, kept).unsigned_abs(),
        });
        Restart {
            reason,
            origin: origin_of(&self.options.origin, number.unsigned_abs()),
            ended: each.collect(),
        }
    }

    /// `first`: the new log's first record, sealed, and its first checkpoint.
    fn ended_rows(
        &self,
        log: &LogRow,
        successor: i64,
        restart: &Restart,
        ended: &[Ended],
        first: (&str, &str),
    ) -> Vec<EndedLogRow> {
        let row = |(kept, head): &Ended| {
            let held = held(log, kept);
            EndedLogRow {
                number: log_of(kept.end),
                origin: head.origin.clone(),
                checkpoint: kept.text.clone(),
                held,
                held_checkpoint: if held > 0 {
                    log.checkpoint.clone()
                } else {
                    String::new()
                },
                successor,
                reason: restart.reason.clone(),
                ended_at: self.now().as_microsecond(),
                record_jws: first.0.to_owned(),
                next_checkpoint: first.1.to_owned(),
            }
        };
        ended.iter().map(row).collect()
    }

    fn answer(&self, restart: &Restart, ended: &[Ended]) -> Result<Restarted, ActError> {
        let key = self.keys.log.public_of(&restart.origin);
        let told = restart.ended.iter().zip(ended);
        let told = told.map(|(log, (_, head))| (head.origin.clone(), log.held, head.size));
        Ok(Restarted {
            origin: restart.origin.clone(),
            vkey: key.map_err(|error| ActError::Evidence(Box::new(error)))?.to_string(),
            ended: told.collect(),
        })
    }
}

/// Another process changed the log meanwhile.
const CHANGED: ActError = ActError::Contradiction(
    "the log was changed while it was restarted: another restart was first, or a process seals. Nothing was changed; look at /health/ready \
     before you try again",
);

/// The last checkpoints of what ends: of the log that the database has, and of every one begun since.
fn ending(log: &LogRow, kept: Vec<Kept>) -> Result<Vec<Kept>, ActError> {
    match kept.last() {
        Some(last) if last.is_ahead_of(log) => {}
        _ => {
            return Err(ActError::Contradiction(
                "the log needs no restart: the database is not older than the last checkpoint in the second place, and the hub takes acts",
            ));
        }
    }
    let own = kept.iter().find(|kept| log_of(kept.end) == log.number);
    if own.is_some_and(|own| own.end == log.end() && own.text != log.checkpoint) {
        return Err(ActError::Contradiction(
            "the second place holds another log of the same size than the database: two databases sealed at once. No new log mends that; restore \
             a backup from before, or the other database",
        ));
    }
    let is_newer = |kept: &Kept| log_of(kept.end) > log.number;
    let own = own.filter(|own| own.end > log.end()).cloned();
    // Otherwise nothing newer is known of it than what the database has.
    let own = own.or((!log.checkpoint.is_empty()).then(|| Kept {
        end: log.end(),
        text: log.checkpoint.clone(),
    }));
    Ok(own
        .into_iter()
        .chain(kept.iter().filter(|kept| is_newer(kept)).cloned())
        .collect())
}

/// How many leaves of a log that ends the database has.
fn held(log: &LogRow, kept: &Kept) -> i64 {
    match log_of(kept.end) == log.number {
        true => log.size,
        false => 0,
    }
}

/// The reason as it will stand in the log; [`ActError::Invalid`] when it cannot stand there.
pub(crate) fn checked(reason: &str) -> Result<String, ActError> {
    match super::reason::problem("/reason", reason, MOST_REASON) {
        Some(violation) => Err(ActError::Invalid(vec![violation])),
        None => Ok(reason.trim().nfc().collect()),
    }
}
