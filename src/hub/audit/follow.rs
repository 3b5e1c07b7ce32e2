//! Keeps up what auditors search: reads the log on from where it was left, in its order, each event once.
//!
//! Guarantees: a step is one transaction that also says how far it came, and is undone when another process came as far meanwhile: no event is
//! counted twice. Leaves out: what is not in the log yet.

use std::collections::BTreeMap;

use super::outcome;
use super::view::Numbers;
use crate::domain::auditor::{Outcome, day_of};
use crate::domain::id::{OrganisationId, ServiceId};
use crate::domain::time::from_micros;
use crate::evidence::record::EventType;
use crate::hub::{ActError, Hub};
use crate::store::audit::{AuditDeliveryRow, FollowedRow};

/// Most events of one step.
const STEP: i64 = 1_000;

impl Hub {
    /// Follows the log by one step; how many events it read. Zero when there are none, or another process was faster.
    pub async fn follow_log(&self) -> Result<usize, ActError> {
        let mut tx = self.db.read().await?;
        let (before, _) = tx.audit_followed().await?;
        let rows = tx.list_following(before, STEP).await?;
        drop(tx);
        let Some(last) = rows.last() else { return Ok(0) };
        let mut deliveries: BTreeMap<i64, AuditDeliveryRow> = BTreeMap::new();
        let mut days: BTreeMap<(OrganisationId, ServiceId, String), Numbers> = BTreeMap::new();
        for row in &rows {
            let Some(delivery) = delivery(row) else { continue };
            if let Some(count) = counted(row) {
                let day = day_of(from_micros(row.time)).to_string();
                count(
                    days.entry((delivery.organisation_id, delivery.service_id, day))
                        .or_default(),
                );
            }
            deliveries.insert(delivery.message_id, delivery);
        }
        let mut tx = self.db.write().await?;
        if !tx.set_audit_followed(before, last.leaf_index, last.time).await? {
            return Ok(0);
        }
        for delivery in deliveries.values() {
            tx.put_audit_delivery(delivery).await?;
        }
        for ((organisation, service, day), numbers) in &days {
            tx.add_audit_day(*organisation, *service, day, numbers).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }
}

fn delivery(row: &FollowedRow) -> Option<AuditDeliveryRow> {
    let outcome = match row.channel.as_deref() {
        Some("paper") => Outcome::Letter,
        _ => outcome(row.confirmed_at, row.late_at, row.expired_at, row.opened_at),
    };
    Some(AuditDeliveryRow {
        message_id: row.message_id?,
        organisation_id: row.organisation_id?,
        service_id: row.service_id?,
        outcome: outcome.name(),
        created_at: row.created_at?,
    })
}

/// What an event adds to; none for one that is not counted.
fn counted(row: &FollowedRow) -> Option<fn(&mut Numbers)> {
    let add: fn(&mut Numbers) = match row.kind.parse().ok()? {
        EventType::SubmissionAcceptance => |it| it.accepted += 1,
        EventType::ContentHandover => |it| it.opened += 1,
        EventType::ConsignmentAcceptance => |it| it.confirmed += 1,
        EventType::AcceptanceRejectionExpiry => |it| it.expired += 1,
        EventType::LateRetrieval => |it| it.late += 1,
        EventType::RelayToNonErds => |it| it.posted += 1,
        _ => return None,
    };
    Some(add)
}
