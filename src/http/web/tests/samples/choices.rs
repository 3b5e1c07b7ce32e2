//! Sample data for the pages of address, history and authorities.

use askama::Template as _;

use super::super::super::contact::{CodeTemplate, ContactTemplate};
use super::super::super::history::HistoryTemplate;
use super::super::super::sender::SenderTemplate;
use super::{HOSTILE, at, names, status, town};
use crate::domain::consent::Regime;
use crate::domain::contact::EmailAddress;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::evidence::event_type::EventType;
use crate::http::web::text::Text;
use crate::hub::view::{
    Contact, HistoryAgent, HistoryEntry, MailboxStatus, Page as Rows, PendingAddress, SenderView, VerifiedAddress,
};

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn pending() -> PendingAddress {
    PendingAddress {
        address: address("helmi.ostersund-makela@posti.example"),
        expires_at: at("2026-11-22T15:35:00Z"),
        attempts_left: 4,
    }
}

fn contact() -> Contact {
    Contact {
        verified: Some(VerifiedAddress {
            address: address("helmi@posti.example"),
            language: Language::Sv,
            at: at("2026-10-01T07:00:00Z"),
        }),
        pending: Some(pending()),
    }
}

/// Every kind of choice, some by an agent, one of a hostile name.
fn history() -> Rows<HistoryEntry> {
    use EventType::{
        ConsentGiven, ConsentWithdrawn, ContactVerified, MailboxActivated, MailboxDeactivated, MandateGranted,
        MandateRevoked, OptOut, SenderAllowed, SenderRefused,
    };
    let entry = |event, organisation, agent: Option<Option<&str>>| HistoryEntry {
        event,
        at: at("2026-11-22T15:05:09.123Z"),
        organisation,
        until: (event == OptOut).then(|| at("2027-05-22T15:05:09Z")),
        renounced: false,
        agent: agent.map(|name| HistoryAgent {
            name: name.map(ToOwned::to_owned),
            role: Some("guardian".into()),
        }),
        index: Some(7),
    };
    let hostile = || Some(names(HOSTILE, HOSTILE, HOSTILE));
    let town = || Some(town().organisation);
    Rows {
        previous: None,
        rows: vec![
            entry(MandateRevoked, None, None),
            HistoryEntry {
                renounced: true,
                ..entry(MandateRevoked, None, Some(Some(HOSTILE)))
            },
            entry(MandateGranted, None, None),
            entry(MailboxDeactivated, None, None),
            entry(OptOut, None, None),
            entry(ConsentWithdrawn, None, Some(Some(HOSTILE))),
            entry(ConsentWithdrawn, town(), Some(None)),
            entry(SenderAllowed, hostile(), None),
            entry(SenderRefused, town(), None),
            entry(ConsentGiven, town(), None),
            entry(MailboxActivated, None, None),
            entry(ConsentGiven, None, None),
            entry(ContactVerified, None, None),
        ],
        next: Some("a b&c".into()),
    }
}

fn sender_view(of: &MailboxStatus, index: usize, active: bool) -> SenderView {
    SenderView {
        setting: of.senders[index].clone(),
        business_id: "0208573-0".into(),
        services: vec![town().service, names(HOSTILE, HOSTILE, HOSTILE)],
        consents_asked: of.regime == Regime::Consent,
        active,
    }
}

/// The pages of address, history and authorities.
pub(super) fn pages(language: Language, me: &Citizen) -> Vec<(&'static str, askama::Result<String>)> {
    let contact_page = |contact, activating| ContactTemplate::new(language, me, contact, activating);
    let code = |activating| CodeTemplate::new(language, me, pending(), activating);
    let history_page = |rows, paged| HistoryTemplate::new(language, me, rows, paged).render();
    let empty = Rows {
        previous: None,
        rows: Vec::new(),
        next: None,
    };
    let consent = status(true, Regime::Consent);
    let sender =
        |index, active, done| SenderTemplate::new(language, me, sender_view(&consent, index, active), done).render();
    vec![
        ("contact-new", contact_page(Contact::default(), true).render()),
        (
            "contact-wrong",
            ContactTemplate {
                typed: HOSTILE.into(),
                problem: Some("contact-bad-address"),
                ..contact_page(Contact::default(), true)
            }
            .render(),
        ),
        (
            "contact",
            ContactTemplate {
                done: Some("contact-done-verified"),
                ..contact_page(contact(), false)
            }
            .render(),
        ),
        ("contact-code", code(true).render()),
        (
            "contact-code-wrong",
            CodeTemplate {
                problem: Some(Text::new(language).count("contact-code-wrong", 4)),
                ..code(false)
            }
            .render(),
        ),
        ("history", history_page(history(), true)),
        ("history-empty", history_page(empty, false)),
        ("sender", sender(0, true, false)),
        ("sender-given", sender(2, true, true)),
        ("sender-refused", sender(3, false, false)),
    ]
}
