//! That one process works on an export, renewed beside the work.

use std::sync::Arc;
use std::time::Duration;

use super::work::{ExportWork, LEASE};
use crate::domain::id::RangeExportId;
use crate::hub::{ActError, Hub};

/// How often it is renewed.
const RENEWED: Duration = Duration::from_secs(10);

/// The lease of one export.
pub(super) struct Lease {
    hub: Arc<Hub>,
    id: RangeExportId,
    fence: i64,
}

impl Lease {
    pub(super) fn of(work: &ExportWork) -> Self {
        let (hub, id, fence) = work.held();
        Self {
            hub: Arc::clone(hub),
            id,
            fence,
        }
    }

    /// Renews it again and again; ends once another has taken over, or the export was cancelled. A renewal that fails is tried again.
    pub(super) async fn keep(self) {
        loop {
            tokio::time::sleep(RENEWED).await;
            if let Ok(false) = self.renew((self.hub.now() + LEASE).as_microsecond()).await {
                return;
            }
        }
    }

    /// Is at work until then; false when another took over, or it was cancelled.
    pub(super) async fn renew(&self, until: i64) -> Result<bool, ActError> {
        let mut tx = self.hub.db.write().await?;
        let renewed = tx.renew_range_export(self.id, self.fence, until).await?;
        tx.commit().await?;
        Ok(renewed)
    }
}
