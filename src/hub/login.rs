//! Logging in: the way to the identity provider and back, the first mailbox of a person, the beginning of a session.
//!
//! Guarantees: a login under way is finished once, in the browser that began it; a person has one mailbox however many log in at once. Nothing is
//! stored of a login before it is finished, and of cookie and state only keyed digests then. Leaves out: the session after its beginning (`hub::session`), the protocol (`auth::oidc`), cookies and redirects (`http::web::login`), what opens a mailbox (`activate`).

mod under_way;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::delivery::owner_identifier;
use super::owner::{Owner, party_place};
use super::session::{StoredSession, session_place};
use super::{ActError, Hub};
use crate::auth::oidc::{Asked, Flow, Identity, OidcError};
use crate::domain::browser::Browser;
use crate::domain::id::MailboxId;
use crate::domain::identity::{Hetu, OwnerIdentity};
use crate::domain::principal::{CameBy, Citizen};
use crate::store::mailbox::MailboxRow;
use crate::store::session::SessionRow;
use crate::store::{StoreError, Tx};
use crate::vault::{Place, VaultError};

/// How long a person may stay at the identity provider.
pub const LOGIN_WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Where a login leads that was asked for nothing else.
const HOME: &str = "/inbox";
/// The same for an auditor.
const AUDIT: &str = "/auditor";
/// 32 random bytes in base64url.
pub(super) const SECRET_CHARS: usize = 43;

/// What a login begins with.
#[derive(Debug, Clone, Copy)]
pub struct BeginLogin<'a> {
    /// The local path to come back to; anything else is ignored.
    pub return_to: Option<&'a str>,
    /// Whom the provider should expect.
    pub login_hint: Option<&'a str>,
    /// The language the person reads.
    pub language: &'a str,
    /// Whether the person must authenticate anew, whatever session the provider still has.
    pub fresh: bool,
    /// The binding of a login that the same browser began earlier: kept, so that both can be finished.
    pub binding: Option<&'a str>,
}

/// A login under way.
#[derive(Clone)]
pub struct BegunLogin {
    /// Where to send the browser.
    pub redirect: Url,
    /// What the browser must show when it comes back, for at most [`LOGIN_WINDOW`]. Secret.
    pub binding: String,
}

impl std::fmt::Debug for BegunLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BegunLogin(redacted)")
    }
}

/// What the provider sends the browser back with.
#[derive(Clone, Default, Deserialize)]
pub struct Callback {
    /// What to exchange for an identity.
    pub code: Option<String>,
    /// Names the login under way.
    pub state: Option<String>,
    /// An error code of OAuth.
    pub error: Option<String>,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callback")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// What the browser shows when it comes back: its cookies, and what it says of itself.
#[derive(Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The binding of the login under way.
    pub binding: Option<&'a str>,
    /// The session it had before.
    pub session: Option<&'a str>,
    /// Its `User-Agent`.
    pub user_agent: Option<&'a str>,
}

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown(redacted)")
    }
}

/// A finished login.
#[derive(Clone)]
pub struct FinishedLogin {
    /// The session's cookie. Secret, kept nowhere.
    pub cookie: String,
    /// A local path.
    pub return_to: String,
    /// What the person should be told first.
    pub notice: Option<LoginNotice>,
    /// Whether the person may act for another, and so chooses for whom.
    pub chooses: bool,
}

impl std::fmt::Debug for FinishedLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FinishedLogin")
            .field("notice", &self.notice)
            .finish_non_exhaustive()
    }
}

/// What a login brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginNotice {
    /// The mailbox opened by strong identification (statutory regime).
    MailboxOpened,
}

/// Why a login did not come about. Nobody is logged in; beginning anew is always possible.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No such login is under way: too old, finished already, or never begun.
    #[error("no such login is under way")]
    NotUnderWay,
    /// The login was begun in another browser.
    #[error("the login was begun in another browser")]
    OtherBrowser,
    /// The identity provider did not identify the person.
    #[error("the identity provider identified nobody")]
    Provider(#[from] OidcError),
    /// The hub could not do its part.
    #[error("the login could not be carried out")]
    Act(#[from] ActError),
}

impl From<StoreError> for LoginError {
    fn from(error: StoreError) -> Self {
        Self::Act(error.into())
    }
}

impl From<VaultError> for LoginError {
    fn from(error: VaultError) -> Self {
        Self::Act(error.into())
    }
}

impl Hub {
    /// Begins a login: says where the browser goes. Stores nothing.
    pub async fn begin_login(&self, begin: BeginLogin<'_>) -> Result<BegunLogin, LoginError> {
        let flow = Flow {
            nonce: self.secret()?,
            verifier: self.secret()?,
            fresh_since: begin.fresh.then(|| self.now()),
        };
        let binding = match begin.binding.filter(|it| it.len() == SECRET_CHARS) {
            Some(binding) => binding.to_owned(),
            None => self.secret()?,
        };
        let state = self.seal_login(&flow, begin.return_to.and_then(local_path), &binding)?;
        let asked = Asked {
            state: &state,
            flow: &flow,
            login_hint: begin.login_hint,
            language: begin.language,
        };
        let redirect = self.provider.authorize(asked).await?;
        Ok(BegunLogin { redirect, binding })
    }

    /// Finishes a login with what the provider sent and what the browser shows. Works once for each login begun, and ends the session that the
    /// same browser had before.
    pub async fn finish_login(&self, callback: Callback, shown: Shown<'_>) -> Result<FinishedLogin, LoginError> {
        let state = callback.state.as_deref().ok_or(LoginError::NotUnderWay)?;
        let under_way = self.open_login(state)?;
        if !under_way.is_of(self, shown.binding) {
            return Err(LoginError::OtherBrowser);
        }
        let state_hash = self.vault.digest("login state", state);
        if self.db.read().await?.is_login_finished(&state_hash).await? {
            return Err(LoginError::NotUnderWay);
        }
        let code = match (callback.error.as_deref(), callback.code) {
            (Some("access_denied"), _) => return Err(OidcError::Cancelled.into()),
            (Some(error), _) => return Err(OidcError::Refused(oauth_code(error)).into()),
            (None, None) => return Err(OidcError::Refused("no code came".into()).into()),
            (None, Some(code)) => code,
        };
        let identity = self.provider.exchange(&code, &under_way.flow).await?;
        let owner = Owner {
            identity: identity.owner.clone(),
            name: identity.name.clone(),
        };
        let mut tx = self.db.write().await?;
        // Two callbacks of one login may have come as far as here: one of them goes on.
        if !tx.finish_login(&state_hash, self.now().as_microsecond()).await? {
            return Err(LoginError::NotUnderWay);
        }
        let (cookie, citizen) = self.begin_session(&mut tx, &identity, &owner, shown).await?;
        tx.commit().await?;
        let notice = self
            .activate_at_login(&citizen)
            .await?
            .then_some(LoginNotice::MailboxOpened);
        self.someone_is_in(citizen.mailbox);
        let home = if citizen.audits.is_some() { AUDIT } else { HOME };
        Ok(FinishedLogin {
            chooses: self.may_act_for_another(&citizen).await?,
            cookie,
            return_to: under_way.return_to.unwrap_or_else(|| home.into()),
            notice,
        })
    }

    /// An artificial person of the demo as after a login, so that its sample can be seeded by the acts themselves. Leaves no session.
    pub async fn citizen_of_demo(&self, hetu: Hetu, name: &str) -> Result<Citizen, ActError> {
        let owner = Owner {
            identity: OwnerIdentity::Person(hetu),
            name: name.to_owned(),
        };
        let identity = Identity {
            owner: owner.identity.clone(),
            name: name.to_owned(),
            acr: "urn:tiedoksi:demo".to_owned(),
            level: 0,
            auth_time: Some(self.now()),
            id_token: String::new(),
            sid: None,
            roles: Vec::new(),
        };
        let mut tx = self.db.write().await?;
        let (_, mut citizen) = self.begin_session(&mut tx, &identity, &owner, Shown::default()).await?;
        if let Some(session) = citizen.session() {
            tx.delete_session(session).await?;
        }
        tx.commit().await?;
        citizen.came_by = CameBy::Token { until: Timestamp::MAX };
        Ok(citizen)
    }

    /// Finds or makes the person's mailbox, begins a session in it and ends the one of the cookie that the browser shows.
    async fn begin_session(
        &self,
        tx: &mut Tx,
        identity: &Identity,
        owner: &Owner,
        shown: Shown<'_>,
    ) -> Result<(String, Citizen), ActError> {
        let earlier = shown.session.map(|cookie| self.vault.digest("session", cookie));
        let (cookie, csrf) = (self.secret()?, self.secret()?);
        let id_hash = self.vault.digest("session", &cookie);
        let session = StoredSession {
            identifier: owner_identifier(owner),
            name: identity.name.clone(),
            acr: identity.acr.clone(),
            auth_time: identity.auth_time,
            csrf,
            id_token: identity.id_token.clone(),
            browser: shown.user_agent.and_then(Browser::of),
            roles: self.options.auditors.known(identity.roles.clone()),
        };
        let session_sealed = self.seal_for_hub(session_place(&id_hash), &session)?;
        let now = self.now().as_microsecond();

        let mailbox_id = self.mailbox_of(tx, owner).await?;
        let row = SessionRow {
            id_hash: id_hash.to_vec(),
            mailbox_id,
            session_sealed,
            created_at: now,
            seen_at: now,
            acting_sealed: None,
        };
        if let Some(earlier) = earlier {
            tx.delete_session(&earlier).await?;
        }
        tx.insert_session(&row).await?;
        let citizen = session.into_citizen(&row, &self.options.auditors);
        Ok((cookie, citizen))
    }

    pub(super) async fn mailbox_of(&self, tx: &mut Tx, owner: &Owner) -> Result<MailboxId, ActError> {
        let row = self.find_or_make_mailbox(tx, owner).await?;
        let (known, key) = Owner::open(&row, &self.vault)?;
        if known.name != owner.name {
            tx.update_mailbox_owner(row.id, &owner.seal(&key, row.id, &self.rng)?)
                .await?;
        }
        Ok(row.id)
    }

    /// The owner's mailbox, made when there is none; a known owner keeps the known name.
    pub(super) async fn find_or_make_mailbox(&self, tx: &mut Tx, owner: &Owner) -> Result<MailboxRow, ActError> {
        let lookup = self.vault.lookup(&owner.identity.lookup_text());
        if let Some(row) = tx.find_mailbox_by_lookup(&lookup).await? {
            return Ok(row);
        }
        let new = self.new_mailbox(owner, &lookup)?;
        if tx.insert_mailbox(&new).await? {
            return Ok(new);
        }
        // Another act for the same owner came in between.
        Ok(tx.find_mailbox_by_lookup(&lookup).await?.ok_or(StoreError::Conflict)?)
    }

    pub(super) fn new_mailbox(&self, owner: &Owner, lookup: &[u8]) -> Result<MailboxRow, ActError> {
        let now = self.now();
        let id = MailboxId::new(now, self.random()?);
        let (key, party_key) = self.vault.new_party(party_place(id.0.as_bytes()), &self.rng)?;
        Ok(MailboxRow {
            id,
            kind: owner.kind().into(),
            lookup: lookup.to_vec(),
            owner_sealed: owner.seal(&key, id, &self.rng)?,
            party_key,
            state: "inactive".into(),
            basis_kind: None,
            basis_event: None,
            activated_at: None,
            opt_out_until: None,
            created_at: now.as_microsecond(),
        })
    }

    pub(super) fn seal_for_hub<T: Serialize>(&self, place: Place<'_>, value: &T) -> Result<Vec<u8>, ActError> {
        let json = serde_json::to_vec(value).map_err(|_| VaultError::Sealed)?;
        Ok(self.vault.hub().seal(place, &json, &self.rng)?)
    }

    pub(super) fn secret(&self) -> Result<String, ActError> {
        Ok(URL_SAFE_NO_PAD.encode(self.random::<32>()?))
    }
}

/// An OAuth error code as it may be logged and shown: what a stranger writes into the address goes no further.
fn oauth_code(error: &str) -> String {
    error
        .chars()
        .filter(|c| c.is_ascii_lowercase() || *c == '_')
        .take(40)
        .collect()
}

/// A path and query of this hub, or none: an address that leads elsewhere, by any trick a browser falls for, is not taken, nor is one that
/// would log in or out again.
pub(crate) fn local_path(text: &str) -> Option<String> {
    if text.len() > 2_000 || !text.starts_with('/') {
        return None;
    }
    let base = Url::parse("http://hub.invalid/").ok()?;
    // Parsing as browsers do turns `\` into `/` and drops tabs, and so shows where the text leads.
    let url = base.join(text).ok()?;
    if url.origin() != base.origin() || url.path().starts_with("//") || url.path().starts_with("/auth/") {
        return None;
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_returned_to() {
        assert_eq!(local_path("/inbox?page=2").as_deref(), Some("/inbox?page=2"));
        assert_eq!(local_path("/messages/17#x").as_deref(), Some("/messages/17"));
        for bad in [
            "",
            "inbox",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/.//evil.example",
            "/x/..//evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/auth/logout",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
        let injected = local_path("/inbox\r\nset-cookie: a=b").unwrap();
        assert!(!injected.contains(['\r', '\n']));
    }

    #[test]
    fn a_strangers_error_text_is_not_repeated() {
        assert_eq!(oauth_code("login_required"), "login_required");
        assert_eq!(oauth_code("<script>1\nX"), "script");
    }
}
