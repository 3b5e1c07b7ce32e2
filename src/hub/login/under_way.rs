//! A login under way: the browser carries it to the identity provider and back as the OpenID Connect `state`, sealed under the hub's key.
//!
//! Guarantees: to begin a login writes nothing, so whoever begins logins without end fills no table and keeps nobody else from logging in; what comes
//! back is what this hub sealed no more than [`LOGIN_WINDOW`] ago, and the provider cannot read in it where the person wants to go. Leaves out: that
//! each is finished once (`hub::login`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{LOGIN_WINDOW, LoginError};
use crate::auth::oidc::Flow;
use crate::hub::{ActError, Hub};
use crate::vault::Place;

/// Most characters of a path to come back to: providers take no `state` of any length.
const LONGEST_PATH: usize = 1_000;

/// What must be known when the browser comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct UnderWay {
    pub(super) flow: Flow,
    pub(super) return_to: Option<String>,
    binding: [u8; 32],
    since: Timestamp,
}

impl UnderWay {
    /// Whether the browser that began it shows this binding.
    pub(super) fn is_of(&self, hub: &Hub, binding: Option<&str>) -> bool {
        let binding = hub.vault.digest("login binding", binding.unwrap_or_default());
        bool::from(binding.ct_eq(&self.binding))
    }
}

impl Hub {
    /// The state of a login that begins now. A path to come back to that is too long is forgotten.
    pub(super) fn seal_login(&self, flow: &Flow, return_to: Option<String>, binding: &str) -> Result<String, ActError> {
        let under_way = UnderWay {
            flow: flow.clone(),
            return_to: return_to.filter(|path| path.len() <= LONGEST_PATH),
            binding: self.vault.digest("login binding", binding),
            since: self.now(),
        };
        let sealed = self.seal_for_hub(state_place(), &under_way)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The login that a state stands for. [`LoginError::NotUnderWay`] for what is too old or was not sealed here.
    pub(super) fn open_login(&self, state: &str) -> Result<UnderWay, LoginError> {
        let sealed = URL_SAFE_NO_PAD.decode(state).map_err(|_| LoginError::NotUnderWay)?;
        let opened = self.vault.hub().open(state_place(), &sealed);
        let opened = opened.map_err(|_| LoginError::NotUnderWay)?;
        let under_way: UnderWay = serde_json::from_slice(&opened).map_err(|_| LoginError::NotUnderWay)?;
        match self.now().duration_since(under_way.since) < LOGIN_WINDOW {
            true => Ok(under_way),
            false => Err(LoginError::NotUnderWay),
        }
    }
}

fn state_place() -> Place<'static> {
    Place::new("login", "state", b"")
}
