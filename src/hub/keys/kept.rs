//! The first key of each kind, kept in the second place: so that a database from before any key was announced is told from one that never had another.

use super::{KeyKind, identity};
use crate::hub::{ActError, Hub};

/// The first keys, each by the name that tells it from others; none of a kind of which no other was ever announced.
#[derive(Debug, Default)]
pub(in crate::hub) struct FirstKeys {
    log: Option<String>,
    seal: Option<String>,
}

impl FirstKeys {
    pub(super) const fn of(&self, kind: KeyKind) -> Option<&String> {
        match kind {
            KeyKind::Log => self.log.as_ref(),
            KeyKind::Seal => self.seal.as_ref(),
        }
    }
}

/// The name in the object store.
fn name(kind: KeyKind) -> String {
    format!("log/key/{}", kind.as_str())
}

impl Hub {
    /// The first keys, as the second place has them.
    pub(in crate::hub) async fn first_keys(&self) -> Result<FirstKeys, ActError> {
        let kept = async |kind| -> Result<Option<String>, ActError> {
            let kept = self.objects.read_named(&name(kind)).await?;
            Ok(kept.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        };
        Ok(FirstKeys {
            log: kept(KeyKind::Log).await?,
            seal: kept(KeyKind::Seal).await?,
        })
    }

    /// Keeps the first keys of the list there. May be repeated.
    pub(in crate::hub) async fn keep_first_keys(&self) -> Result<(), ActError> {
        let rows = self.db.read().await?.list_evidence_keys().await?;
        for kind in [KeyKind::Log, KeyKind::Seal] {
            if let Some(first) = rows.iter().find(|row| row.kind == kind.as_str()) {
                let identity = identity(kind, &first.public)?;
                self.objects.put_once(&name(kind), identity.as_bytes()).await?;
            }
        }
        Ok(())
    }
}
