//! A person for whom a program asks, by an access token of the identity provider's.
//!
//! Guarantees: the same person as at a login has the same mailbox, and no token opens a second one for them. Leaves out: sessions (there is none:
//! every request brings its token), the checks of the token (`auth::oidc`), and opening the mailbox by law, which the pages tell the
//! person of (`activate`).

use jiff::SignedDuration;

use super::Hub;
use super::delivery::owner_identifier;
use super::login::LoginError;
use super::owner::Owner;
use crate::auth::oidc::OidcError;
use crate::domain::id::MailboxId;
use crate::domain::identity::OwnerIdentity;
use crate::domain::principal::{CameBy, Citizen};

impl Hub {
    /// The person behind an access token, in their own mailbox. Makes the mailbox of a person who is new, as a login does.
    ///
    /// # Errors
    /// [`LoginError::Provider`] when the token proves nobody, or its login is older than a session may be.
    pub async fn citizen_by_token(&self, token: &str) -> Result<Citizen, LoginError> {
        let holder = self.provider.holder(token).await?;
        let oldest = SignedDuration::try_from(self.options.session_lifetime).unwrap_or(SignedDuration::MAX);
        if self.now().duration_since(holder.auth_time) >= oldest {
            return Err(OidcError::NotAccepted("The login behind the access token is too old: log in again.").into());
        }
        let owner = Owner {
            identity: holder.owner,
            name: holder.name,
        };
        let mailbox = self.mailbox_by_token(&owner).await?;
        Ok(Citizen {
            mailbox,
            own: mailbox,
            agency: None,
            identifier: owner_identifier(&owner),
            name: owner.name,
            acr: holder.acr,
            auth_time: Some(holder.auth_time),
            audits: self.options.auditors.scope(&holder.roles),
            came_by: CameBy::Token { until: holder.until },
        })
    }

    async fn mailbox_by_token(&self, owner: &Owner) -> Result<MailboxId, LoginError> {
        let lookup = self.vault.lookup(&owner.identity.lookup_text());
        if let Some(row) = self.db.read().await?.find_mailbox_by_lookup(&lookup).await? {
            return Ok(row.id);
        }
        // Providers state less in access tokens than in ID tokens: who has a mailbox by identity code must not get a second one by subject.
        if matches!(owner.identity, OwnerIdentity::Foreign { .. }) {
            return Err(self.provider.lacks_identity().into());
        }
        let mut tx = self.db.write().await?;
        let mailbox = self.mailbox_of(&mut tx, owner).await?;
        tx.commit().await?;
        Ok(mailbox)
    }
}
