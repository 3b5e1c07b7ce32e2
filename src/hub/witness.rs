//! Asking witnesses to cosign the log's newest checkpoint, and keeping it once enough of them did.
//!
//! Guarantees: beside the log, never in its way: nothing here is awaited by an act or by the sealer, no transaction is open while a witness is
//! asked, and a witness that is slow, down or wrong changes nothing but that its cosignature is missing. Only lines that verify by the
//! configured keys are kept. Each round asks all for the same checkpoint, whatever was sealed meanwhile: cosignatures of different trees make no quorum.

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::Mutex;

use super::place::read_tile;
use super::{ActError, Hub};
use crate::evidence::submission::Submission;
use crate::evidence::tiles::{TileSet, consistency_proof, consistency_tiles_needed};
use crate::store::cosigned::CosignedRow;
use crate::store::log::LogRow;
use crate::witness::client::{Answer, AskError, Panel, WitnessClient};

/// The witnesses, and how it stands with each.
#[derive(Debug)]
pub(crate) struct Witnesses {
    quorum: usize,
    each: Vec<(WitnessClient, Mutex<Standing>)>,
    /// Held by the round under way: which checkpoint was kept last, with how many lines.
    kept: Mutex<(String, usize)>,
}

impl Witnesses {
    pub(crate) fn new(panel: &Panel) -> Self {
        let each = panel.clients().iter().cloned();
        Self {
            quorum: panel.quorum(),
            each: each.map(|client| (client, Mutex::default())).collect(),
            kept: Mutex::default(),
        }
    }
}

/// What this process knows of one witness.
#[derive(Debug, Default)]
struct Standing {
    /// Which log it is asked about.
    log: i64,
    /// The size of it that it cosigned last, as far as we know.
    known: u64,
    /// Its last line, and for which checkpoint.
    line: Option<(String, String)>,
    mood: Mood,
}

/// How it went last; only a change is worth a log line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mood {
    #[default]
    Unasked,
    Cosigns,
    Fails,
    Contradicts,
}

/// Why there is no cosignature.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Ask(#[from] AskError),
    /// What it knows and our log cannot both be true. That cannot be mended by asking again.
    #[error("{0}")]
    Contradiction(&'static str),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl Hub {
    /// Whether any witness is configured.
    pub fn has_witnesses(&self) -> bool {
        self.witnesses.is_some()
    }

    /// Whether this process seals the log now, and so asks the witnesses.
    pub async fn leads_log(&self) -> Result<bool, ActError> {
        let now = self.now().as_microsecond();
        let mut tx = self.db.read().await?;
        Ok(tx.holds_log(&self.options.origin, &self.holder, now).await?)
    }

    /// One round: asks every witness that has not cosigned the newest checkpoint yet. Answers how many have. May be repeated; rounds of one
    /// process are one after the other, those of several do no harm.
    pub async fn ask_witnesses(&self) -> Result<usize, ActError> {
        let Some(witnesses) = &self.witnesses else { return Ok(0) };
        if self.halted() {
            return Ok(0);
        }
        let mut kept = witnesses.kept.lock().await;
        let log = self.db.read().await?.find_log(&self.options.origin).await?;
        let Some(log) = log.filter(|log| log.size > 0) else {
            return Ok(0);
        };
        let mut asked = FuturesUnordered::new();
        for (number, (client, standing)) in witnesses.each.iter().enumerate() {
            let log = &log;
            asked.push(async move { (number, self.ask_one(client, &mut *standing.lock().await, log).await) });
        }
        let mut lines: Vec<Option<String>> = vec![None; witnesses.each.len()];
        while let Some((number, line)) = asked.next().await {
            lines[number] = line?;
            let count = lines.iter().flatten().count();
            let known = kept.0 == log.checkpoint && kept.1 >= count;
            // The others are not waited for: one that is down would hold up what the rest have cosigned.
            if count >= witnesses.quorum && !known {
                self.keep_cosigned(&log, &lines).await?;
                *kept = (log.checkpoint.clone(), count);
            }
        }
        Ok(lines.iter().flatten().count())
    }

    /// One witness's line for this checkpoint; none where there is none, which is told in the log when that is a change.
    async fn ask_one(
        &self,
        client: &WitnessClient,
        standing: &mut Standing,
        log: &LogRow,
    ) -> Result<Option<String>, ActError> {
        if let Some((checkpoint, line)) = &standing.line
            && *checkpoint == log.checkpoint
        {
            return Ok(Some(line.clone()));
        }
        if standing.log != log.number {
            (standing.log, standing.known) = (log.number, 0);
        }
        let witness = client.key().name();
        let trouble = match self.cosignature(client, &mut standing.known, log).await {
            Ok(line) => {
                let Some(line) = line else { return Ok(None) };
                if !matches!(standing.mood, Mood::Unasked | Mood::Cosigns) {
                    tracing::info!(witness, "the witness cosigns again");
                }
                standing.mood = Mood::Cosigns;
                standing.line = Some((log.checkpoint.clone(), line.clone()));
                return Ok(Some(line));
            }
            Err(Trouble::Act(error)) => return Err(error),
            Err(trouble) => trouble,
        };
        let mood = match trouble {
            Trouble::Contradiction(_) => Mood::Contradicts,
            _ => Mood::Fails,
        };
        let error = &trouble as &dyn std::error::Error;
        if mood == Mood::Contradicts {
            metrics::counter!("tiedoksi_witness_contradictions_total", "witness" => witness.to_owned()).increment(1);
        } else {
            metrics::counter!("tiedoksi_witness_failures_total", "witness" => witness.to_owned()).increment(1);
        }
        match mood {
            _ if mood == standing.mood => {}
            Mood::Contradicts => tracing::error!(
                witness,
                size = log.size,
                error,
                "THE WITNESS SAW ANOTHER LOG THAN THIS ONE: an older backup was restored, or the log was rewritten"
            ),
            _ => tracing::warn!(witness, error, "the witness does not cosign; it is asked again"),
        }
        standing.mood = mood;
        Ok(None)
    }

    /// Asks until the witness has the proof from where it is: twice at most. None when another process was faster with a newer checkpoint.
    async fn cosignature(
        &self,
        client: &WitnessClient,
        known: &mut u64,
        log: &LogRow,
    ) -> Result<Option<String>, Trouble> {
        let size = log.size.unsigned_abs();
        let mut submission = self.submission(log, (*known).min(size)).await?;
        for _ in 0..2 {
            match client.ask(&submission).await? {
                Answer::Cosigned(line) => {
                    *known = size;
                    return Ok(Some(line));
                }
                Answer::WrongProof => {
                    return Err(Trouble::Contradiction(
                        "the tree that it cosigned is not the beginning of ours",
                    ));
                }
                Answer::Knows(there) if there > size => {
                    *known = there;
                    let now = self
                        .db
                        .read()
                        .await
                        .map_err(ActError::from)?
                        .find_log(&log.origin)
                        .await;
                    let now = now.map_err(ActError::from)?.filter(|now| now.number == log.number);
                    return if now.is_some_and(|now| there > now.size.unsigned_abs()) {
                        Err(Trouble::Contradiction(
                            "the tree that it cosigned is larger than ours ever was, by this database",
                        ))
                    } else {
                        Ok(None)
                    };
                }
                Answer::Knows(there) if there == size && submission.old == size => {
                    return Err(Trouble::Contradiction("it cosigned another tree of this size"));
                }
                Answer::Knows(there) => {
                    *known = there;
                    submission = self.submission(log, there).await?;
                }
            }
        }
        Err(AskError::Answer("one size after another").into())
    }

    /// The checkpoint with the proof that it extends the tree of `old` leaves.
    async fn submission(&self, log: &LogRow, old: u64) -> Result<Submission, ActError> {
        let broken = |error| ActError::Evidence(Box::new(error));
        let (size, mut tiles) = (log.size.unsigned_abs(), TileSet::new());
        let mut tx = self.db.read().await?;
        for tile in consistency_tiles_needed(old, size).map_err(broken)? {
            tiles.insert(tile, read_tile(&mut tx, log.number, tile).await?);
        }
        Ok(Submission {
            old,
            proof: consistency_proof(old, size, &tiles).map_err(broken)?,
            checkpoint: log.checkpoint.clone(),
        })
    }

    async fn keep_cosigned(&self, log: &LogRow, lines: &[Option<String>]) -> Result<(), ActError> {
        let lines: Vec<&str> = lines.iter().flatten().map(String::as_str).collect();
        let row = CosignedRow {
            size: log.size,
            cosigners: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            note: format!("{}{}", log.checkpoint, lines.concat()),
        };
        let mut tx = self.db.write().await?;
        tx.keep_cosigned(&log.name(), &row).await?;
        tx.commit().await?;
        metrics::gauge!("tiedoksi_cosigned_size").set(log.size as f64);
        Ok(())
    }
}
