//! Sample data for the pages; persons and matters are invented.

use askama::Template as _;
use jiff::Timestamp;

use super::super::activate::ActivateTemplate;
use super::super::contact::{CodeTemplate, ContactTemplate};
use super::super::error::{ErrorTemplate, Kind};
use super::super::folder::FolderTemplate;
use super::super::front::FrontTemplate;
use super::super::history::HistoryTemplate;
use super::super::message::{GateTemplate, MessageTemplate};
use super::super::opened::OpenedTemplate;
use super::super::page::{Page, Section};
use super::super::reply::ReplyTemplate;
use super::super::reply::form::{Kept, ReplyForm, problems};
use super::super::sender::SenderTemplate;
use super::super::settings::SettingsTemplate;
use super::super::text::Text;
use crate::domain::consent::Regime;
use crate::domain::contact::EmailAddress;
use crate::domain::deadline::{Inputs, Outcome, RuleSets, ServiceMode, compute};
use crate::domain::id::{AttachmentId, MailboxId, MessageId, OrganisationId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Mode, ReplyDraft};
use crate::domain::name::{Language, Names};
use crate::domain::principal::{CameBy, Citizen};
use crate::evidence::event_type::EventType;
use crate::hub::view::{
    AttachmentView, Contact, Correspondent, Folder, HistoryAgent, HistoryEntry, MailboxStatus, MessageSummary,
    MessageView, Page as Rows, PendingAddress, ReplyTarget, SenderSetting, SenderView, Standing, VerifiedAddress,
    WaitingMessage,
};

/// A rendered page.
pub struct Sample {
    pub name: &'static str,
    pub language: Language,
    pub html: String,
}

const HOSTILE: &str = "\"><b onclick=x><script>alert('1')</script> & päätös";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(number: i64) -> MessageId {
    MessageId::try_from(number).unwrap()
}

fn names(fi: &str, sv: &str, en: &str) -> Names {
    let [fi, sv, en] = [fi, sv, en].map(ToOwned::to_owned);
    Names { fi, sv, en }
}

fn town() -> Correspondent {
    Correspondent {
        organisation: names("Viitasaaren kaupunki", "Viitasaari stad", "Town of Viitasaari"),
        service: names("Rakennusvalvonta", "Byggnadstillsyn", "Building control"),
    }
}

fn citizen() -> Citizen {
    Citizen {
        mailbox: MailboxId::new(at("2026-01-01T00:00:00Z"), [1; 10]),
        own: MailboxId::new(at("2026-01-01T00:00:00Z"), [1; 10]),
        agency: None,
        identifier: "010594Y9021".into(),
        name: "Helmi Östersund-Mäkelä".into(),
        acr: String::new(),
        auth_time: at("2026-11-22T15:00:00Z"),
        came_by: CameBy::Session {
            id_hash: Vec::new(),
            csrf: "token-of-the-session".into(),
        },
    }
}

pub fn file(name: &str, media_type: &str) -> AttachmentView {
    AttachmentView {
        id: AttachmentId::new(at("2026-11-20T08:00:00Z"), [2; 10]),
        filename: name.into(),
        media_type: media_type.into(),
        size: 245_300,
        sha256: [0; 32],
    }
}

fn row(number: i64, title: &str, standing: Standing, attachments: Option<u16>) -> MessageSummary {
    MessageSummary {
        id: id(number),
        correspondent: town(),
        title: title.into(),
        at: at("2026-11-20T10:15:00Z"),
        mode: Mode::Ordinary,
        standing,
        attachments,
    }
}

fn rows() -> Rows<MessageSummary> {
    let day = "2026-11-29".parse().unwrap();
    let instant = at("2026-11-22T15:05:09.123Z");
    Rows {
        rows: vec![
            row(
                5,
                "Rakennuslupapäätös 2026-114",
                Standing::AwaitsConfirmation(day),
                None,
            ),
            row(4, "Kutsu rakennushankkeen aloituskokoukseen", Standing::Unread, Some(2)),
            row(3, "Päätös poikkeamisluvasta", Standing::Confirmed(instant), Some(1)),
            row(2, HOSTILE, Standing::WindowPassed(day), None),
            row(1, "Muistutus nuohouksesta", Standing::ReadLate(instant), Some(0)),
            row(6, "Loka-auton kulku Keskitiellä", Standing::Read(instant), Some(1)),
        ],
        next: Some("a b&c".into()),
    }
}

fn outcome(mode: ServiceMode, confirmed: Option<Timestamp>) -> Outcome {
    let inputs = Inputs {
        mode,
        available_at: at("2026-11-20T10:15:00Z"),
        notified_at: None,
        confirmed_at: confirmed,
        opened_at: confirmed,
        period: None,
        now: at("2026-12-20T10:15:00Z"),
    };
    let rules = RuleSets::embedded();
    compute(rules.current(mode, inputs.available_at).unwrap(), &inputs).unwrap()
}

fn message(title: &str, standing: Standing) -> MessageView {
    MessageView {
        id: id(3),
        correspondent: town(),
        title: title.into(),
        body: "# Päätös\n\nRakennusvalvonta on myöntänyt luvan. **Lue liitteenä oleva päätös.**\n\n- Päätös annettu 20.11.2026\n- \
               Lupa on voimassa kolme vuotta\n\n[Ohjeita](https://www.viitasaari.fi/) [x](javascript:x) <script>"
            .into(),
        body_format: BodyFormat::Markdown,
        at: at("2026-11-20T10:15:00Z"),
        mode: Mode::Verifiable,
        standing,
        attachments: vec![
            file("Rakennuslupapäätös 2026-114.pdf", "application/pdf"),
            file("<script>\u{202e}fdp.png", "image/png"),
        ],
        reply_allowed: true,
        reply_needs_use: false,
        reply_to: None,
        deadline: None,
    }
}

fn status(active: bool, regime: Regime) -> MailboxStatus {
    let sender = |n: u8, requires_consent, choice: Option<&str>, can_send| SenderSetting {
        id: OrganisationId::new(at("2026-01-01T00:00:00Z"), [n; 10]),
        names: town().organisation,
        requires_consent,
        refusable: true,
        choice: choice.map(ToOwned::to_owned),
        chosen_at: choice.map(|_| at("2026-11-01T07:00:00Z")),
        can_send,
    };
    MailboxStatus {
        active,
        regime,
        activated_at: Some(at("2026-10-01T07:00:00Z")),
        basis: Some("consent".into()),
        opt_out_until: (!active).then(|| at("2027-05-22T07:00:00Z")),
        asks_address: true,
        sends_mail: true,
        needs_address: !active,
        decides: true,
        senders: vec![
            sender(1, true, None, false),
            sender(2, false, None, true),
            sender(3, true, Some("given"), true),
            sender(4, false, Some("refused"), false),
        ],
    }
}

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
        agent: agent.map(|name| HistoryAgent {
            name: name.map(ToOwned::to_owned),
            role: Some("guardian".into()),
        }),
        index: Some(7),
    };
    let hostile = || Some(names(HOSTILE, HOSTILE, HOSTILE));
    let town = || Some(town().organisation);
    Rows {
        rows: vec![
            entry(MandateRevoked, None, None),
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
fn choices(language: Language, me: &Citizen) -> Vec<(&'static str, askama::Result<String>)> {
    let contact_page = |contact, activating| ContactTemplate::new(language, me, contact, activating);
    let code = |activating| CodeTemplate::new(language, me, pending(), activating);
    let history_page = |rows, paged| HistoryTemplate::new(language, me, rows, paged).render();
    let empty = Rows {
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

/// Every page in every language.
pub fn pages() -> Vec<Sample> {
    Language::ALL.into_iter().flat_map(in_language).collect()
}

fn in_language(language: Language) -> Vec<Sample> {
    let (t, me) = (Text::new(language), citizen());
    let page = || Page::of(&me, Section::Inbox);
    let confirmed = at("2026-11-22T15:05:09.123Z");
    let gate = |title: &str, window_passed| GateTemplate {
        t,
        page: page(),
        message: WaitingMessage {
            id: id(5),
            correspondent: town(),
            title: title.into(),
            at: at("2026-11-20T10:15:00Z"),
            confirm_by: "2026-11-29".parse().unwrap(),
            window_passed,
        },
    };
    let show = |message, just_sent| MessageTemplate::new(language, &me, message, just_sent).render();
    let with_deadline = |standing, deadline| MessageView {
        deadline: Some(deadline),
        ..message("Rakennuslupapäätös 2026-114", standing)
    };
    let original = message("Kutsu aloituskokoukseen", Standing::Read(confirmed));
    let target = ReplyTarget {
        id: original.id,
        correspondent: original.correspondent.clone(),
        title: original.title.clone(),
    };
    let reply = |form| ReplyTemplate::new(language, &me, &target, form).render();
    let mut wrong = ReplyForm {
        body: HOSTILE.into(),
        kept: vec![Kept {
            id: "018f3b2e-0000-7000-8000-000000000001".into(),
            name: HOSTILE.into(),
        }],
        ..ReplyForm::default()
    };
    wrong.problems = problems(t, &ReplyDraft::parse("", "x", &["x", "y"]).unwrap_err());
    let activate = |status, unticked| ActivateTemplate::new(language, &me, &status, unticked).render();
    let settings = |status| SettingsTemplate::new(language, &me, status, confirmed, 6);
    let folder = |folder, rows| FolderTemplate::new(language, &me, folder, rows);
    let empty = || Rows {
        rows: Vec::new(),
        next: None,
    };
    let front = |statutory| FrontTemplate {
        t,
        page: Page::public(),
        statutory,
        paper_months: 6,
    };
    let opened = OpenedTemplate::new(language, &me, confirmed, (confirmed, 6), "/messages/5?a=\"b\"".into());
    let newcomer = MailboxStatus {
        opt_out_until: None,
        ..status(false, Regime::Statutory)
    };
    let unread = Standing::Read(confirmed);
    let mut list = vec![
        ("front", front(false).render()),
        ("front-statutory", front(true).render()),
        ("opened", opened.render()),
        ("activate", activate(status(false, Regime::Consent), false)),
        ("activate-unticked", activate(status(false, Regime::Consent), true)),
        ("activate-statutory", activate(status(false, Regime::Statutory), false)),
        ("activate-statutory-new", activate(newcomer, false)),
        ("activate-already", activate(status(true, Regime::Consent), false)),
        ("inbox", folder(Folder::Inbox, rows()).render()),
        (
            "inbox-empty",
            FolderTemplate {
                active: false,
                needs_address: true,
                activated: true,
                paged: true,
                ..folder(Folder::Inbox, empty())
            }
            .render(),
        ),
        ("sent", folder(Folder::Sent, empty()).render()),
        ("gate", gate("Rakennuslupapäätös 2026-114", false).render()),
        ("gate-passed", gate(HOSTILE, true).render()),
        (
            "message",
            show(
                with_deadline(
                    Standing::Confirmed(confirmed),
                    outcome(ServiceMode::Verifiable, Some(confirmed)),
                ),
                false,
            ),
        ),
        (
            "message-late",
            show(
                with_deadline(
                    Standing::ReadLate(at("2026-12-15T10:00:00Z")),
                    outcome(ServiceMode::Verifiable, Some(at("2026-12-15T10:00:00Z"))),
                ),
                false,
            ),
        ),
        (
            "message-ordinary",
            show(with_deadline(unread, outcome(ServiceMode::Ordinary, None)), false),
        ),
        (
            "sent-message",
            show(
                MessageView {
                    reply_to: Some(id(2)),
                    reply_allowed: false,
                    reply_needs_use: true,
                    ..message(HOSTILE, Standing::Sent)
                },
                true,
            ),
        ),
        ("reply", reply(ReplyForm::prefilled(t, "Kutsu aloituskokoukseen"))),
        ("reply-wrong", reply(wrong)),
        (
            "settings",
            SettingsTemplate {
                done: Some("done-choice"),
                ..settings(status(true, Regime::Consent))
            }
            .render(),
        ),
        ("settings-statutory", settings(status(true, Regime::Statutory)).render()),
        ("settings-paper", settings(status(false, Regime::Statutory)).render()),
    ];
    list.extend(choices(language, &me));
    let errors = [
        "error-invalid",
        "error-login",
        "error-forbidden",
        "error-unused",
        "error-missing",
        "error-large",
        "error-busy",
        "error-unknown",
        "error-internal",
        "error-session",
        "error-form",
        "login-outdated",
        "login-elsewhere",
        "login-cancelled",
        "login-weak",
        "login-failed",
    ];
    list.extend(
        errors
            .into_iter()
            .zip(Kind::ALL)
            .map(|(name, kind)| (name, ErrorTemplate::new(kind, language).render())),
    );
    let finish = |(name, html): (&'static str, askama::Result<String>)| Sample {
        name,
        language,
        html: html.unwrap(),
    };
    list.into_iter().map(finish).collect()
}
