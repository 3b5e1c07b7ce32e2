//! An export that is interrupted: what it goes on from.
//!
//! Guarantees: who goes on makes the same files as who was interrupted would have made. What was fixed at the beginning stays fixed; the plan is
//! made again, from the log as it was then.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pages::Pages;
use super::plan::Plan;
use super::{RangeExport, missing};
use crate::domain::id::{OrganisationId, ServiceId};
use crate::evidence::range::Statement;
use crate::hub::{ActError, Hub};

/// What an export goes on from. Nothing personal is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::hub) struct Saved {
    statement: Statement,
    checkpoint: String,
    number: i64,
    size: u64,
    identities: bool,
    began: Timestamp,
    /// The places of the two tallies.
    tallies: (Option<i64>, i64),
    pages: Pages,
}

impl RangeExport {
    pub(in crate::hub) fn save(&self) -> Saved {
        Saved {
            statement: self.statement.clone(),
            checkpoint: self.checkpoint.clone(),
            number: self.number,
            size: self.size,
            identities: self.identities,
            began: self.began,
            tallies: (self.before.as_ref().map(|row| row.leaf_index), self.after.leaf_index),
            pages: self.pages.clone(),
        }
    }
}

impl Hub {
    /// Goes on with an export.
    pub(in crate::hub) async fn resume_range(
        self: &Arc<Self>,
        saved: Saved,
        organisation: OrganisationId,
        service: Option<ServiceId>,
    ) -> Result<RangeExport, ActError> {
        let mut tx = self.db.read().await?;
        let whose = self.organisation_in(&mut tx, organisation).await?;
        let before = match saved.tallies.0 {
            None => None,
            Some(place) => Some(tx.find_tally_at(place).await?.ok_or_else(|| missing("tally"))?),
        };
        let after = tx.find_tally_at(saved.tallies.1).await?;
        let after = after.ok_or_else(|| missing("tally"))?;
        drop(tx);
        let mut export = RangeExport {
            hub: Arc::clone(self),
            organisation: whose,
            service,
            identities: saved.identities,
            began: saved.began,
            statement: saved.statement,
            before,
            after,
            checkpoint: saved.checkpoint,
            number: saved.number,
            size: saved.size,
            window: (-1, -1),
            plan: Plan::default(),
            pages: saved.pages,
        };
        export.make_plan().await?;
        export.pages.take_from(&mut export.plan);
        Ok(export)
    }
}
