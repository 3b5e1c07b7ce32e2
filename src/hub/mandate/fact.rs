//! What evidence says of a mandate: who holds it, in which capacity, how far it reaches, and that its holder gave it up.

use jiff::Timestamp;

use super::By;
use crate::domain::id::MandateId;
use crate::domain::identity::Hetu;
use crate::domain::mandate::{AgentRole, Scope, Term};
use crate::evidence::record::{EventType, ParsedRecord, Party, Reason};
use crate::hub::event::Fact;

/// The code of the reason which says that the holder of a mandate gave it up.
const RENOUNCED: &str = "RENOUNCED";

/// The event of a mandate: the agent stands as its sender with capacity and mandate, the owner as its recipient.
pub(super) fn mandate_fact(
    event: EventType,
    now: Timestamp,
    (id, role): (MandateId, AgentRole),
    agent: &Hetu,
    by: &By,
) -> Fact<'static> {
    Fact {
        sender: Some(Party {
            identifier: agent.reveal().to_owned(),
            role: Some(role.as_str().to_owned()),
            mandate: Some(id.to_string()),
        }),
        recipient: Some(by.owner.clone()),
        actor: Some(by.actor.clone()),
        ..Fact::new(event, now)
    }
}

/// What the mandate says, for the record; nothing of it is personal.
pub(super) fn terms(scope: &Scope, term: &Term, json: &str) -> Vec<Reason> {
    let reason = |code: &str, text: String| Reason {
        code: code.to_owned(),
        text,
    };
    let scope = match scope {
        Scope::Everything => "everything".to_owned(),
        Scope::Some { .. } => json.to_owned(),
    };
    let mut reasons = vec![reason("SCOPE", scope), reason("BEGINS", term.begins.to_string())];
    reasons.extend(term.ends.map(|ends| reason("ENDS", ends.to_string())));
    reasons
}

/// The reason of a revocation by the holder.
pub(super) fn renounced() -> Reason {
    Reason {
        code: RENOUNCED.to_owned(),
        text: "The holder of the mandate gave it up.".to_owned(),
    }
}

/// Whether a record says that the holder gave the mandate up.
pub(in crate::hub) fn is_renunciation(record: &ParsedRecord) -> bool {
    record.body.reasons.iter().any(|reason| reason.code == RENOUNCED)
}
