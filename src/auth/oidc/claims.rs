//! What a verified token states, by names from configuration.
//!
//! Read from the token's own payload and not through the library's additional claims, because those lack every claim that the standard
//! names (`name`, `family_name`, …), and any name may be configured.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{ClaimNames, OidcError, ProviderOptions};
use crate::domain::identity::{Hetu, OwnerIdentity};

/// The longest name that is kept, in characters.
const NAME_MAX: usize = 200;

pub(super) struct Stated(Map<String, Value>);

impl Stated {
    /// Reads the payload of a token (`header.payload.signature`) that was verified already.
    pub(super) fn read(id_token: &str) -> Result<Self, OidcError> {
        let payload = id_token.split('.').nth(1).unwrap_or_default();
        URL_SAFE_NO_PAD
            .decode(payload)
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .map(Self)
            .ok_or_else(|| OidcError::bad_answer("the ID token cannot be read"))
    }

    /// The claims of a token that was verified already.
    pub(super) const fn of(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// A claim that is a time, in seconds since 1970.
    pub(super) fn seconds(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// A claim that is a time in seconds, which may have a fraction (RFC 7519 2).
    pub(super) fn instant(&self, name: &str) -> Option<Timestamp> {
        let since = SignedDuration::try_from_secs_f64(self.0.get(name)?.as_f64()?).ok()?;
        Timestamp::from_duration(since).ok()
    }

    /// A claim that is a text with something in it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The roles under this name, or at this JSON pointer: a text is one, a list of texts are several; anything else is none.
    pub(super) fn roles(&self, name: Option<&str>) -> Vec<String> {
        let pointed = |path: &str| {
            let (first, rest) = path
                .split_once('/')
                .map_or((path, String::new()), |(it, rest)| (it, format!("/{rest}")));
            self.0.get(first)?.pointer(&rest)
        };
        let found = name.and_then(|name| match name.strip_prefix('/') {
            Some(path) => pointed(path),
            None => self.0.get(name),
        });
        match found {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(list)) => list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    }

    /// The person: by identity code where one is stated, else by issuer and subject. A code that is stated and not valid is an error,
    /// or a mistake of the provider's would open a second mailbox.
    pub(super) fn owner(
        &self,
        options: &ProviderOptions,
        issuer: &str,
        subject: &str,
    ) -> Result<OwnerIdentity, OidcError> {
        match self.0.get(&options.claims.identity) {
            Some(Value::String(code)) => Hetu::parse(code, options.allow_artificial)
                .map(OwnerIdentity::Person)
                .map_err(OidcError::bad_answer),
            Some(Value::Null) | None => Ok(OwnerIdentity::Foreign {
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
            }),
            Some(_) => Err(OidcError::bad_answer("the identity claim is not a text")),
        }
    }

    /// The name to show: the display name, else given names and family name.
    pub(super) fn name(&self, names: &ClaimNames) -> Result<String, OidcError> {
        let parts = [&names.given_names, &names.family_name];
        let name = match self.text(&names.display_name) {
            Some(name) => name.to_owned(),
            None => parts
                .into_iter()
                .filter_map(|it| self.text(it))
                .collect::<Vec<_>>()
                .join(" "),
        };
        let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        if name.is_empty() {
            return Err(OidcError::bad_answer("no name is stated under the configured claims"));
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles_are_read_as_one_text_a_list_or_at_a_pointer() {
        let Value::Object(claims) = json!({
            "role": "auditor", "roles": ["auditor", 7, "operator"], "realm": { "roles": ["auditor-town"] }, "n": 1,
        }) else {
            unreachable!()
        };
        let stated = Stated::of(claims);
        let roles = |name| stated.roles(Some(name));
        assert_eq!(roles("role"), ["auditor"]);
        assert_eq!(roles("roles"), ["auditor", "operator"]);
        assert_eq!(roles("/realm/roles"), ["auditor-town"]);
        assert_eq!(roles("/role"), ["auditor"]);
        for name in ["n", "realm", "/realm", "/realm/roles/x", "nothing", "", "/"] {
            assert!(roles(name).is_empty(), "{name}");
        }
        assert!(stated.roles(None).is_empty());
    }
}
