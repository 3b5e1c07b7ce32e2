//! Whose a mailbox is: identity and name, as they lie in the database under the mailbox's own key.
//!
//! Guarantees: what was sealed for one mailbox opens for that mailbox alone. Leaves out: how an owner is looked up (`Vault::lookup`).

use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

use super::ActError;
use crate::domain::id::MailboxId;
use crate::domain::identity::{BusinessId, Hetu, OwnerIdentity};
use crate::store::StoreError;
use crate::store::mailbox::MailboxRow;
use crate::vault::{PartyKey, Place, Vault, VaultError};

/// The owner of a mailbox.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Who.
    pub identity: OwnerIdentity,
    /// The name the last login gave.
    pub name: String,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Owner")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

/// The stored form. Fields may be added, never renamed.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    identity: StoredIdentity,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum StoredIdentity {
    Person { id: String },
    Company { id: String },
    Foreign { issuer: String, subject: String },
}

impl Owner {
    /// What `mailbox.kind` holds.
    pub(crate) fn kind(&self) -> &'static str {
        match self.identity {
            OwnerIdentity::Person(_) => "person",
            OwnerIdentity::Company(_) => "company",
            OwnerIdentity::Foreign { .. } => "foreign",
        }
    }

    /// The bytes of `mailbox.owner_sealed`.
    pub(crate) fn seal(&self, key: &PartyKey, mailbox: MailboxId, rng: &dyn SecureRandom) -> Result<Vec<u8>, ActError> {
        let identity = match &self.identity {
            OwnerIdentity::Person(hetu) => StoredIdentity::Person {
                id: hetu.reveal().to_owned(),
            },
            OwnerIdentity::Company(id) => StoredIdentity::Company {
                id: id.as_str().to_owned(),
            },
            OwnerIdentity::Foreign { issuer, subject } => StoredIdentity::Foreign {
                issuer: issuer.clone(),
                subject: subject.clone(),
            },
        };
        let stored = Stored {
            identity,
            name: self.name.clone(),
        };
        let json = serde_json::to_vec(&stored).map_err(|_| VaultError::Sealed)?;
        Ok(key.seal(owner_place(mailbox.0.as_bytes()), &json, rng)?)
    }

    /// The owner of a stored mailbox, and the mailbox's key. Not found when the mailbox was erased.
    pub(crate) fn open(row: &MailboxRow, vault: &Vault) -> Result<(Self, PartyKey), ActError> {
        if row.is_erased() {
            return Err(ActError::NotFound);
        }
        let id = row.id.0.as_bytes();
        let key = vault.party(party_place(id), &row.party_key)?;
        let json = key.open(owner_place(id), &row.owner_sealed)?;
        let stored: Stored = serde_json::from_slice(&json).map_err(|_| unreadable())?;
        // Whether an artificial code was acceptable was decided when the mailbox was made.
        let identity = match stored.identity {
            StoredIdentity::Person { id } => OwnerIdentity::Person(Hetu::parse(&id, true).map_err(|_| unreadable())?),
            StoredIdentity::Company { id } => OwnerIdentity::Company(BusinessId::parse(&id).map_err(|_| unreadable())?),
            StoredIdentity::Foreign { issuer, subject } => OwnerIdentity::Foreign { issuer, subject },
        };
        Ok((
            Self {
                identity,
                name: stored.name,
            },
            key,
        ))
    }
}

/// Where a mailbox's party key lies.
pub(crate) fn party_place(mailbox: &[u8]) -> Place<'_> {
    Place::new("mailbox", "party_key", mailbox)
}

fn owner_place(mailbox: &[u8]) -> Place<'_> {
    Place::new("mailbox", "owner_sealed", mailbox)
}

fn unreadable() -> ActError {
    StoreError::Missing("mailbox owner").into()
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn an_owner_opens_for_its_mailbox_alone() {
        let rng = SystemRandom::new();
        let vault = Vault::from_base64(&Vault::generate_base64(&rng).unwrap()).unwrap();
        let owners = [
            OwnerIdentity::Person(Hetu::parse("010594Y9032", true).unwrap()),
            OwnerIdentity::Company(BusinessId::parse("1234567-1").unwrap()),
            OwnerIdentity::Foreign {
                issuer: "https://idp.example".into(),
                subject: "ES/FI/1".into(),
            },
        ];
        for identity in owners {
            let owner = Owner {
                identity,
                name: "Eino Östersund".into(),
            };
            let id = MailboxId::new("2026-03-01T10:00:00Z".parse().unwrap(), [1; 10]);
            let (key, party_key) = vault.new_party(party_place(id.0.as_bytes()), &rng).unwrap();
            let row = MailboxRow {
                id,
                kind: owner.kind().into(),
                lookup: vault.lookup(&owner.identity.lookup_text()).to_vec(),
                owner_sealed: owner.seal(&key, id, &rng).unwrap(),
                party_key,
                state: "inactive".into(),
                basis_kind: None,
                basis_event: None,
                activated_at: None,
                opt_out_until: None,
                created_at: 0,
            };
            assert_eq!(Owner::open(&row, &vault).unwrap().0, owner);
            let moved = MailboxRow {
                id: MailboxId::new("2026-03-01T10:00:00Z".parse().unwrap(), [2; 10]),
                ..row
            };
            assert!(matches!(
                Owner::open(&moved, &vault),
                Err(ActError::Vault(VaultError::Sealed))
            ));
        }
    }
}
