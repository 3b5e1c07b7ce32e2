//! Which rows of the list of keys the key in use is bound to: each announced by another of them, in words that both signed.
//!
//! The list lies in the database, and who writes there need not have a key. So a row counts only when a chain of announcements leads to it from the
//! key that this process holds: nobody without a key of the hub can add one, nor certificates to one.

use super::{KeyKind, identity};
use crate::evidence::announcement::{AnnouncedKey, Announcement, chain_sha256, log_keys, seal_key};
use crate::evidence::record::ParsedRecord;
use crate::evidence::seal::{SealPublic, verify_seal};
use crate::hub::ActError;
use crate::store::evidence_key::EvidenceKeyRow;

/// The rows of one kind, in their order, `used` being the public half of the key in use; none where the list does not hold that one.
///
/// # Errors
/// [`ActError::Evidence`] when a row is bound to none of the others: the list was written by somebody else.
pub(super) fn linked<'r>(
    rows: &'r [EvidenceKeyRow],
    kind: KeyKind,
    used: &str,
) -> Result<Vec<&'r EvidenceKeyRow>, ActError> {
    let own: Vec<_> = rows.iter().filter(|row| row.kind == kind.as_str()).collect();
    let mut bound = Vec::new();
    for row in &own {
        bound.push(identity(kind, &row.public)? == identity(kind, used)?);
    }
    if !bound.contains(&true) {
        return Ok(Vec::new());
    }
    let mut links = Vec::new();
    for (from, old) in own.iter().enumerate() {
        for (to, new) in own.iter().enumerate().skip(from + 1) {
            if announces(kind, old, new).is_some() {
                links.push((from, to));
            }
        }
    }
    for _ in &own {
        for &(from, to) in &links {
            let either = bound[from] || bound[to];
            (bound[from], bound[to]) = (either, either);
        }
    }
    match bound.contains(&false) {
        true => Err(changed(kind)),
        false => Ok(own),
    }
}

/// Whether the record of `new` announces it as the one that follows `old`.
fn announces(kind: KeyKind, old: &EvidenceKeyRow, new: &EvidenceKeyRow) -> Option<()> {
    let seal = new.record_jws.as_deref()?;
    let record = ParsedRecord::parse(&crate::evidence::seal::sealed_bytes(seal)?).ok()?;
    let same = |one: &str, other: &str| Some(identity(kind, one).ok()? == identity(kind, other).ok()?);
    let holds = match (kind, Announcement::read(&record)?.key) {
        (KeyKind::Log, AnnouncedKey::Log { note }) => {
            let (from, to) = log_keys(&note)?;
            same(&from.to_string(), &old.public)? && same(&to.to_string(), &new.public)?
        }
        (
            KeyKind::Seal,
            AnnouncedKey::Seal {
                replaced,
                chain,
                by_new,
                replaced_chain,
            },
        ) => {
            let signer = SealPublic::from_pem_chain(&old.public).ok()?.into_iter().next()?;
            verify_seal(seal, std::slice::from_ref(&signer)).ok()?;
            let follows = seal_key(&replaced, &chain, &by_new)?;
            replaced == signer.kid()
                && replaced_chain == chain_sha256(&old.public)
                && chain == new.public
                && follows.kid() == identity(kind, &new.public).ok()?
        }
        _ => false,
    };
    holds.then_some(())
}

fn changed(kind: KeyKind) -> ActError {
    let problem = format!(
        "the database lists a key of the {} that no key of this hub announced: somebody else wrote it there. Restore a backup from before, and find \
         out who writes to the database",
        kind.as_str()
    );
    ActError::Evidence(problem.into())
}
