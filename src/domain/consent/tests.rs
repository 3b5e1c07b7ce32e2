//! Who can be reached, row by row.

use super::*;
use crate::domain::consent::Choice::{Given, Refused, Withdrawn};
use crate::domain::consent::Regime::{Consent, Statutory};

const NOW: &str = "2026-06-01T00:00:00Z";

fn event(n: u8) -> EventId {
    EventId::new(NOW.parse().unwrap(), [n; 10])
}

const OPENING: u8 = 1;
const CHOICE: u8 = 2;

fn decide(
    regime: Regime,
    kind: BasisKind,
    requires: bool,
    refusable: bool,
    choice: Option<Choice>,
) -> Result<u8, NotReachable> {
    let basis = Basis {
        kind,
        reference: event(OPENING),
    };
    let mailbox = MailboxFacts {
        state: MailboxState::Active,
        basis: Some(basis),
        opt_out_until: None,
    };
    let choice = choice.map(|choice| OrganisationChoice {
        choice,
        event: event(CHOICE),
    });
    let organisation = OrganisationFacts {
        requires_consent: requires,
        refusable,
        choice,
    };
    let found = reachability(regime, &mailbox, &organisation, NOW.parse().unwrap())?;
    assert_eq!(found.kind, kind);
    Ok(if found.reference == event(OPENING) {
        OPENING
    } else {
        CHOICE
    })
}

#[test]
fn choices_in_both_regimes() {
    use BasisKind::{Consent as Consented, StatutoryAccount};
    use NotReachable as No;
    // regime, basis, requires consent, refusable, choice, outcome
    let table = [
        (Consent, Consented, false, false, None, Ok(OPENING)),
        (Consent, Consented, false, true, Some(Given), Ok(OPENING)),
        (Consent, Consented, true, true, None, Err(No::NoConsentToOrganisation)),
        (Consent, Consented, true, true, Some(Given), Ok(CHOICE)),
        (
            Consent,
            Consented,
            true,
            true,
            Some(Withdrawn),
            Err(No::ConsentWithdrawn),
        ),
        (
            Consent,
            Consented,
            false,
            true,
            Some(Withdrawn),
            Err(No::ConsentWithdrawn),
        ),
        (Consent, Consented, false, true, Some(Refused), Err(No::Refused)),
        (Consent, Consented, true, true, Some(Refused), Err(No::Refused)),
        (Consent, Consented, false, false, Some(Refused), Ok(OPENING)),
        (
            Consent,
            Consented,
            true,
            false,
            Some(Refused),
            Err(No::NoConsentToOrganisation),
        ),
        (Consent, StatutoryAccount, false, true, None, Err(No::NoConsent)),
        (Statutory, StatutoryAccount, false, true, None, Ok(OPENING)),
        (Statutory, StatutoryAccount, true, true, None, Ok(OPENING)),
        (Statutory, StatutoryAccount, true, true, Some(Withdrawn), Ok(OPENING)),
        (
            Statutory,
            StatutoryAccount,
            false,
            true,
            Some(Refused),
            Err(No::Refused),
        ),
        (Statutory, StatutoryAccount, false, false, Some(Refused), Ok(OPENING)),
        (Statutory, Consented, true, true, Some(Given), Ok(OPENING)),
    ];
    for row @ (regime, kind, requires, refusable, choice, expected) in table {
        assert_eq!(decide(regime, kind, requires, refusable, choice), expected, "{row:?}");
    }
}

#[test]
fn closed_mailboxes_and_opt_outs() {
    let now: Timestamp = NOW.parse().unwrap();
    let microsecond = jiff::SignedDuration::from_micros(1);
    let open = MailboxFacts {
        state: MailboxState::Active,
        basis: Some(Basis {
            kind: BasisKind::Consent,
            reference: event(OPENING),
        }),
        opt_out_until: None,
    };
    let town = OrganisationFacts {
        requires_consent: false,
        refusable: true,
        choice: None,
    };
    for regime in [Consent, Statutory] {
        let decide = |mailbox| reachability(regime, &mailbox, &town, now).map(|basis| basis.reference);
        assert_eq!(decide(open), Ok(event(OPENING)));
        assert_eq!(
            decide(MailboxFacts {
                state: MailboxState::Inactive,
                ..open
            }),
            Err(NotReachable::Inactive)
        );
        assert_eq!(
            decide(MailboxFacts { basis: None, ..open }),
            Err(NotReachable::Inactive)
        );
        let until = |until| MailboxFacts {
            opt_out_until: Some(until),
            ..open
        };
        assert_eq!(decide(until(now + microsecond)), Err(NotReachable::OptedOut));
        assert_eq!(decide(until(now)), Ok(event(OPENING)));
    }
}
