//! The work on exports: part by part, each part an object of its own, so that who goes on begins where the last one ended.
//!
//! Guarantees: an export is recorded once, in the transaction that fixes what it holds; a part counts when its row is there, written under the fencing
//! number of who works; another who took over, or who cancelled, makes every later write of the first one void. A process that ends at any point leaves a
//! lease that lapses, and while one is at work the lease is renewed beside it. What was begun with a sealing key that was replaced meanwhile, or cannot be
//! read, is begun anew, and recorded anew. Parts are encrypted for the organisation. Memory does not grow with the range: what the container's end needs
//! lies in parts too.

use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault::lasting;
use super::lease::Lease;
use super::{KEPT_FOR, place};
use crate::domain::id::RangeExportId;
use crate::domain::time::from_micros;
use crate::evidence::cades;
use crate::evidence::range::{Position, RangeError, RangeWriter};
use crate::hub::range::{RangeExport, RangeRequest, Saved};
use crate::hub::token::Organisation;
use crate::hub::{ActError, Hub};
use crate::objects::ObjectName;
use crate::store::range_export::{ExportPartRow, ExportStep, RangeExportRow};
use crate::vault::DataKey;

/// How long the one who works is waited for without a word, and how long after a failure that may pass it is tried again.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// A part is written when it has so many bytes.
const PART: usize = 4 << 20;
/// Parts read at a time.
const PAGE: i64 = 100;

/// From where it goes on.
#[derive(Serialize, Deserialize)]
struct Progress {
    range: Saved,
    from: Position,
    parts: i64,
    /// The sealing key that the files so far name and seal with.
    kid: String,
}

/// An export that this process works on.
pub struct ExportWork {
    hub: Arc<Hub>,
    row: RangeExportRow,
    range: Option<RangeExport>,
    from: Position,
    parts: i64,
    /// Bytes of a part.
    size: usize,
}

/// How a step ended that did not fail.
enum Step {
    /// There is more to do.
    More,
    /// It is finished.
    Finished,
    /// Another took over, or it was cancelled.
    Lost,
}

type Scratch = Cursor<Vec<u8>>;

impl Hub {
    /// Waits until an export is asked for, or for `at_most`.
    pub async fn wait_for_exports(&self, at_most: Duration) {
        tokio::time::timeout(at_most, self.ranges.notified()).await.ok();
    }

    /// Takes the oldest export that nobody works on. None while acts are refused.
    pub async fn claim_export(self: &Arc<Self>) -> Result<Option<ExportWork>, ActError> {
        if self.halted() {
            return Ok(None);
        }
        let now = self.now();
        let until = (now + LEASE).as_microsecond();
        let mut tx = self.db.write().await?;
        let claimed = tx.claim_range_export(&self.holder, now.as_microsecond(), until).await?;
        tx.commit().await?;
        Ok(claimed.map(|row| ExportWork {
            hub: Arc::clone(self),
            row,
            range: None,
            from: Position::default(),
            parts: 0,
            size: PART,
        }))
    }
}

impl ExportWork {
    /// Which export is held, and under which fencing number.
    pub(super) fn held(&self) -> (&Arc<Hub>, RangeExportId, i64) {
        (&self.hub, self.row.id, self.row.fence)
    }

    /// The same in parts of so many bytes.
    #[must_use]
    pub fn in_parts_of(self, size: usize) -> Self {
        Self { size, ..self }
    }

    /// Does one part; false when nothing is left to do here. A failure that may pass is tried again later, any other ends the export.
    ///
    /// # Errors
    /// The failure, for the log.
    pub async fn step(&mut self) -> Result<bool, ActError> {
        match self.leased_part().await {
            Ok(Step::More) => Ok(true),
            Ok(Step::Finished | Step::Lost) => Ok(false),
            Err(error) => {
                if let Some(problem) = lasting(&error) {
                    self.end("failed", Some(problem), 0, Vec::new()).await?;
                }
                Err(error)
            }
        }
    }

    /// One part, while the lease is kept. What is being done is done to its end: when another took over, nothing of it counts.
    async fn leased_part(&mut self) -> Result<Step, ActError> {
        let lost = Lease::of(self).keep();
        let mut part = std::pin::pin!(self.part());
        tokio::select! {
            done = &mut part => done,
            () = lost => part.await,
        }
    }

    /// Leaves the work to whoever comes next, at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn give_back(self) -> Result<(), ActError> {
        Lease::of(&self).renew(0).await.map(drop)
    }

    async fn part(&mut self) -> Result<Step, ActError> {
        let Some(mut range) = self.range.take() else {
            return self.begin().await;
        };
        let (mut size, mut finished) = (0, false);
        let mut writer = self.writer()?;
        while size < self.size.max(1) {
            let Some(files) = range.next().await? else {
                finished = true;
                break;
            };
            for (name, bytes) in files {
                size += bytes.len() + 2 * name.len();
                writer.file(&name, &bytes).map_err(broken)?;
            }
        }
        let (body, ends, from) = writer.into_part().map_err(broken)?;
        let part = ExportPartRow {
            number: self.parts + 1,
            object: self.object()?,
            bytes: i64::try_from(body.len()).unwrap_or(i64::MAX),
            ends: Some(self.object()?),
        };
        self.put(part.object, &body).await?;
        if let Some(object) = part.ends {
            self.put(object, &packed(ends)).await?;
        }
        let progress = Progress {
            range: range.save(),
            from,
            parts: part.number,
            kid: self.kid(),
        };
        if !self.advance(&range, &progress, Some(&part)).await? {
            for object in [Some(part.object), part.ends].into_iter().flatten() {
                self.remove(object).await?;
            }
            return Ok(Step::Lost);
        }
        (self.from, self.parts) = (from, part.number);
        if finished {
            return self.finish().await;
        }
        self.range = Some(range);
        Ok(Step::More)
    }

    /// A writer of the next part, in memory.
    fn writer(&self) -> Result<RangeWriter<Vec<u8>, Scratch>, ActError> {
        let scratch = [Scratch::default(), Scratch::default(), Scratch::default()];
        match self.parts {
            0 => RangeWriter::begin(Vec::new(), scratch).map_err(broken),
            _ => Ok(RangeWriter::resume(Vec::new(), scratch, self.from)),
        }
    }

    /// Fixes what the range holds and records the export; or takes up what was fixed before.
    async fn begin(&mut self) -> Result<Step, ActError> {
        if let Some(progress) = self.progress() {
            let (organisation, service) = (self.row.organisation_id, self.row.service_id);
            let range = self.hub.resume_range(progress.range, organisation, service).await?;
            (self.range, self.from, self.parts) = (Some(range), progress.from, progress.parts);
            return Ok(Step::More);
        }
        let request = self.range_request().await?;
        let range = self.hub.prepare_range(&request).await?;
        let progress = Progress {
            range: range.save(),
            from: Position::default(),
            parts: 0,
            kid: self.kid(),
        };
        let (about, progress) = (range.about(), json(&progress)?);
        let (id, fence, total) = (self.row.id, self.row.fence, count(range.total()));
        let until = (self.hub.now() + LEASE).as_microsecond();
        let begun = self
            .hub
            .act(move |hub, tx| {
                let (about, request, progress) = (about.clone(), request.clone(), progress.clone());
                Box::pin(async move {
                    let step = ExportStep {
                        id,
                        fence,
                        done: 0,
                        total,
                        progress: &progress,
                        lease_until: until,
                    };
                    let begun = tx.advance_range_export(&step).await?;
                    if begun {
                        tx.drop_export_parts(id).await?;
                        hub.record_range(tx, about, request).await?;
                    }
                    Ok(begun)
                })
            })
            .await?;
        if !begun {
            return Ok(Step::Lost);
        }
        self.range = Some(range);
        Ok(Step::More)
    }

    /// What another left to go on with; none when it was not begun, or must be begun anew.
    fn progress(&self) -> Option<Progress> {
        let progress: Progress = serde_json::from_str(self.row.progress.as_deref()?).ok()?;
        (progress.kid == self.kid()).then_some(progress)
    }

    fn kid(&self) -> String {
        self.hub.keys.seal.public().kid()
    }

    async fn organisation(&self) -> Result<Arc<Organisation>, ActError> {
        let mut tx = self.hub.db.read().await?;
        self.hub.organisation_in(&mut tx, self.row.organisation_id).await
    }

    async fn range_request(&self) -> Result<RangeRequest, ActError> {
        let service = match self.row.service_id {
            Some(id) => {
                let service = self.hub.service_in(&mut self.hub.db.read().await?, id).await?;
                Some(service.row.code.clone())
            }
            None => None,
        };
        let request = self.hub.stored_request(&self.row)?;
        Ok(RangeRequest {
            organisation: self.organisation().await?.row.business_id.clone(),
            service,
            from: from_micros(self.row.period_from),
            // The last day may be today.
            to: from_micros(self.row.period_to).min(self.hub.now()),
            by: request.actor(),
            identities: request.identities,
            reason: request.reason,
        })
    }

    async fn advance(
        &self,
        range: &RangeExport,
        progress: &Progress,
        part: Option<&ExportPartRow>,
    ) -> Result<bool, ActError> {
        let progress = json(progress)?;
        let step = ExportStep {
            id: self.row.id,
            fence: self.row.fence,
            done: count(range.done()),
            total: count(range.total()),
            progress: &progress,
            lease_until: (self.hub.now() + LEASE).as_microsecond(),
        };
        let mut tx = self.hub.db.write().await?;
        if !tx.advance_range_export(&step).await? {
            return Ok(false);
        }
        if let Some(part) = part {
            tx.insert_export_part(self.row.id, part).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Writes the container's end, which needs what was kept aside of every part.
    async fn finish(&mut self) -> Result<Step, ActError> {
        let scratch = || tempfile::tempfile().map_err(|error| broken(error.into()));
        let mut writer = RangeWriter::resume(scratch()?, [scratch()?, scratch()?, scratch()?], self.from);
        let mut after = 0;
        loop {
            let parts = self
                .hub
                .db
                .read()
                .await?
                .list_export_parts(self.row.id, after, PAGE)
                .await?;
            let Some(last) = parts.last() else { break };
            after = last.number;
            for part in &parts {
                let Some(object) = part.ends else { continue };
                let packed = self.get(object).await?;
                writer = blocking(move || {
                    writer.replay(unpacked(&packed)?)?;
                    Ok(writer)
                })
                .await?;
            }
        }
        let (keys, now) = (Arc::clone(&self.hub.keys), self.hub.now());
        let mut end = blocking(move || {
            let mut end = writer.finish(|manifest| cades::sign_hash(manifest, &keys.seal, now))?;
            end.seek(SeekFrom::Start(0))?;
            Ok(end)
        })
        .await?;
        let (mut tail, mut number) = (Vec::new(), self.parts);
        loop {
            let most = self.size.max(1) as u64;
            let (bytes, rest) = blocking(move || chunk(end, most)).await?;
            end = rest;
            if bytes.is_empty() {
                break;
            }
            number += 1;
            let part = ExportPartRow {
                number,
                object: self.object()?,
                bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                ends: None,
            };
            self.put(part.object, &bytes).await?;
            tail.push(part);
        }
        let bytes = count(self.from.at) + tail.iter().map(|part| part.bytes).sum::<i64>();
        self.end("ready", None, bytes, tail).await
    }

    async fn end(
        &self,
        state: &'static str,
        problem: Option<&str>,
        bytes: i64,
        tail: Vec<ExportPartRow>,
    ) -> Result<Step, ActError> {
        let now = self.hub.now();
        let remove_at = match state {
            "ready" => now + KEPT_FOR,
            _ => now,
        };
        let mut tx = self.hub.db.write().await?;
        let (by, times) = (
            (self.row.id, self.row.fence),
            (now.as_microsecond(), remove_at.as_microsecond()),
        );
        if !tx.end_range_export(by, (state, problem), bytes, times).await? {
            drop(tx);
            for part in tail {
                self.remove(part.object).await?;
            }
            return Ok(Step::Lost);
        }
        for part in &tail {
            tx.insert_export_part(self.row.id, part).await?;
        }
        tx.commit().await?;
        Ok(Step::Finished)
    }

    /// A name that no other attempt has.
    fn object(&self) -> Result<Uuid, ActError> {
        Ok(RangeExportId::new(self.hub.now(), self.hub.random()?).0)
    }

    async fn key(&self) -> Result<DataKey, ActError> {
        Ok(self.hub.export_key(&self.row, &*self.organisation().await?)?)
    }

    async fn put(&self, object: Uuid, bytes: &[u8]) -> Result<(), ActError> {
        let name = ObjectName::ExportPart(self.row.id.0, object);
        let key = self.key().await?;
        let mut upload = self.hub.objects.upload(name, &key, &self.hub.rng).await?;
        upload.write(bytes).await?;
        upload.finish().await?;
        Ok(())
    }

    async fn get(&self, object: Uuid) -> Result<Vec<u8>, ActError> {
        use futures::TryStreamExt as _;
        let name = ObjectName::ExportPart(self.row.id.0, object);
        let parts: Vec<_> = self
            .hub
            .objects
            .read(name, self.key().await?)
            .await?
            .try_collect()
            .await?;
        Ok(parts.concat())
    }

    async fn remove(&self, object: Uuid) -> Result<(), ActError> {
        let name = ObjectName::ExportPart(self.row.id.0, object);
        Ok(self.hub.objects.remove(name).await?)
    }
}

impl Hub {
    pub(super) fn export_key(
        &self,
        row: &RangeExportRow,
        organisation: &Organisation,
    ) -> Result<DataKey, crate::vault::VaultError> {
        organisation
            .key
            .unwrap(place("key_organisation", &row.id), &row.key_organisation)
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn json(progress: &Progress) -> Result<String, ActError> {
    serde_json::to_string(progress).map_err(|error| ActError::Evidence(Box::new(error)))
}

fn broken(error: RangeError) -> ActError {
    ActError::Evidence(Box::new(error))
}

/// Work with files, beside the threads that answer requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RangeError> + Send + 'static,
) -> Result<T, ActError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ActError::Evidence(Box::new(error)))?
        .map_err(broken)
}

/// The next bytes of the end; none at its end.
fn chunk(mut file: File, most: u64) -> Result<(Vec<u8>, File), RangeError> {
    let mut bytes = Vec::new();
    (&mut file).take(most).read_to_end(&mut bytes)?;
    Ok((bytes, file))
}

/// Lines of directory, sums and manifest, each after its length.
fn packed(ends: [Scratch; 3]) -> Vec<u8> {
    let mut packed = Vec::new();
    for end in ends.map(Cursor::into_inner) {
        packed.extend((end.len() as u64).to_be_bytes());
        packed.extend(end);
    }
    packed
}

fn unpacked(packed: &[u8]) -> Result<[&[u8]; 3], RangeError> {
    let mut rest = packed;
    let mut next = || {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let (lines, after) = after.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
        rest = after;
        Some(lines)
    };
    (|| Some([next()?, next()?, next()?]))().ok_or(RangeError::Form("a part's end cannot be read"))
}
