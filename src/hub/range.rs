//! The export of a range: the evidence of one organisation between two times, told to be complete.
//!
//! First everything committed gets its place in the log, then a tally is written unless one stands at the end already, then a checkpoint is fixed.
//! The export itself is recorded (who, what, why) before anything is handed out. Then the files come in the container's order, page by page:
//! memory does not grow with the number of records.
//!
//! A range is of one of the hub's logs: over a restart no count leads from the one to the other in one tree.
//!
//! Leaves out: who may export (the caller's question), where the files go, and the documents themselves.

mod pages;
mod plan;
mod saved;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use self::pages::Pages;
use self::plan::Plan;
pub(super) use self::saved::Saved;
use super::event::{Fact, Readers, party};
use super::token::Organisation;
use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, ServiceId};
use crate::evidence::cades::{self, CadesError};
use crate::evidence::encoding::format_time;
use crate::evidence::range::{KIND, RangeError, Statement, VERSION};
use crate::evidence::record::{Actor, ContentPart, EventType, Reason};
use crate::evidence::{Hash, sha256};
use crate::store::log::{index_in_log, log_of};
use crate::store::range::TallyLeafRow;
use crate::store::{StoreError, Tx};

/// About as long as the sealer needs for what was just committed.
const SEALING: Duration = Duration::from_millis(100);
/// How often it is looked, in all, whether what was committed is in the log: for half a minute.
const LOOKS: u32 = 300;
/// How far the tallies lie around the period, for what is logged a moment after it happened.
const AROUND: SignedDuration = SignedDuration::from_secs(60);
/// The longest reason, in characters.
const REASON: usize = 500;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RangeRequest {
    /// A Business ID, or the organisation's id.
    pub organisation: String,
    /// The code of one of its services; without it everything.
    pub service: Option<String>,
    /// Records from this time on …
    pub from: Timestamp,
    /// … and before this one.
    pub to: Timestamp,
    /// Why: it is recorded, and must hold nothing personal.
    pub reason: String,
    /// Who: it is recorded, readable only to the organisation.
    pub by: Actor,
    /// Whether the records' identities are disclosed; otherwise the authority's alone is.
    pub identities: bool,
}

/// A file of a range: its name and its bytes.
pub type RangeFile = (String, Vec<u8>);

/// An export under way.
#[derive(Debug)]
pub struct RangeExport {
    hub: Arc<Hub>,
    organisation: Arc<Organisation>,
    service: Option<ServiceId>,
    identities: bool,
    /// When it was begun: time stamps that came later are not in it.
    began: Timestamp,
    statement: Statement,
    before: Option<TallyLeafRow>,
    after: TallyLeafRow,
    checkpoint: String,
    /// Which of the hub's logs it is, from 1.
    number: i64,
    size: u64,
    /// The place that the range counts after, and the last that it counts.
    window: (i64, i64),
    plan: Plan,
    pages: Pages,
}

impl Hub {
    /// Begins the export of a range, and records it. [`ActError::NotFound`] for an organisation or service that there is not,
    /// [`ActError::Forbidden`] for a period or reason that cannot be, and [`ActError::Busy`] while the log is late.
    pub async fn export_range(self: &Arc<Self>, request: &RangeRequest) -> Result<RangeExport, ActError> {
        let export = self.prepare_range(request).await?;
        let (about, request) = (export.about(), request.clone());
        self.act(move |hub, tx| {
            let (about, request) = (about.clone(), request.clone());
            Box::pin(async move { hub.record_range(tx, about, request).await })
        })
        .await?;
        Ok(export)
    }

    /// Fixes what a range holds; nothing of it may be handed out before [`Hub::record_range`]. The errors are those of [`Hub::export_range`].
    pub(super) async fn prepare_range(self: &Arc<Self>, request: &RangeRequest) -> Result<RangeExport, ActError> {
        check(request, self.now())?;
        let mut tx = self.db.read().await?;
        let organisation = self.organisation_named(&mut tx, &request.organisation).await?;
        let id = organisation.row.id;
        let service = match &request.service {
            None => None,
            Some(code) => {
                let service = tx
                    .find_service(code)
                    .await?
                    .filter(|service| service.organisation_id == id);
                Some(service.ok_or(ActError::NotFound)?.id)
            }
        };
        drop(tx);
        let began = self.now();
        self.settle_log().await?;
        let (before, after) = self.tallies_around(id, request).await?;
        let number = log_of(after.leaf_index);
        let before = before.filter(|row| log_of(row.leaf_index) == number);
        if before.is_none() && number > 1 {
            return Err(ActError::Forbidden(
                "The log was begun anew after a backup was restored, and a range is of one log: end the period some minutes before that backup was made, \
                 or begin it some minutes after the log was begun anew. What lies between is proved one delivery at a time.",
            ));
        }
        let (origin, checkpoint) = self.fixed_checkpoint(number, index_in_log(after.leaf_index)).await?;
        let head = self.own_head(&mut self.db.read().await?, &checkpoint, &origin).await?;
        let statement = Statement {
            v: VERSION,
            kind: KIND.to_owned(),
            origin: head.origin,
            organisation: organisation.row.business_id.clone(),
            service: request.service.clone(),
            from: request.from,
            to: request.to,
            tally_before: before.as_ref().map(|row| index(row.leaf_index)),
            tally_after: index(after.leaf_index),
        };
        // As its reader will have it: to the millisecond.
        let statement = Statement::parse(&statement.to_bytes().map_err(broken)?).map_err(broken)?;
        let mut export = RangeExport {
            hub: Arc::clone(self),
            organisation,
            service,
            identities: request.identities,
            began,
            statement,
            before,
            after,
            checkpoint,
            number,
            size: head.size,
            window: (-1, -1),
            plan: Plan::default(),
            pages: Pages::default(),
        };
        export.make_plan().await?;
        Ok(export)
    }

    async fn organisation_named(&self, tx: &mut Tx, name: &str) -> Result<Arc<Organisation>, ActError> {
        let id = match (name.parse::<Uuid>(), tx.find_organisation_by_business_id(name).await?) {
            (_, Some(row)) => row.id,
            (Ok(id), None) => OrganisationId(id),
            (Err(_), None) => return Err(ActError::NotFound),
        };
        self.organisation_in(tx, id).await
    }

    /// Waits until everything committed by now has its place in the log; seals it where nobody else does.
    async fn settle_log(&self) -> Result<(), ActError> {
        let Some(newest) = self.db.read().await?.newest_event().await? else {
            return Ok(());
        };
        for _ in 0..LOOKS {
            if !self.db.read().await?.awaits_sealing(newest).await? {
                return Ok(());
            }
            if self.halted() {
                return Err(ActError::Halted);
            }
            let sealed = match self.lease_log().await? {
                Some(fence) => self.seal_batch(fence).await?,
                None => 0,
            };
            if sealed == 0 {
                tokio::time::sleep(SEALING).await;
            }
        }
        Err(ActError::Busy)
    }

    /// The tally before the period, where there is one, and the one after it: written now unless it is there.
    async fn tallies_around(
        &self,
        organisation: OrganisationId,
        request: &RangeRequest,
    ) -> Result<(Option<TallyLeafRow>, TallyLeafRow), ActError> {
        let start = request.from.checked_sub(AROUND).unwrap_or(Timestamp::MIN);
        let end = request.to.checked_add(AROUND).unwrap_or(Timestamp::MAX);
        let mut tx = self.db.read().await?;
        let before = tx.find_tally_before(organisation, start.as_microsecond()).await?;
        let after = tx.find_tally_after(organisation, end.as_microsecond()).await?;
        drop(tx);
        if let Some(after) = after {
            return Ok((before, after));
        }
        let now = self.now().as_microsecond();
        self.tell_again(organisation).await?;
        // Another may tell one in the same moment, and then it is that one's place that is waited for.
        for _ in 0..3 {
            self.settle_log().await?;
            if let Some(after) = self.db.read().await?.find_tally_after(organisation, now).await? {
                return Ok((before, after));
            }
        }
        Err(ActError::Forbidden(
            "There is no record of this organisation in the log yet.",
        ))
    }

    /// The newest checkpoint of log `number` that holds the leaf, after that log's name: the one that witnesses cosigned where that holds it.
    async fn fixed_checkpoint(&self, number: i64, leaf: i64) -> Result<(String, String), ActError> {
        let mut tx = self.db.read().await?;
        let log = tx.find_log(&self.options.origin).await?.ok_or(ActError::NotFound)?;
        let (name, newest, size) = match log.number == number {
            true => (log.name(), log.checkpoint, log.size),
            false => {
                let ended = tx
                    .find_ended_log(number)
                    .await?
                    .ok_or_else(|| missing("log that ended"))?;
                (ended.origin, ended.held_checkpoint, ended.held)
            }
        };
        let cosigned = match self.has_witnesses() {
            true => tx.find_cosigned(&name).await?,
            false => None,
        };
        match cosigned.filter(|it| leaf < it.size && it.size <= size) {
            Some(cosigned) => Ok((name, cosigned.note)),
            None if leaf < size => Ok((name, newest)),
            None => Err(ActError::Busy),
        }
    }

    /// Records who exports what, and why.
    pub(super) async fn record_range(&self, tx: &mut Tx, about: About, request: RangeRequest) -> Result<(), ActError> {
        let (organisation, statement) = about;
        let bytes = statement.to_bytes().map_err(broken)?;
        let part = ContentPart {
            id: crate::evidence::range::STATEMENT.to_owned(),
            media_type: "application/json".to_owned(),
            size: bytes.len() as u64,
            sha256: sha256(&bytes),
        };
        let fact = Fact {
            content: &[part],
            sender: Some(party(organisation.row.business_id.clone())),
            actor: Some(request.by),
            reasons: vec![Reason {
                code: "EXPORT".to_owned(),
                text: request.reason,
            }],
            ..Fact::new(EventType::EvidenceExported, self.now())
        };
        let readers = Readers {
            mailbox: None,
            organisation: Some((organisation.row.id, &organisation.key)),
        };
        let event = self.record(fact, readers)?;
        Ok(tx.insert_events(&[event]).await?)
    }
}

/// Whose evidence is exported, and what of it.
pub(super) type About = (Arc<Organisation>, Statement);

impl RangeExport {
    pub(super) fn about(&self) -> About {
        (Arc::clone(&self.organisation), self.statement.clone())
    }

    /// What the range holds, in its own words.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// How many records there are to write.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.plan.total
    }

    /// How many have been handed out.
    #[must_use]
    pub const fn done(&self) -> u64 {
        self.pages.done
    }

    /// The signature over the range's manifest.
    ///
    /// # Errors
    /// Those of the key.
    pub fn sign(&self, manifest: Hash) -> Result<Vec<u8>, CadesError> {
        let hub = &self.hub;
        cades::sign_hash(manifest, &hub.keys.seal, hub.now())
    }
}

fn check(request: &RangeRequest, now: Timestamp) -> Result<(), ActError> {
    if request.from > now {
        return Err(ActError::Forbidden("The period begins in the future."));
    }
    if request.from >= request.to {
        return Err(ActError::Forbidden(
            "The period ends before it begins. Its end is not part of it: the last day is the one before.",
        ));
    }
    if format_time(request.from).len() != format_time(now).len() {
        return Err(ActError::Forbidden(
            "The period begins before there were years to count.",
        ));
    }
    if request.to > now {
        return Err(ActError::Forbidden("The period ends in the future."));
    }
    match super::reason::problem("/reason", &request.reason, REASON) {
        None => Ok(()),
        Some(violation) if violation.code == "personal-data" => Err(ActError::Forbidden(
            "The reason holds an identity code. It stays in the log for ever: name nobody.",
        )),
        Some(_) => Err(ActError::Forbidden(
            "A reason of at most 500 characters on one line must be given.",
        )),
    }
}

fn broken(error: RangeError) -> ActError {
    ActError::Evidence(Box::new(error))
}

/// The index of a place in its log.
fn index(place: i64) -> u64 {
    index_in_log(place).unsigned_abs()
}

fn missing(what: &'static str) -> ActError {
    StoreError::Missing(what).into()
}
