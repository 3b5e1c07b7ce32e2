//! The proof of a delivery, as a file that anyone can check: the same for sender and recipient.

use std::sync::Arc;
use std::time::Duration;

use super::event::OpenRecord;
use super::place::Places;
use super::{ActError, Hub};
use crate::domain::auditor::Auditor;
use crate::domain::id::MessageId;
use crate::domain::principal::{Citizen, Sender};
use crate::evidence::proof::{DeliveryProof, ProofEvent, ProofTimestamp, ProofTrust};
use crate::evidence::record::ParsedRecord;
use crate::evidence::seal::{SealError, detach};
use crate::store::Tx;
use crate::store::event::{RecordRow, SealedRecordRow};
use crate::store::message::MessageRow;

/// How long the newest event of one delivery is waited for to get its place in the log.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// About as long as the sealer needs for what was just committed.
const SEALING: Duration = Duration::from_millis(100);
/// More seals than these are made beside the threads that answer requests.
const FEW: usize = 16;
/// Seals that one act keeps, so that no proof holds up the acts of others.
const KEPT_AT_ONCE: usize = 200;

impl Hub {
    /// The proof of a message that the sender's system sent or received.
    pub async fn proof_as_sender(&self, sender: &Sender, id: MessageId) -> Result<Vec<u8>, ActError> {
        bytes(&self.proof_of_sent(sender, id).await?)
    }

    async fn proof_of_sent(&self, sender: &Sender, id: MessageId) -> Result<DeliveryProof, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx
            .find_message_of_system(sender.system, id.get())
            .await?
            .ok_or(ActError::NotFound)?;
        let organisation = self.organisation_in(&mut tx, row.organisation_id).await?;
        let open = |record: &SealedRecordRow| self.open_record_as_organisation(record, &organisation.key);
        self.proof(tx, &row, open, false).await
    }

    /// The proof of a message in the citizen's mailbox. Before a verifiable message is confirmed, it says nothing of the content; to an agent who
    /// does not decide for the owner it discloses no identity but the authority's and the agent's own.
    pub async fn proof_as_citizen(&self, citizen: &Citizen, id: MessageId) -> Result<Vec<u8>, ActError> {
        bytes(&self.proof_of(citizen, id).await?)
    }

    /// The proof, made again while the newest of its records are not in the log yet, until `patience` is used up.
    pub(super) async fn proof_in_log(
        &self,
        holder: Holder<'_>,
        id: MessageId,
        patience: &mut Duration,
    ) -> Result<DeliveryProof, ActError> {
        loop {
            let proof = match holder {
                Holder::Sender(sender) => self.proof_of_sent(sender, id).await?,
                Holder::Citizen(citizen) => self.proof_of(citizen, id).await?,
                Holder::Auditor(auditor) => self.proof_of_audited(auditor, id).await?,
            };
            if proof.incomplete.is_empty() || patience.is_zero() {
                return Ok(proof);
            }
            tokio::time::sleep(SEALING).await;
            *patience = patience.saturating_sub(SEALING);
        }
    }

    async fn proof_of(&self, citizen: &Citizen, id: MessageId) -> Result<DeliveryProof, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        let withhold = delivery.awaits_confirmation();
        let key = delivery.mailbox_key()?;
        let open = |record: &SealedRecordRow| self.open_record_as_owner(record, key);
        let mut proof = self.proof(tx, &delivery.row, open, withhold).await?;
        if !citizen.decides() {
            let known = [&*citizen.identifier, &*delivery.organisation.row.business_id];
            for event in &mut proof.events {
                event.disclosures.retain(|it| known.contains(&&*it.value));
            }
        }
        Ok(proof)
    }

    pub(super) async fn proof(
        &self,
        mut tx: Tx,
        message: &MessageRow,
        open: impl Fn(&SealedRecordRow) -> Result<OpenRecord, ActError>,
        withhold_content: bool,
    ) -> Result<DeliveryProof, ActError> {
        let rows = tx.list_records_of_message(message.id).await?;
        if message.evidence_ended_at.is_some() {
            return Err(ActError::NotFound);
        }
        let proved = self.proved_records(tx, &rows, open, withhold_content).await?;
        let mut proof = DeliveryProof::new(message.delivery_id, proved.trust);
        proof.events = proved.events;
        proof.timestamps = proved.timestamps;
        proof.restarts = proved.restarts;
        proof.incomplete.extend(
            proved
                .unnumbered
                .into_iter()
                .map(|seq| format!("event {seq} is not in the log yet; fetch the proof again in a few seconds")),
        );
        if let Some(rules) = self.rules.by_id(&message.ruleset) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            proof.rules.insert(rules.id().to_owned(), text(rules.bytes()));
            proof
                .rules
                .insert(rules.calendar().id().to_owned(), text(rules.calendar().bytes()));
        }
        if message.folder == "inbox"
            && let Some(outcome) = self.deadline(message)
        {
            proof.deadlines = serde_json::to_value(outcome).map_err(|error| ActError::Evidence(Box::new(error)))?;
        }
        self.keep_seals(proved.seals).await?;
        Ok(proof)
    }

    /// Records as a proof shows them: opened, sealed, each with its place in the log. What names content is withheld when asked.
    pub(super) async fn proved_records(
        &self,
        mut tx: Tx,
        rows: &[RecordRow],
        open: impl Fn(&SealedRecordRow) -> Result<OpenRecord, ActError>,
        withhold_content: bool,
    ) -> Result<Proved, ActError> {
        let mut places = Places::of(&mut tx, &self.options.origin).await?;
        let (mut proved, mut unsealed) = (Proved::new(self.proof_trust(&mut tx, &mut places).await?), Vec::new());
        for (row, number) in rows.iter().zip(1..) {
            let record = open(&row.record)?;
            let place = places.in_log(&mut tx, row.leaf_index).await?;
            let stamped = places.in_stamped(&mut tx, row.leaf_index).await?;
            if place.is_none() {
                proved.unnumbered.push(number);
            }
            let mut event = ProofEvent {
                tlog_proof: place.map(|place| place.to_string()),
                stamped_proof: stamped.map(|place| place.to_string()),
                ..ProofEvent::default()
            };
            let parsed =
                ParsedRecord::parse(&record.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
            if withhold_content && !parsed.body.parts().is_empty() {
                event.withheld = Some(parsed.hash);
            } else {
                event.seal = record.seal(&row.record);
                if event.seal.is_none() {
                    unsealed.push(Unsealed {
                        at: proved.events.len(),
                        id: row.record.event_id,
                        event_json: record.event_json.clone(),
                    });
                }
                event.disclosures = record.disclosures;
                event.event = Some(record.event_json);
            }
            proved.events.push(event);
        }
        proved.restarts = places.restarts()?;
        drop(tx);
        proved.timestamps = places.into_timestamps();
        for (at, id, seal) in self.make_seals(unsealed).await? {
            if let Some(event) = proved.events.get_mut(at) {
                event.seal = Some(seal.clone());
                proved.seals.push((id, seal));
            }
        }
        Ok(proved)
    }

    /// The seals that are missing, each with its place in the file and its event.
    pub(super) async fn make_seals(
        &self,
        unsealed: Vec<Unsealed>,
    ) -> Result<Vec<(usize, uuid::Uuid, String)>, ActError> {
        let (keys, few) = (Arc::clone(&self.keys), unsealed.len() <= FEW);
        let make = move || {
            let seal = |it: Unsealed| Ok((it.at, it.id, keys.seal.seal(&it.event_json)?));
            unsealed.into_iter().map(seal).collect::<Result<_, SealError>>()
        };
        let made = match few {
            true => make(),
            false => tokio::task::spawn_blocking(make)
                .await
                .map_err(|error| ActError::Evidence(Box::new(error)))?,
        };
        made.map_err(|error| ActError::Evidence(Box::new(error)))
    }

    /// Seals made for a proof are kept, so that the next proof holds the same ones: [`KEPT_AT_ONCE`] in one act. When it fails half way, the next
    /// proof makes and keeps the others.
    pub(super) async fn keep_seals(&self, seals: Vec<(uuid::Uuid, String)>) -> Result<(), ActError> {
        if self.halted() {
            return Ok(());
        }
        for some in seals.chunks(KEPT_AT_ONCE) {
            let some = some.to_vec();
            self.act(move |_, tx| {
                let some = some.clone();
                Box::pin(async move {
                    for (event, seal) in &some {
                        if let Some(detached) = detach(seal) {
                            tx.keep_seal(*event, &detached).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await?;
        }
        Ok(())
    }
}

pub(super) fn bytes(proof: &DeliveryProof) -> Result<Vec<u8>, ActError> {
    proof.to_bytes().map_err(|error| ActError::Evidence(Box::new(error)))
}

/// Whose copy of a proof it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder<'a> {
    /// The system that sent or received the message.
    Sender(&'a Sender),
    /// Who may read the mailbox that the message lies in.
    Citizen(&'a Citizen),
    /// Who may look into its evidence.
    Auditor(&'a Auditor),
}

/// Records as a proof shows them.
pub(super) struct Proved {
    /// The hub's public keys.
    pub(super) trust: ProofTrust,
    pub(super) events: Vec<ProofEvent>,
    /// Of the checkpoints that they stand under.
    pub(super) timestamps: Vec<ProofTimestamp>,
    /// The records of the log's restarts.
    pub(super) restarts: Vec<ProofEvent>,
    /// Which of them, counted from one, are not in the log yet.
    pub(super) unnumbered: Vec<u32>,
    /// Seals that were made for this proof, to be kept.
    pub(super) seals: Vec<(uuid::Uuid, String)>,
}

impl Proved {
    const fn new(trust: ProofTrust) -> Self {
        Self {
            trust,
            events: Vec::new(),
            timestamps: Vec::new(),
            restarts: Vec::new(),
            unnumbered: Vec::new(),
            seals: Vec::new(),
        }
    }
}

/// A record that has no seal yet.
pub(super) struct Unsealed {
    /// Where it stands in the file, from zero.
    pub(super) at: usize,
    pub(super) id: uuid::Uuid,
    pub(super) event_json: Vec<u8>,
}
