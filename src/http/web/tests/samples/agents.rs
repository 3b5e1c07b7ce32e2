//! Sample data for the pages of mandates, of acting for another and of sessions.

use askama::Template as _;
use jiff::Timestamp;

use super::super::super::acting::ActingTemplate;
use super::super::super::folder::FolderTemplate;
use super::super::super::mandates::renounce::RenounceTemplate;
use super::super::super::mandates::{GrantTemplate, MandatesTemplate, problems as grant_problems};
use super::super::super::sessions::SessionsTemplate;
use super::super::super::text::Text;
use super::{HOSTILE, at, citizen, names, rows, town};
use crate::domain::browser::Browser;
use crate::domain::id::{MandateId, OrganisationId};
use crate::domain::mandate::{Agency, AgentRole, Grant, GrantForm, Scope, Term, today};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::hub::acting::{MandateChoice, MandateChoices, Person};
use crate::hub::mandate::{GrantedMandates, MandateView, ScopeChoices, ScopeView};
use crate::hub::session::SessionView;
use crate::hub::view::Folder;

/// The pages of mandates, of acting for another and of sessions.
pub(super) fn pages(language: Language) -> Vec<(&'static str, askama::Result<String>)> {
    let (t, me, now) = (Text::new(language), citizen(), at("2026-11-22T15:05:09.123Z"));
    let acting = Citizen {
        agency: Some(Agency {
            mandate: "1".into(),
            role: AgentRole::Mandate,
            scope: Scope::Everything,
            owner_name: HOSTILE.into(),
        }),
        ..citizen()
    };
    let person = Person::without_session(me.clone());
    let limited = || ScopeView {
        everything: false,
        organisations: vec![town().organisation],
        topics: vec![names("Asuminen", "Boende", "Housing")],
    };
    let choice = |name: &str, role, current| MandateChoice {
        key: "key".into(),
        owner_name: name.into(),
        role,
        scope: limited(),
        ends: Some(at("2026-12-31T22:00:00Z")),
        current,
        renounceable: role == AgentRole::Mandate,
    };
    let choices = |held| MandateChoices { held, incomplete: true };
    let both = || {
        vec![
            choice("Laineen Puu Oy", AgentRole::Signatory, true),
            choice(HOSTILE, AgentRole::Guardian, false),
            choice(HOSTILE, AgentRole::Mandate, false),
        ]
    };
    let granted = |number: u8, role, ends: Option<&str>, revoked: Option<Timestamp>| MandateView {
        id: MandateId::new(now, [number; 10]),
        name: HOSTILE.into(),
        role,
        scope: limited(),
        term: Term {
            begins: at("2026-12-01T22:00:00Z"),
            ends: ends.map(at),
        },
        revoked_at: revoked,
    };
    let mandates = GrantedMandates {
        in_force: vec![
            granted(1, AgentRole::Mandate, None, None),
            granted(2, AgentRole::Guardian, Some("2027-12-01T22:00:00Z"), None),
        ],
        ended: vec![
            granted(3, AgentRole::Mandate, None, Some(now)),
            granted(4, AgentRole::Mandate, Some("2026-10-01T21:00:00Z"), None),
        ],
    };
    let none = GrantedMandates {
        in_force: Vec::new(),
        ended: Vec::new(),
    };
    let scopes = ScopeChoices {
        organisations: vec![(OrganisationId::new(now, [1; 10]), town().organisation)],
        topics: vec![("housing".into(), names("Asuminen", "Boende", "Housing"))],
    };
    let form = GrantForm {
        agent: HOSTILE.into(),
        scope: "some".into(),
        begins: "x".into(),
        until: "x".into(),
        ..GrantForm::default()
    };
    let wrong = grant_problems(t, &Grant::parse(&form, true, today(now)).unwrap_err());
    let session = |browser: &str, current| SessionView {
        key: "key".into(),
        began: now,
        seen: now,
        browser: Browser::of(browser),
        current,
    };
    let sessions = vec![session("Firefox/128.0 Windows", true), session("", false)];
    let done = |page: ActingTemplate| ActingTemplate {
        ended: true,
        renounced: true,
        ..page
    };
    vec![
        (
            "acting",
            ActingTemplate::new(language, &person, choices(both()), "/messages/5?a=\"b\"".into()).render(),
        ),
        (
            "acting-ended",
            done(ActingTemplate::new(
                language,
                &person,
                choices(Vec::new()),
                "/inbox".into(),
            ))
            .render(),
        ),
        (
            "mandates",
            MandatesTemplate::new(language, &me, &mandates, Some(choices(both())), now).render(),
        ),
        (
            "mandates-none",
            MandatesTemplate::new(language, &acting, &none, None, now).render(),
        ),
        (
            "renounce",
            RenounceTemplate::new(language, &person, choice(HOSTILE, AgentRole::Mandate, true)).render(),
        ),
        (
            "grant",
            GrantTemplate::new(language, &me, &scopes, GrantForm::default(), Vec::new()).render(),
        ),
        (
            "grant-wrong",
            GrantTemplate::new(language, &me, &scopes, form, wrong).render(),
        ),
        ("sessions", SessionsTemplate::new(language, &person, sessions).render()),
        (
            "sessions-one",
            SessionsTemplate::new(language, &person, vec![session("", true)]).render(),
        ),
        (
            "inbox-of-another",
            FolderTemplate::new(language, &acting, Folder::Inbox, rows()).render(),
        ),
    ]
}
