//! The acts: one struct, one file per act. Each act that changes something is one transaction that also writes its evidence.
//!
//! The same act is reached from the sender API, the pages, the workers and the command line. An act takes the principal it is done by as its
//! first argument (`Sender`, `Citizen`): having one is the authorisation. What is not theirs is not found.

pub mod access_log;
pub mod acting;
pub mod activate;
pub mod assertion;
pub mod audit;
mod authority;
mod bearer;
pub mod bundle;
pub mod change_service;
pub mod confirm;
pub mod contact;
pub(crate) mod content;
pub(crate) mod delivery;
pub mod directory;
pub mod download;
pub mod draft;
pub mod erasure;
pub mod event;
pub mod events;
pub mod export;
pub mod filing;
pub mod folder;
mod guesses;
pub mod history;
pub mod incoming;
pub mod keys;
pub mod lane;
pub mod letter;
pub mod log;
pub mod login;
pub mod mail;
pub mod mailbox;
pub mod mandate;
pub mod open;
pub(crate) mod owner;
pub(crate) mod password;
mod place;
pub mod proof;
pub mod proofs;
pub mod range;
mod reason;
mod receipt;
mod recent;
pub mod registry;
pub mod removal;
pub mod restart;
pub mod seal;
pub mod search;
mod second_place;
pub mod session;
mod stamp;
pub mod state;
pub mod submit;
pub mod system_key;
mod tally;
pub mod thread;
pub mod token;
pub mod upload;
pub mod view;
mod visible;
pub mod witness;
pub(crate) mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::Duration;

use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::auth::mandates::{MandateRegister, RegisterError};
use crate::auth::oidc::Provider;
use crate::domain::auditor::Grants;
use crate::domain::consent::Regime;
use crate::domain::deadline::RuleSets;
use crate::domain::id::EventId;
use crate::domain::message::Violation;
use crate::domain::time::Clock;
use crate::evidence::keys::EvidenceKeys;
use crate::mailer::Mailer;
use crate::objects::{ObjectError, Objects};
use crate::press::{Press, PressError};
use crate::scanner::{ScanError, Scanner};
use crate::store::{Db, StoreError};
use crate::tsa::Tsa;
use crate::vault::{Vault, VaultError};
use crate::witness::client::Panel;

/// What may be configured about the acts; everything has a sensible default in `config`.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Name of the log in checkpoints, for example `viestit.example.fi/log`.
    pub origin: String,
    /// The hub's name in evidence.
    pub hub_name: String,
    /// The operator's identifier in evidence, such as its Business ID.
    pub operator_id: String,
    /// URI of the policy under which evidence is made.
    pub policy: String,
    /// How mailboxes open.
    pub regime: Regime,
    /// How long a person's choice of paper holds in the statutory regime.
    pub opt_out_months: i32,
    /// How long a deleted message can be restored; then it leaves the mailbox for good.
    pub deleted_window: Duration,
    /// How long content is kept; without it, until it is erased by order.
    pub content_retention: Option<Duration>,
    /// How long the records of a delivery without content are kept after the last of them.
    pub evidence_retention: Duration,
    /// Whether a mailbox is activated only with a verified e-mail address (consent regime).
    pub require_email: bool,
    /// Whether artificial identity codes (individual number 900-999) are taken.
    pub allow_artificial: bool,
    /// Whether letters are taken for printing.
    pub paper: bool,
    /// How far back the feed and end users' messages reach through the sender API.
    pub feed_window: Duration,
    /// How long an upload may wait for its message.
    pub upload_window: Duration,
    /// How long an access token lives.
    pub token_lifetime: Duration,
    /// The least time between two changes of a password.
    pub password_interval: Duration,
    /// A session ends after this long without use …
    pub session_idle: Duration,
    /// … and after this long in any case.
    pub session_lifetime: Duration,
    /// How old a login may be to confirm receipt with.
    pub confirm_login: Duration,
    /// Which roles of the identity provider make auditors.
    pub auditors: Grants,
    /// Acts that may wait for the writer; one more is answered "busy".
    pub queue: usize,
    /// Whether acts share commits; off only in benchmarks.
    pub share_commits: bool,
    /// Whether evidence is written; off only in benchmarks.
    pub evidence: bool,
}

/// What a hub is made of.
#[derive(Debug, Clone)]
pub struct HubParts {
    /// The database, migrated.
    pub db: Db,
    /// The object store.
    pub objects: Objects,
    /// Where strangers' PDFs are read.
    pub press: Press,
    /// The malware scanner; without one nothing is scanned.
    pub scanner: Option<Scanner>,
    /// What sends mail; without it none is sent, and nobody can give an address.
    pub mailer: Option<Mailer>,
    /// The keys at rest.
    pub vault: Vault,
    /// The keys of evidence.
    pub keys: Arc<EvidenceKeys>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The citizens' identity provider.
    pub provider: Arc<Provider>,
    /// Who stamps the log's checkpoints, where that is configured.
    pub tsa: Option<Tsa>,
    /// The register of mandates beside our own; without one our own is all.
    pub mandates: Option<MandateRegister>,
    /// Who is asked to cosign the log's checkpoints; without any, nobody is.
    pub witnesses: Option<Panel>,
    /// The rules of service of notice.
    pub rules: Arc<RuleSets>,
    /// The rest.
    pub options: HubOptions,
}

/// Random bytes for a name that guards nothing: the time in it keeps it apart even without randomness.
fn rng_bytes(rng: &SystemRandom) -> [u8; 10] {
    let mut bytes = [0; 10];
    rng.fill(&mut bytes).ok();
    bytes
}

/// The hub.
#[derive(Debug)]
pub struct Hub {
    pub(crate) db: Db,
    pub(crate) objects: Objects,
    pub(crate) press: Press,
    pub(crate) scanner: Option<Scanner>,
    pub(crate) mailer: Option<Mailer>,
    pub(crate) vault: Vault,
    pub(crate) keys: Arc<EvidenceKeys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: SystemRandom,
    pub(crate) provider: Arc<Provider>,
    pub(crate) mandates: Option<MandateRegister>,
    pub(crate) witnesses: Option<witness::Witnesses>,
    pub(crate) tsa: Option<Tsa>,
    pub(crate) rules: Arc<RuleSets>,
    pub(crate) options: HubOptions,
    pub(crate) lane: lane::Lane,
    pub(crate) caches: token::Caches,
    pub(crate) ids: lane::MessageIds,
    pub(crate) indexing: search::Indexing,
    pub(crate) exports: export::Exports,
    /// Told when an auditor asked for the export of a range: who works on them waits for it.
    pub(crate) ranges: tokio::sync::Notify,
    /// Told after every commit: the sealer waits for it.
    pub(crate) committed: tokio::sync::Notify,
    /// Acts are refused: the log would fork.
    pub(crate) halted: AtomicBool,
    /// Whether this process said in its log that the second place is ahead.
    pub(crate) told_ahead: AtomicBool,
    /// The place up to which a checkpoint was last kept in the second place by this process.
    pub(crate) kept_end: AtomicI64,
    /// When this process last asked for a time stamp, in microseconds.
    pub(crate) stamp_asked: AtomicI64,
    /// This process among the sealers.
    pub(crate) holder: String,
}

/// Why an act was not done. Nothing was changed, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such thing for this principal (absent and forbidden look the same).
    #[error("not found")]
    NotFound,
    /// What was handed in breaks rules; every violation is listed.
    #[error("the request breaks {} rule(s)", .0.len())]
    Invalid(Vec<Violation>),
    /// The principal may not do this now, for a reason it may know.
    #[error("{0}")]
    Forbidden(&'static str),
    /// It is for the owner of the mailbox, and for who decides in the owner's place.
    #[error("the owner of the mailbox decides this")]
    OwnerDecides,
    /// The mandate that the person acted by no longer holds; the session is back in the person's own mailbox.
    #[error("the mandate has ended")]
    MandateEnded,
    /// The register of mandates outside does not say now whether the mandate holds.
    #[error("the register of mandates does not work now")]
    Mandates(#[from] RegisterError),
    /// The mailbox is not in use: nothing can be sent from it. Its owner can activate it.
    #[error("Your messages are not active, so nothing can be sent. Activate them first, in the settings.")]
    NotInUse,
    /// The login or token is missing, expired or revoked.
    #[error("not logged in")]
    NotLoggedIn,
    /// The login is too old for this act: log in again, then repeat it.
    #[error("the login is too old for this act")]
    LoginTooOld,
    /// Too many wrong passwords came from the caller's address: come back after so many seconds.
    #[error("too many wrong passwords from one address: come back after {0} s")]
    Throttled(i64),
    /// An external id was used before; the first answer is given again.
    #[error("already done")]
    Repeated(Box<submit::Accepted>),
    /// More acts wait than may; come back shortly.
    #[error("the hub is busy")]
    Busy,
    /// The log's last checkpoint is ahead of the database: the operator must restore the newer database, or restart the log.
    #[error("the hub refuses acts: an older backup of its database was restored")]
    Halted,
    /// COMMIT was sent and no answer came; repeating the act settles it.
    #[error("the outcome of the act is not known")]
    Unknown,
    /// A part that the act needs does not work now.
    #[error("a part of the hub does not work now")]
    Store(#[source] StoreError),
    /// The object store does not work now.
    #[error("the object store does not work now")]
    Objects(#[source] ObjectError),
    /// A PDF could not be read or made.
    #[error("a PDF could not be read or made now")]
    Press(#[from] PressError),
    /// What the principal says contradicts what is known; nothing was changed.
    #[error("{0}")]
    Contradiction(&'static str),
    /// The malware scanner gave no verdict.
    #[error("the malware scanner does not work now")]
    Scanner(#[from] ScanError),
    /// What is stored does not open.
    #[error("stored data cannot be opened")]
    Vault(#[from] VaultError),
    /// Evidence could not be made.
    #[error("evidence could not be made")]
    Evidence(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::CommitUnknown(_) => Self::Unknown,
            error => Self::Store(error),
        }
    }
}

impl From<ObjectError> for ActError {
    fn from(error: ObjectError) -> Self {
        Self::Objects(error)
    }
}

impl Hub {
    /// Builds a hub and starts its writers. Call within a tokio runtime.
    pub fn new(parts: HubParts) -> Arc<Self> {
        let (writers, queue, share) = (parts.db.writers(), parts.options.queue, parts.options.share_commits);
        Arc::new_cyclic(|hub| Self {
            lane: lane::Lane::start(hub, writers, queue, share),
            caches: token::Caches::new(),
            ids: lane::MessageIds::default(),
            indexing: search::Indexing::default(),
            exports: export::Exports::default(),
            rng: SystemRandom::new(),
            ranges: tokio::sync::Notify::new(),
            committed: tokio::sync::Notify::new(),
            halted: AtomicBool::new(false),
            told_ahead: AtomicBool::new(false),
            kept_end: AtomicI64::new(0),
            stamp_asked: AtomicI64::new(0),
            holder: EventId::new(parts.clock.now(), rng_bytes(&SystemRandom::new())).to_string(),
            db: parts.db,
            objects: parts.objects,
            press: parts.press,
            scanner: parts.scanner,
            mailer: parts.mailer,
            vault: parts.vault,
            keys: parts.keys,
            clock: parts.clock,
            provider: parts.provider,
            mandates: parts.mandates,
            witnesses: parts.witnesses.as_ref().map(witness::Witnesses::new),
            tsa: parts.tsa,
            rules: parts.rules,
            options: parts.options,
        })
    }

    /// The hub's time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A name for one request.
    pub fn trace_id(&self) -> String {
        EventId::new(self.now(), rng_bytes(&self.rng)).to_string()
    }

    /// Whether artificial identity codes are taken.
    pub fn allows_artificial(&self) -> bool {
        self.options.allow_artificial
    }

    /// Our public keys at the citizens' identity provider, where it knows us by keys.
    pub fn login_jwks(&self) -> Option<serde_json::Value> {
        self.provider.jwks()
    }

    /// How far back the sender API reaches, in microseconds.
    pub(crate) fn window_start(&self) -> i64 {
        let window = jiff::SignedDuration::try_from(self.options.feed_window).unwrap_or_default();
        (self.now() - window).as_microsecond()
    }

    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], ActError> {
        let mut bytes = [0; N];
        self.rng.fill(&mut bytes).map_err(|_| VaultError::Random)?;
        Ok(bytes)
    }
}
