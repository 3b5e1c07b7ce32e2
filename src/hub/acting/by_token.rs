//! Acting for another by a program: every request names the mandate, and there is no session that remembers it.
//!
//! Guarantees: those of `hub::acting`. Taking up acting is recorded once for each login and mandate; another process, or one that was restarted,
//! records it once more. What a register outside said is believed for as long as is configured, by this process.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use moka::sync::Cache;

use super::{Answer, agency};
use crate::domain::id::MailboxId;
use crate::domain::mandate::{Agency, Scope};
use crate::domain::principal::Citizen;
use crate::hub::mandate::register::{Held, HeldOwner};
use crate::hub::{ActError, Hub};

/// How long it is remembered that acting was taken up, by the machine's own clock.
const REMEMBERED: Duration = Duration::from_secs(24 * 3_600);

/// By which login, and by which mandate.
type Key = (MailboxId, Option<Timestamp>, String);

/// In whose mailbox a login acts. Debug hides the owner's name.
#[derive(Clone)]
pub(in crate::hub) struct Acted {
    mailbox: MailboxId,
    /// What a register outside said, which holds for a time, and the owner's name.
    outside: Option<Arc<(Answer, String)>>,
}

impl std::fmt::Debug for Acted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acted")
            .field("mailbox", &self.mailbox)
            .finish_non_exhaustive()
    }
}

/// Who has taken up acting by token.
pub(in crate::hub) type ActingByToken = Cache<Key, Acted>;

pub(in crate::hub) fn acting_by_token() -> ActingByToken {
    Cache::builder().max_capacity(100_000).time_to_live(REMEMBERED).build()
}

impl Hub {
    /// The person of an access token in the mailbox of the owner whose mandate the request names by `key`.
    ///
    /// # Errors
    /// [`ActError::MandateEnded`] when the person holds no such mandate now; [`ActError::Mandates`] while that cannot be found out.
    pub async fn act_by_token(&self, own: Citizen, key: &str) -> Result<Citizen, ActError> {
        let login: Key = (own.own, own.auth_time, key.to_owned());
        let known = self.caches.acting.get(&login);
        if let Some(acted) = &known
            && let Some((answer, owner_name)) = acted.outside.as_deref()
            && self.believes(answer)
        {
            let agency = Agency {
                mandate: answer.evidence.clone(),
                role: answer.role,
                scope: Scope::Everything,
                owner_name: owner_name.clone(),
            };
            return Ok(self.in_mailbox(own, acted.mailbox, agency));
        }
        let held = self.find_held(&own, key).await?.ok_or(ActError::MandateEnded)?;
        let mailbox = match known {
            Some(acted) => acted.mailbox,
            None => self.take_up_by_token(&own, &held).await?,
        };
        let outside = matches!(held.owner, HeldOwner::Identity(_));
        let outside = outside.then(|| Arc::new((Answer::of(&held), held.owner_name.clone())));
        self.caches.acting.insert(login, Acted { mailbox, outside });
        Ok(self.in_mailbox(own, mailbox, agency(&held)))
    }

    async fn take_up_by_token(&self, own: &Citizen, held: &Held) -> Result<MailboxId, ActError> {
        let (own, held) = (own.clone(), Arc::new(held.clone()));
        let taken = self.act(move |hub, tx| {
            let (own, held) = (own.clone(), Arc::clone(&held));
            Box::pin(async move {
                let (citizen, event) = hub.taking_up(tx, own, &held).await?;
                tx.insert_events(&[event]).await?;
                Ok(citizen.mailbox)
            })
        });
        match taken.await {
            Err(ActError::NotFound) => Err(ActError::MandateEnded),
            taken => taken,
        }
    }
}
