//! Sessions: who is behind a cookie, which sessions a person has, and their end.
//!
//! Guarantees: a session that was ended, or is too old by the hub's clock, is refused at once everywhere; of the browser only its kind is kept,
//! encrypted. Leaves out: how a session begins (`hub::login`), and for whom its person acts (`hub::acting`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::acting::Person;
use super::login::SECRET_CHARS;
use super::{ActError, Hub};
use crate::domain::auditor::Grants;
use crate::domain::browser::Browser;
use crate::domain::principal::{CameBy, Citizen};
use crate::domain::time::from_micros;
use crate::store::session::SessionRow;
use crate::vault::Place;

/// How often at most the use of a session is written down.
const TOUCH_INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// Most sessions of one person that are listed.
const MOST: i64 = 50;

/// What lies in `session.session_sealed`.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredSession {
    pub(super) identifier: String,
    pub(super) name: String,
    pub(super) acr: String,
    pub(super) auth_time: Option<Timestamp>,
    pub(super) csrf: String,
    pub(super) id_token: String,
    #[serde(default)]
    pub(super) browser: Option<Browser>,
    /// The roles that mean something here; what they give is looked up at each use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) roles: Vec<String>,
}

impl StoredSession {
    /// The person in their own mailbox.
    pub(super) fn into_citizen(self, row: &SessionRow, grants: &Grants) -> Citizen {
        Citizen {
            audits: grants.scope(&self.roles),
            mailbox: row.mailbox_id,
            own: row.mailbox_id,
            agency: None,
            identifier: self.identifier,
            name: self.name,
            acr: self.acr,
            auth_time: self.auth_time,
            came_by: CameBy::Session {
                id_hash: row.id_hash.clone(),
                csrf: self.csrf,
            },
        }
    }
}

/// An active session of a person.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Names it in a form; of no use to anyone else.
    pub key: String,
    /// When it began.
    pub began: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// The kind of browser, when that is known.
    pub browser: Option<Browser>,
    /// Whether it is the session that asks.
    pub current: bool,
}

impl Hub {
    /// The citizen behind a session's cookie, in the mailbox they act in.
    ///
    /// # Errors
    /// [`ActError::NotLoggedIn`] when there is no session, or none any more; [`ActError::MandateEnded`] once, when the mandate acted by no
    /// longer holds: the session is then back in the person's own mailbox; [`ActError::Mandates`] while that cannot be found out.
    pub async fn citizen(&self, cookie: &str) -> Result<Citizen, ActError> {
        let (row, session) = self.used_session(cookie).await?;
        let own = session.into_citizen(&row, &self.options.auditors);
        match &row.acting_sealed {
            Some(sealed) => self.acting(own, sealed).await,
            None => Ok(own),
        }
    }

    /// The session behind a cookie, noted as used.
    pub(super) async fn used_session(&self, cookie: &str) -> Result<(SessionRow, StoredSession), ActError> {
        if cookie.len() != SECRET_CHARS {
            return Err(ActError::NotLoggedIn);
        }
        let row = self.use_session(&self.vault.digest("session", cookie)).await?;
        let session = self.open_session(&row)?;
        Ok((row, session))
    }

    /// The session that is stored under this digest, noted as used.
    pub(super) async fn use_session(&self, id_hash: &[u8]) -> Result<SessionRow, ActError> {
        let row = self.db.read().await?.find_session(id_hash).await?;
        let row = row.ok_or(ActError::NotLoggedIn)?;
        let now = self.now();
        let (seen, created) = self.oldest_session(now);
        if row.seen_at <= seen || row.created_at <= created {
            return Err(ActError::NotLoggedIn);
        }
        if row.seen_at <= before(now, TOUCH_INTERVAL) {
            let mut tx = self.db.write().await?;
            tx.touch_session(id_hash, now.as_microsecond()).await?;
            tx.commit().await?;
        }
        Ok(row)
    }

    /// Ends a session, at once everywhere. Answers where the browser goes to end the provider's session too, when there is such a place.
    pub async fn end_session(&self, citizen: &Citizen) -> Result<Option<Url>, ActError> {
        let Some(session) = citizen.session() else {
            return Ok(None);
        };
        let mut tx = self.db.write().await?;
        let row = tx.find_session(session).await?;
        tx.delete_session(session).await?;
        tx.commit().await?;
        match row {
            Some(row) => Ok(self.provider.end_session_url(&self.open_session(&row)?.id_token).await),
            None => Ok(None),
        }
    }

    /// The person's active sessions, newest first.
    pub async fn list_sessions(&self, person: &Person) -> Result<Vec<SessionView>, ActError> {
        let (seen, created) = self.oldest_session(self.now());
        let own = person.own();
        let rows = self
            .db
            .read()
            .await?
            .list_sessions(own.own, seen, created, MOST)
            .await?;
        let views = rows.iter().filter_map(|row| {
            // One that an older version wrote is refused when it is used, and so it is none.
            let session = self.open_session(row).ok()?;
            Some(SessionView {
                key: URL_SAFE_NO_PAD.encode(&row.id_hash),
                began: from_micros(row.created_at),
                seen: from_micros(row.seen_at),
                browser: session.browser,
                current: own.session() == Some(row.id_hash.as_slice()),
            })
        });
        Ok(views.collect())
    }

    /// Ends one session of the person, at once everywhere; one that is not there, or not theirs, has ended already.
    pub async fn end_session_of(&self, person: &Person, key: &str) -> Result<(), ActError> {
        let Ok(id_hash) = URL_SAFE_NO_PAD.decode(key) else {
            return Ok(());
        };
        let mut tx = self.db.write().await?;
        tx.delete_session_of(person.own().own, &id_hash).await?;
        Ok(tx.commit().await?)
    }

    /// Ends every session of the person but the one that asks, at once everywhere.
    pub async fn end_other_sessions(&self, person: &Person) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        tx.delete_sessions_but(person.own().own, person.own().session().unwrap_or_default())
            .await?;
        Ok(tx.commit().await?)
    }

    /// Forgets sessions and logins that are too old to be used; how many there were.
    pub async fn sweep_sessions(&self) -> Result<usize, ActError> {
        let now = self.now();
        let (seen, created) = self.oldest_session(now);
        let mut tx = self.db.write().await?;
        let sessions = tx.delete_sessions_before(seen, created).await?;
        let logins = tx.delete_logins_before(before(now, super::login::LOGIN_WINDOW)).await?;
        tx.commit().await?;
        Ok(usize::try_from(sessions + logins).unwrap_or(usize::MAX))
    }

    fn open_session(&self, row: &SessionRow) -> Result<StoredSession, ActError> {
        let json = self
            .vault
            .hub()
            .open(session_place(&row.id_hash), &row.session_sealed)?;
        // A session of an older version says less than is needed now: its person logs in anew.
        serde_json::from_slice(&json).map_err(|_| ActError::NotLoggedIn)
    }

    /// The last use and the beginning of the oldest session that still holds, exclusive, in microseconds.
    fn oldest_session(&self, now: Timestamp) -> (i64, i64) {
        let back =
            |span: std::time::Duration| before(now, SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX));
        (back(self.options.session_idle), back(self.options.session_lifetime))
    }
}

pub(super) fn before(now: Timestamp, span: SignedDuration) -> i64 {
    now.saturating_sub(span).unwrap_or(Timestamp::MIN).as_microsecond()
}

pub(super) fn session_place(id_hash: &[u8]) -> Place<'_> {
    Place::new("session", "session_sealed", id_hash)
}
