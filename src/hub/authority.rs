//! Whether a person may still act, asked inside the transaction of every act of theirs.
//!
//! A request's head says who asks, and its body may take long: what was revoked, signed out or expired meanwhile no longer counts. An act that runs
//! while its authority ends is as if it came before. Leaves out: mandates of a register outside, which is not asked inside a transaction; what it said
//! at the request's head counts for as long as is configured (`hub::acting`).

use std::sync::Arc;

use futures::future::BoxFuture;

use super::mandate::register::holds;
use super::{ActError, Hub};
use crate::domain::id::MandateId;
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
