//! The finished file of an export, whole or from a byte on, so that a download that broke off can go on.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _};

use crate::domain::auditor::Auditor;
use crate::domain::id::RangeExportId;
use crate::hub::token::Organisation;
use crate::hub::{ActError, Hub};
use crate::objects::ObjectName;
use crate::store::range_export::{ExportPartRow, RangeExportRow};

/// Parts whose rows are read at a time.
const PAGE: i64 = 100;

/// A finished file.
pub struct ExportFile {
    hub: Arc<Hub>,
    row: RangeExportRow,
    organisation: Arc<Organisation>,
}

/// A part, and which of its bytes are wanted.
struct Slice {
    part: ExportPartRow,
    wanted: Range<u64>,
}

impl Hub {
    /// The finished file of one of the auditor's own exports. [`ActError::NotFound`] also for one that is not finished, or gone, or discloses identities that
    /// the role does not cover any more.
    pub async fn export_file(self: &Arc<Self>, auditor: &Auditor, id: RangeExportId) -> Result<ExportFile, ActError> {
        let mut tx = self.db.read().await?;
        let row = self.own_export(&mut tx, auditor, id).await?;
        let organisation = self.organisation_in(&mut tx, row.organisation_id).await?;
        // The role may name less than it did when this was asked for.
        let names = auditor.scope().names(&organisation.row.business_id);
        if self.stored_request(&row)?.identities && !names {
            return Err(ActError::NotFound);
        }
        let kept = row.remove_at.is_some_and(|until| until > self.now().as_microsecond());
        if row.state != "ready" || !kept {
            return Err(ActError::NotFound);
        }
        Ok(ExportFile {
            hub: Arc::clone(self),
            organisation,
            row,
        })
    }
}

impl ExportFile {
    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        u64::try_from(self.row.bytes).unwrap_or_default()
    }

    /// Which.
    #[must_use]
    pub fn id(&self) -> RangeExportId {
        self.row.id
    }

    /// These bytes of it. The stream ends with an error when a part is gone or altered.
    pub fn read(self, wanted: Range<u64>) -> impl Stream<Item = Result<Bytes, ActError>> + Send + 'static {
        let file = Arc::new(self);
        let slices = Arc::clone(&file).slices(wanted);
        slices
            .and_then(move |slice| {
                let file = Arc::clone(&file);
                async move { file.bytes_of(slice).await }
            })
            .try_flatten()
    }

    /// The parts in which wanted bytes stand.
    fn slices(self: Arc<Self>, wanted: Range<u64>) -> impl Stream<Item = Result<Slice, ActError>> + Send + 'static {
        let start = (self, wanted, 0_i64, 0_u64);
        futures::stream::try_unfold(start, |(file, wanted, after, mut at)| async move {
            if at >= wanted.end {
                return Ok(None);
            }
            let mut tx = file.hub.db.read().await?;
            let parts = tx.list_export_parts(file.row.id, after, PAGE).await?;
            drop(tx);
            let Some(last) = parts.last().map(|part| part.number) else {
                return Err(ActError::NotFound);
            };
            let mut slices = Vec::new();
            for part in parts {
                let size = u64::try_from(part.bytes).unwrap_or_default();
                let (from, to) = (wanted.start.max(at), wanted.end.min(at + size));
                if from < to {
                    slices.push(Ok(Slice {
                        part,
                        wanted: from - at..to - at,
                    }));
                }
                at += size;
            }
            Ok::<_, ActError>(Some((futures::stream::iter(slices), (file, wanted, last, at))))
        })
        .try_flatten()
    }

    async fn bytes_of(
        &self,
        slice: Slice,
    ) -> Result<impl Stream<Item = Result<Bytes, ActError>> + Send + use<>, ActError> {
        let name = ObjectName::ExportPart(self.row.id.0, slice.part.object);
        let key = self.hub.export_key(&self.row, &self.organisation)?;
        let bytes = self.hub.objects.read(name, key).await?;
        let wanted = slice.wanted;
        Ok(bytes
            .map_err(ActError::from)
            .scan(0_u64, move |at, item| {
                let cut = item.map(|bytes| {
                    let (start, size) = (*at, bytes.len() as u64);
                    *at += size;
                    let within =
                        |byte: u64| usize::try_from(byte.clamp(start, start + size) - start).unwrap_or_default();
                    bytes.slice(within(wanted.start)..within(wanted.end))
                });
                std::future::ready(Some(cut))
            })
            .try_filter(|bytes| std::future::ready(!bytes.is_empty())))
    }
}
