//! Tallies: the running count and hash over one organisation's leaves, told in a leaf of its own, so that a range can be shown to be complete.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::event::{Fact, Readers, party};
use super::{ActError, Hub};
use crate::domain::id::OrganisationId;
use crate::evidence::range::{TALLY_ID, TALLY_TYPE};
use crate::evidence::record::{ContentPart, EventType};
use crate::evidence::sha256;
use crate::evidence::tree::leaf_hash;
use crate::store::log::{TallyRow, UnsealedRow};
use crate::store::{StoreError, Tx};

impl Hub {
    /// Writes a tally leaf for every organisation with new events. Answers how many it wrote; one that cannot be written is logged.
    pub async fn tally(&self) -> Result<usize, ActError> {
        if self.halted() {
            return Ok(0);
        }
        let due = self.db.read().await?.list_untold_tallies(1000).await?;
        let mut written = 0;
        for row in due {
            let organisation = row.organisation_id;
            match self.tell(row, false).await {
                Ok(()) => written += 1,
                Err(error) => {
                    tracing::error!(%organisation, error = &error as &dyn std::error::Error, "a tally cannot be written");
                }
            }
        }
        Ok(written)
    }

    /// Writes a tally leaf of what an organisation's tally counts now, even when one told as much before: a range may end there. None before its
    /// first leaf.
    pub(super) async fn tell_again(&self, organisation: OrganisationId) -> Result<(), ActError> {
        match self.db.read().await?.find_tally(organisation).await? {
            Some(row) => self.tell(row, true).await,
            None => Ok(()),
        }
    }

    async fn tell(&self, row: TallyRow, again: bool) -> Result<(), ActError> {
        self.act(move |hub, tx| {
            let row = row.clone();
            Box::pin(async move {
                if !tx.tell_tally(row.organisation_id, row.count).await? && !again {
                    return Ok(());
                }
                let organisation = hub.organisation_in(tx, row.organisation_id).await?;
                let part = ContentPart {
                    id: format!("{TALLY_ID}{}", row.through_index),
                    media_type: TALLY_TYPE.to_owned(),
                    size: row.count.unsigned_abs(),
                    sha256: row
                        .hash
                        .as_slice()
                        .try_into()
                        .map_err(|_| StoreError::Missing("tally hash"))?,
                };
                let now = hub.now();
                let fact = Fact {
                    content: &[part],
                    sender: Some(party(organisation.row.business_id.clone())),
                    ..Fact::new(EventType::Tally, now)
                };
                let readers = Readers {
                    mailbox: None,
                    organisation: Some((row.organisation_id, &organisation.key)),
                };
                let mut event = hub.record(fact, readers)?;
                // A tally does not count itself.
                event.organisation_id = None;
                tx.insert_tally_leaf(row.organisation_id, now.as_microsecond(), event.id)
                    .await?;
                Ok(tx.insert_events(&[event]).await?)
            })
        })
        .await
    }
}

/// Counts the batch, whose first event has the place `first`, into its organisations' tallies: hash' = SHA-256(hash || leaf hash), in the log's order.
pub(super) async fn count(tx: &mut Tx, events: &[UnsealedRow], first: i64) -> Result<(), ActError> {
    let mut tallies: BTreeMap<OrganisationId, TallyRow> = BTreeMap::new();
    for (index, event) in (first..).zip(events) {
        let Some(organisation) = event.organisation_id else {
            continue;
        };
        let row = match tallies.entry(organisation) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(tx.find_tally(organisation).await?.unwrap_or(TallyRow {
                organisation_id: organisation,
                count: 0,
                hash: vec![0; 32],
                through_index: -1,
                told: 0,
            })),
        };
        row.hash.extend_from_slice(&leaf_hash(&event.entry));
        row.hash = sha256(&row.hash).to_vec();
        row.count += 1;
        row.through_index = index;
    }
    for row in tallies.values() {
        tx.set_tally(row).await?;
    }
    Ok(())
}
