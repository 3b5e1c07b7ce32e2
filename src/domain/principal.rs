//! Who acts: made by `auth` alone, asked for by every act of the hub, so that the signature of an act is its authorisation.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::auditor::Scope;
use super::id::{KeyId, MailboxId, OrganisationId, SecretId, ServiceId, SystemId};
use super::mandate::Agency;

/// A service of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderService {
    /// Id.
    pub id: ServiceId,
    /// The wire's `serviceId`.
    pub code: String,
    /// Whether it may send.
    pub active: bool,
    /// The period for appeal of what it sends, as [`StatedPeriod`](super::deadline::StatedPeriod) writes it; none where nothing is stated.
    pub appeal: Option<String>,
}

/// What a system proves itself with. Taken back, it takes along every token that was given for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// A password.
    #[serde(rename = "sid")]
    Secret(SecretId),
    /// A key whose public half the operator registered.
    #[serde(rename = "kid")]
    Key(KeyId),
}

/// A system that has proved its credential. Holds as of a moment at most five seconds ago.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The system.
    pub system: SystemId,
    /// What it proved itself with.
    pub credential: Credential,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The organisation's Business ID.
    pub business_id: Arc<str>,
    /// Whether system and organisation may send.
    pub active: bool,
    /// Its services.
    pub services: Arc<[SenderService]>,
}

/// A print house that has proved its key. Holds as of a moment at most five seconds ago.
#[derive(Debug, Clone)]
pub struct PrintHouse {
    /// The operator's name for it.
    pub name: Arc<str>,
}

/// A person who logged in, acting in a mailbox: their own or, by a mandate that holds at this moment, another's.
#[derive(Clone)]
pub struct Citizen {
    /// The mailbox acted in.
    pub mailbox: MailboxId,
    /// The person's own mailbox.
    pub own: MailboxId,
    /// By what right the person acts in another's mailbox; none in their own.
    pub agency: Option<Agency>,
    /// The text by which evidence names the person.
    pub identifier: String,
    /// The name the login gave.
    pub name: String,
    /// The assurance level the login gave, as the provider wrote it.
    pub acr: String,
    /// When the person authenticated; none when the provider did not say.
    pub auth_time: Option<Timestamp>,
    /// For whose deliveries the person is an auditor, by the provider's word.
    pub audits: Option<Scope>,
    /// How the person came in.
    pub came_by: CameBy,
}

/// How a person came in.
#[derive(Clone)]
pub enum CameBy {
    /// Through the pages: by the session of a browser.
    Session {
        /// The digest under which the session is stored.
        id_hash: Vec<u8>,
        /// The token every form of this session carries.
        csrf: String,
    },
    /// By an access token of the identity provider's: there is no session to end, and no form counts.
    Token {
        /// When the token expires.
        until: Timestamp,
    },
}

impl Citizen {
    /// The digest under which the person's session is stored, where there is one.
    #[must_use]
    pub fn session(&self) -> Option<&[u8]> {
        match &self.came_by {
            CameBy::Session { id_hash, .. } => Some(id_hash),
            CameBy::Token { .. } => None,
        }
    }

    /// The token every form of the person's session carries, where there is one.
    #[must_use]
    pub fn csrf(&self) -> Option<&str> {
        match &self.came_by {
            CameBy::Session { csrf, .. } => Some(csrf),
            CameBy::Token { .. } => None,
        }
    }

    /// Whether the person decides about the mailbox itself (consents, contact, mandates): its owner, and who acts in the owner's place by law.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.agency.as_ref().is_none_or(|agency| agency.role.decides())
    }

    /// Whether the person may see a message of this authority, through a service of these topics.
    #[must_use]
    pub fn may_see(&self, organisation: OrganisationId, topics: &[String], recipient_only: bool) -> bool {
        self.agency
            .as_ref()
            .is_none_or(|agency| agency.may_see(organisation, topics, recipient_only))
    }
}

impl std::fmt::Debug for Citizen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Citizen")
            .field("mailbox", &self.mailbox)
            .field("agency", &self.agency)
            .finish_non_exhaustive()
    }
}
