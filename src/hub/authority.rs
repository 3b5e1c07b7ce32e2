//! Whether a person may still act, asked inside the transaction of every act of theirs, and between the steps of what takes long.
//!
//! A request's head says who asks, and its body and its answer may take long: what was revoked, signed out or expired meanwhile no longer counts. An
//! act that runs while its authority ends is as if it came before. A register outside is not asked inside a transaction: what it said at the request's
//! head counts for as long as is configured (`hub::acting`).

use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::acting::agent;
use super::mandate::register::{Held, HeldOwner, Register, holds};
use super::{ActError, Hub};
use crate::domain::id::MandateId;
use crate::domain::identity::OwnerIdentity;
use crate::domain::principal::{CameBy, Citizen};
use crate::store::Tx;

impl Hub {
    /// [`Hub::act`] for a person: refused as a later request would be when their session or access token is over
    /// ([`ActError::NotLoggedIn`]), or the mandate by which they act ([`ActError::MandateEnded`]).
    pub(super) async fn act_as<T, F>(&self, citizen: &Citizen, act: F) -> Result<T, ActError>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t Self, &'t mut Tx, Arc<Citizen>) -> BoxFuture<'t, Result<T, ActError>> + Send + Sync + 'static,
    {
        let (citizen, act) = (Arc::new(citizen.clone()), Arc::new(act));
        self.act(move |hub, tx| {
            let (citizen, act) = (Arc::clone(&citizen), Arc::clone(&act));
            Box::pin(async move {
                hub.may_still_act(tx, &citizen).await?;
                act(hub, tx, citizen).await
            })
        })
        .await
    }

    /// Whether a person may go on with what takes long. What a register outside said at the time `asked` is asked anew when it is too old, and
    /// `asked` is then now. The session is used by that: it does not end for want of other requests.
    ///
    /// # Errors
    /// Those of [`Hub::act_as`], and [`ActError::Mandates`] while a mandate outside cannot be asked about.
    pub(super) async fn may_go_on(
        &self,
        citizen: &Citizen,
        owner: &OwnerIdentity,
        asked: &mut Timestamp,
    ) -> Result<(), ActError> {
        if let Some(session) = citizen.session() {
            self.use_session(session).await?;
        }
        self.may_still_act(&mut self.db.read().await?, citizen).await?;
        let Some(agency) = &citizen.agency else { return Ok(()) };
        if agency.mandate.parse::<MandateId>().is_ok() || self.is_believed(*asked) {
            return Ok(());
        }
        let Some(agent) = agent(citizen) else {
            return Err(ActError::MandateEnded);
        };
        let outside = |it: &Register<'_>| matches!(it, Register::Outside(..));
        for register in self.registers().filter(outside) {
            let held = register.held_by(&agent).await?;
            let holds =
                |it: &Held| it.role == agency.role && matches!(&it.owner, HeldOwner::Identity(it) if it == owner);
            if held.iter().any(holds) {
                *asked = self.now();
                return Ok(());
            }
        }
        Err(ActError::MandateEnded)
    }

    async fn may_still_act(&self, tx: &mut Tx, citizen: &Citizen) -> Result<(), ActError> {
        let is_in = match &citizen.came_by {
            CameBy::Session { id_hash, .. } => tx.find_session(id_hash).await?.is_some(),
            CameBy::Token { until } => self.now() < *until,
        };
        if !is_in {
            return Err(ActError::NotLoggedIn);
        }
        let mandate: Option<MandateId> = citizen.agency.as_ref().and_then(|agency| agency.mandate.parse().ok());
        let Some(mandate) = mandate else { return Ok(()) };
        match tx.find_mandate(mandate).await? {
            Some(row) if holds(&row, self.now()) => Ok(()),
            _ => Err(ActError::MandateEnded),
        }
    }
}
