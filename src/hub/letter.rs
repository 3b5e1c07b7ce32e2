//! Letters on their way to a print house: what it may see and fetch, and the key by which it comes.
//!
//! There is one spool for the whole hub: two keys are two keys of the same trade, so that one can be replaced while the other works. A letter can
//! be fetched from the moment it lies in the spool until the print house reports that it has it; afterwards nobody can. The same job may be
//! offered twice, always by the same id.

mod report;
mod spool;

pub use report::Reported;

use std::pin::Pin;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::{Bytes, BytesMut};
use futures::{Stream, TryStreamExt as _};
use jiff::Timestamp;
use uuid::Uuid;

use super::recent::Recent;
use super::registry::Listed;
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, EventId};
use crate::domain::principal::PrintHouse;
use crate::domain::time::from_micros;
use crate::objects::{ObjectError, ObjectName};
use crate::store::print_house::PrintHouseRow;
use crate::store::print_job::PrintJobRow;
use crate::vault::{DataKey, Place};

/// Most jobs of one page.
pub const MOST_JOBS: u16 = 1000;
/// What the digests of print houses' keys are for.
const KEY_PURPOSE: &str = "print house key";
/// How a key begins, so that it is known for what it is where it should not be.
const KEY_PREFIX: &str = "tph_";

/// A letter that can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedJob {
    /// The job.
    pub id: Uuid,
    /// When the letter was ordered.
    pub created: Timestamp,
    /// Since when it can be fetched.
    pub spooled: Timestamp,
}

/// Plain bytes on their way; ends with an error when the stored object was cut short or altered.
pub type LetterStream = Pin<Box<dyn Stream<Item = Result<Bytes, ObjectError>> + Send>>;

impl Hub {
    /// Registers a print house; answers its key, which is shown once and kept nowhere.
    ///
    /// # Errors
    /// [`ActError::Forbidden`] for a name that is taken or not 1-64 characters.
    pub async fn add_print_house(&self, name: &str) -> Result<String, ActError> {
        if !(1..=64).contains(&name.chars().count()) {
            return Err(ActError::Forbidden("A print house's name has 1 to 64 characters."));
        }
        let key = format!("{KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.random::<32>()?));
        let row = PrintHouseRow {
            id: EventId::new(self.now(), self.random()?).0,
            name: name.to_owned(),
            key_digest: self.vault.digest(KEY_PURPOSE, &key).to_vec(),
            created_at: self.now().as_microsecond(),
            revoked_at: None,
        };
        let mut tx = self.db.write().await?;
        super::registry::unique(
            tx.insert_print_house(&row).await,
            "A print house of this name was registered before. Take another name for the new key.",
        )?;
        tx.commit().await?;
        Ok(key)
    }

    /// Every print house.
    pub async fn list_print_houses(&self) -> Result<Vec<Listed>, ActError> {
        let rows = self.db.read().await?.list_print_houses().await?;
        let listed = rows.into_iter().map(|row| {
            let times = [("issued", Some(row.created_at)), ("revoked", row.revoked_at)];
            let times = times
                .into_iter()
                .filter_map(|(what, at)| at.map(|at| format!("{what} {:.0}", from_micros(at))));
            Listed {
                name: row.name,
                parent: None,
                details: times.collect::<Vec<_>>().join(", "),
                active: row.revoked_at.is_none(),
            }
        });
        Ok(listed.collect())
    }

    /// Takes a print house's key back, within five seconds everywhere. Not found when it was taken back before.
    pub async fn revoke_print_house(&self, name: &str) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let done = tx.revoke_print_house(name, self.now().as_microsecond()).await?;
        super::registry::finish(tx, done).await
    }

    /// Whose key this is, as of at most two seconds ago. [`ActError::NotLoggedIn`] when it is nobody's, or was taken back.
    pub async fn print_house(&self, key: &str) -> Result<PrintHouse, ActError> {
        let digest = self.vault.digest(KEY_PURPOSE, key);
        let now = self.now();
        if let Some(house) = self.caches.print_houses.get(&digest, now) {
            return Ok(house);
        }
        let row = self.db.read().await?.find_print_house(&digest).await?;
        let house = PrintHouse {
            name: row.ok_or(ActError::NotLoggedIn)?.name.into(),
        };
        self.caches.print_houses.insert(digest, house.clone(), now);
        Ok(house)
    }

    /// Letters that can be fetched, oldest first, after the job `after`; at most `limit`.
    pub async fn offered_jobs(
        &self,
        _: &PrintHouse,
        after: Option<Uuid>,
        limit: u16,
    ) -> Result<Vec<OfferedJob>, ActError> {
        let limit = i64::from(limit.clamp(1, MOST_JOBS));
        let mut tx = self.db.read().await?;
        let rows = tx.list_spooled_print_jobs(after.unwrap_or_default(), limit).await?;
        let offered = rows.into_iter().map(|row| OfferedJob {
            id: row.id,
            created: from_micros(row.created_at),
            spooled: from_micros(row.spooled_at),
        });
        Ok(offered.collect())
    }

    /// The sheet of a job that can be fetched, as JSON.
    pub async fn job_sheet(&self, _: &PrintHouse, id: Uuid) -> Result<Bytes, ActError> {
        let key = self.spooled_key(id).await?;
        let mut sheet = BytesMut::new();
        let mut bytes = Box::pin(self.objects.read(ObjectName::JobSheet(id), key).await?);
        while let Some(next) = bytes.try_next().await? {
            sheet.extend_from_slice(&next);
        }
        Ok(sheet.freeze())
    }

    /// The letter of a job that can be fetched.
    pub async fn print_letter(&self, _: &PrintHouse, id: Uuid) -> Result<LetterStream, ActError> {
        let key = self.spooled_key(id).await?;
        Ok(Box::pin(self.objects.read(ObjectName::Letter(id), key).await?))
    }

    async fn spooled_key(&self, id: Uuid) -> Result<DataKey, ActError> {
        let job = self.db.read().await?.find_print_job(id).await?;
        let job = job.filter(|job| job.state == "spooled").ok_or(ActError::NotFound)?;
        self.job_key(&job)
    }

    fn job_key(&self, job: &PrintJobRow) -> Result<DataKey, ActError> {
        let wrapped = job.key_hub.as_deref().ok_or(ActError::NotFound)?;
        let place = Place::new("print_job", "key_hub", job.id.as_bytes());
        Ok(self.vault.hub().unwrap(place, wrapped)?)
    }

    /// The sender's own file of a letter, whole: an upload has at most 10 MiB.
    pub(crate) async fn letter_source(&self, id: AttachmentId, key: DataKey) -> Result<Bytes, ActError> {
        let mut source = BytesMut::new();
        let mut bytes = Box::pin(self.objects.read(ObjectName::Attachment(id.0), key).await?);
        while let Some(next) = bytes.try_next().await? {
            source.extend_from_slice(&next);
        }
        Ok(source.freeze())
    }
}

/// The cache of print houses by the digest of their keys.
pub(super) type Houses = Recent<[u8; 32], PrintHouse>;
