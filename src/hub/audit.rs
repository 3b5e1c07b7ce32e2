//! What auditors do: find deliveries, and look into their evidence. Never into content: that is `audit::content`, and takes a second person.
//!
//! Guarantees: what an auditor's scope does not cover is not found, like what is not there; nothing here opens a header, a body or the name of a
//! file. The identity of a citizen is disclosed to an auditor of the organisation itself, which knows its recipient, and not to one of
//! the whole hub. Leaves out: the numbers (`audit::counts`), and what keeps up the tables that are searched (`audit::follow`).

pub mod content;
pub mod counts;
pub mod export;
mod follow;
mod line;
mod request;
pub mod view;

use std::collections::HashMap;
use std::sync::Arc;

use self::view::{AuditedDelivery, Choices, OrganisationChoice, ServiceChoice, Wanted};
use super::filing::MESSAGES;
use super::folder::{TOP, place, read_cursor, write_cursor};
use super::proof::{Holder, bytes};
use super::token::Organisation;
use super::view::Page;
use super::{ActError, Hub};
use crate::domain::auditor::{Auditor, Outcome};
use crate::domain::id::{MessageId, OrganisationId};
use crate::domain::name::Language;
use crate::domain::time::from_micros;
use crate::evidence::proof::DeliveryProof;
use crate::evidence::record::{EventType, Reason};
use crate::hub::delivery::{mode_of, went_on_paper};
use crate::hub::event::{Fact, Readers, actor};
use crate::hub::owner::Owner;
use crate::store::audit::Among;
use crate::store::event::SealedRecordRow;
use crate::store::folder::Side;
use crate::store::message::MessageRow;
use crate::store::{StoreError, Tx};

/// Rows on a page.
const PAGE: usize = 25;
/// Most rows on a page that a program asks for.
pub const MOST_ROWS: usize = 100;

impl Hub {
    /// One page of the deliveries that the auditor may look into and that are as wanted, newest first; `cursor` is what the page before gave.
    /// What was accepted a moment ago is found by its id and external id at once, and in lists once the log was followed that far.
    pub async fn audit_find(
        &self,
        auditor: &Auditor,
        wanted: &Wanted,
        cursor: Option<&str>,
        rows: Option<usize>,
    ) -> Result<Page<AuditedDelivery>, ActError> {
        let most = rows.unwrap_or(PAGE).clamp(1, MOST_ROWS);
        // The list has one direction, so either side of a place is what comes after it.
        let (Side::Older(after) | Side::Newer(after)) = cursor.map_or(Ok(TOP), read_cursor)?;
        let mut tx = self.db.read().await?;
        let mut found = self.found(&mut tx, auditor, wanted, after, most + 1).await?;
        let more = found.len() > most;
        found.truncate(most);
        let next = found
            .last()
            .filter(|_| more)
            .map(|row| write_cursor(Side::Older(place(row))));
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            rows.push(self.audited_delivery(&mut tx, row).await?);
        }
        Ok(Page {
            rows,
            previous: None,
            next,
        })
    }

    async fn found(
        &self,
        tx: &mut Tx,
        auditor: &Auditor,
        wanted: &Wanted,
        after: (i64, i64),
        limit: usize,
    ) -> Result<Vec<MessageRow>, ActError> {
        let (since, before) = wanted.period.microseconds();
        let Some(among) = self.among(tx, auditor, wanted).await? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        if wanted.names_one() {
            let outcome = |row: &MessageRow| wanted.outcome.is_none_or(|it| it == outcome_of(row));
            for row in self.named(tx, wanted).await? {
                let organisation = self.organisation_in(tx, row.organisation_id).await?;
                let within = among.iter().any(|it| match it {
                    Among::All => true,
                    Among::Organisation(id) => *id == row.organisation_id,
                    Among::Service(id) => *id == row.service_id,
                });
                let fits = within && since <= row.created_at && row.created_at < before && place(&row) < after;
                if fits && outcome(&row) && auditor.scope().covers(&organisation.row.business_id) {
                    found.push(row);
                }
            }
        } else {
            let (at, most) = (after.min((before, i64::MIN)), i64::try_from(limit).unwrap_or(i64::MAX));
            for one in among {
                let outcome = wanted.outcome.map(Outcome::name);
                found.extend(tx.list_audited(one, outcome, since, at, most).await?);
            }
        }
        found.sort_by_key(|row| std::cmp::Reverse(place(row)));
        found.truncate(limit);
        Ok(found)
    }

    /// Among whose deliveries is looked; none when the auditor has no business there.
    pub(super) async fn among(
        &self,
        tx: &mut Tx,
        auditor: &Auditor,
        wanted: &Wanted,
    ) -> Result<Option<Vec<Among>>, ActError> {
        let organisation = match &wanted.organisation {
            Some(id) => match tx.find_organisation_by_business_id(id).await? {
                Some(row) if auditor.scope().covers(&row.business_id) => Some(row.id),
                _ => return Ok(None),
            },
            None => None,
        };
        if let Some(code) = &wanted.service {
            let Some(service) = tx.find_service(code).await? else {
                return Ok(None);
            };
            let of = self.organisation_in(tx, service.organisation_id).await?;
            let fits = auditor.scope().covers(&of.row.business_id)
                && organisation.is_none_or(|it| it == service.organisation_id);
            return Ok(fits.then(|| vec![Among::Service(service.id)]));
        }
        if let Some(id) = organisation {
            return Ok(Some(vec![Among::Organisation(id)]));
        }
        if auditor.scope().everywhere {
            return Ok(Some(vec![Among::All]));
        }
        let own = self.organisations_of(tx, auditor).await?;
        Ok(Some(own.into_iter().map(Among::Organisation).collect()))
    }

    /// The organisations that the auditor's role names.
    pub(super) async fn organisations_of(
        &self,
        tx: &mut Tx,
        auditor: &Auditor,
    ) -> Result<Vec<OrganisationId>, ActError> {
        let mut ids = Vec::new();
        for business_id in &auditor.scope().organisations {
            ids.extend(
                tx.find_organisation_by_business_id(business_id)
                    .await?
                    .map(|row| row.id),
            );
        }
        Ok(ids)
    }

    /// The messages of an id or an external id, whosever they are.
    async fn named(&self, tx: &mut Tx, wanted: &Wanted) -> Result<Vec<MessageRow>, ActError> {
        let mut rows = Vec::new();
        if let Some(id) = wanted.message {
            rows.extend(tx.find_message_by_id(id.get()).await?);
        }
        if let Some(external_id) = &wanted.external_id {
            if wanted.message.is_some() {
                rows.retain(|row| row.external_id.as_ref() == Some(external_id));
                return Ok(rows);
            }
            for system in tx.list_systems().await? {
                rows.extend(tx.find_by_external_id(system.id, external_id).await?);
            }
        }
        Ok(rows)
    }

    /// A message that the auditor may look into, and whose it is. Not found like one that is not there.
    pub(super) async fn audited(
        &self,
        tx: &mut Tx,
        auditor: &Auditor,
        id: MessageId,
    ) -> Result<(MessageRow, Arc<Organisation>), ActError> {
        let row = tx.find_message_by_id(id.get()).await?.ok_or(ActError::NotFound)?;
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        match auditor.scope().covers(&organisation.row.business_id) {
            true => Ok((row, organisation)),
            false => Err(ActError::NotFound),
        }
    }

    pub(super) async fn audited_delivery(&self, tx: &mut Tx, row: &MessageRow) -> Result<AuditedDelivery, ActError> {
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let service = self.service_in(tx, row.service_id).await?;
        Ok(AuditedDelivery {
            id: MessageId::try_from(row.id).map_err(|_| StoreError::Missing("message id"))?,
            external_id: row.external_id.clone(),
            organisation: organisation.row.names.clone(),
            business_id: organisation.row.business_id.clone(),
            service: service.row.names.clone(),
            service_code: service.row.code.clone(),
            at: from_micros(row.created_at),
            mode: mode_of(row),
            from_citizen: row.folder == "sent",
            outcome: outcome_of(row),
        })
    }

    /// The organisations and services that the auditor can choose among, and how far the log was followed.
    pub async fn audit_choices(&self, auditor: &Auditor) -> Result<Choices, ActError> {
        let mut tx = self.db.read().await?;
        let (through, time) = tx.audit_followed().await?;
        let mut choices = Choices {
            organisations: Vec::new(),
            followed: (through >= 0).then(|| from_micros(time)),
        };
        let mut of: HashMap<OrganisationId, Vec<ServiceChoice>> = HashMap::new();
        for row in tx.list_services().await? {
            of.entry(row.organisation_id).or_default().push(ServiceChoice {
                code: row.code,
                names: row.names,
            });
        }
        for organisation in tx.list_organisations().await? {
            if auditor.scope().covers(&organisation.business_id) {
                choices.organisations.push(OrganisationChoice {
                    services: of.remove(&organisation.id).unwrap_or_default(),
                    business_id: organisation.business_id,
                    names: organisation.names,
                });
            }
        }
        Ok(choices)
    }

    /// The proof of a delivery for an auditor: records, seals and places in the log as the sender has them. That it was handed out is recorded
    /// first, where the mailbox's owner sees it.
    pub async fn proof_as_auditor(&self, auditor: &Auditor, id: MessageId) -> Result<Vec<u8>, ActError> {
        self.record_proof_handed_out(auditor, id).await?;
        bytes(&self.proof_of_audited(auditor, id).await?)
    }

    /// The same as a signed container. [`ActError::Busy`] while the log is late.
    pub async fn bundle_as_auditor(
        &self,
        auditor: &Auditor,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        self.record_proof_handed_out(auditor, id).await?;
        self.bundle(Holder::Auditor(auditor), id, language).await
    }

    pub(super) async fn proof_of_audited(&self, auditor: &Auditor, id: MessageId) -> Result<DeliveryProof, ActError> {
        let mut tx = self.db.read().await?;
        let (row, organisation) = self.audited(&mut tx, auditor, id).await?;
        let open = |record: &SealedRecordRow| self.open_record_as_organisation(record, &organisation.key);
        let mut proof = self.proof(tx, &row, open, false).await?;
        if !auditor.scope().names(&organisation.row.business_id) {
            for event in &mut proof.events {
                event.disclosures.retain(|it| it.value == organisation.row.business_id);
            }
        }
        Ok(proof)
    }

    /// Beside the delivery's own records, and not one of them: a proof that was handed out is not made old by being handed out.
    async fn record_proof_handed_out(&self, auditor: &Auditor, id: MessageId) -> Result<(), ActError> {
        if !self.options.evidence {
            return Ok(());
        }
        let auditor = auditor.clone();
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let auditor = auditor.clone();
            Box::pin(async move {
                let (row, organisation) = hub.audited(tx, &auditor, id).await?;
                let mailbox = match row.mailbox_id {
                    Some(id) => Some((id, Owner::open(&tx.get_mailbox(id).await?, &hub.vault)?.1)),
                    None => None,
                };
                let reason = Reason {
                    code: MESSAGES.to_owned(),
                    text: row.id.to_string(),
                };
                let fact = Fact {
                    actor: Some(actor(&person)),
                    reasons: vec![reason],
                    ..Fact::new(EventType::ProofExported, hub.now())
                };
                let readers = Readers {
                    mailbox: mailbox.as_ref().map(|(id, key)| (*id, key)),
                    organisation: Some((row.organisation_id, &organisation.key)),
                };
                let event = hub.record(fact, readers)?;
                Ok(tx.insert_events(&[event]).await?)
            })
        })
        .await
    }
}

/// What has become of a delivery, by what is recorded of it: a window that has passed counts once the hub has recorded that.
pub(super) fn outcome_of(row: &MessageRow) -> Outcome {
    if went_on_paper(row) {
        return Outcome::Letter;
    }
    outcome(row.confirmed_at, row.late_at, row.expired_at, row.opened_at)
}

pub(super) const fn outcome(
    confirmed: Option<i64>,
    late: Option<i64>,
    expired: Option<i64>,
    opened: Option<i64>,
) -> Outcome {
    match (confirmed, late, expired, opened) {
        (Some(_), ..) => Outcome::Confirmed,
        (None, Some(_), ..) => Outcome::Late,
        (None, None, Some(_), _) => Outcome::Expired,
        (None, None, None, Some(_)) => Outcome::Opened,
        (None, None, None, None) => Outcome::Accepted,
    }
}
