//! Sample data for the pages; persons and matters are invented.

mod choices;

use askama::Template as _;
use jiff::Timestamp;

use super::super::activate::ActivateTemplate;
use super::super::error::{ErrorTemplate, Kind};
use super::super::folder::FolderTemplate;
use super::super::front::FrontTemplate;
use super::super::message::{GateTemplate, MessageTemplate};
use super::super::opened::OpenedTemplate;
use super::super::openness::access_log::AccessLogTemplate;
use super::super::openness::export::ExportTemplate;
use super::super::openness::export::index::{IndexLine, IndexTemplate};
use super::super::openness::proofs::ProofsTemplate;
use super::super::page::{Page, Section};
use super::super::reply::ReplyTemplate;
use super::super::reply::form::{Kept, ReplyForm, problems};
use super::super::search::SearchTemplate;
use super::super::settings::SettingsTemplate;
use super::super::text::Text;
use crate::domain::consent::Regime;
use crate::domain::deadline::{Inputs, Outcome, RuleSets, ServiceMode, compute};
use crate::domain::id::{AttachmentId, MailboxId, MessageId, OrganisationId};
use crate::domain::mandate::AgentRole;
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Mode, ReplyDraft};
use crate::domain::name::{Language, Names};
use crate::domain::principal::{CameBy, Citizen};
use crate::evidence::record::EventType;
use crate::hub::access_log::{Access, AccessedMessage, Accessor};
use crate::hub::proofs::{DeliverySummary, Place};
use crate::hub::search::{FoundIn, FoundMessage, SearchPage};
use crate::hub::view::{
    AttachmentView, Correspondent, Folder, MailboxStatus, MessageSummary, MessageView, Page as Rows, ReplyTarget,
    SenderSetting, Standing, WaitingMessage,
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

fn found(some: bool) -> SearchPage {
    let page = rows();
    let places = [FoundIn::Inbox, FoundIn::Sent, FoundIn::Archive].into_iter().cycle();
    let rows = page.rows.into_iter().zip(places);
    SearchPage {
        rows: rows
            .filter(|_| some)
            .map(|(summary, lies)| FoundMessage { summary, lies })
            .collect(),
        next: page.next.filter(|_| some),
        incomplete: some,
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

fn accesses() -> Rows<Access> {
    let access = |event, by, role, message| Access {
        at: at("2026-11-22T15:05:09.123Z"),
        event,
        by,
        role,
        message,
    };
    let here = |title: Option<&str>| Some(AccessedMessage::Here(id(3), title.map(ToOwned::to_owned)));
    let person = |name: &str| Accessor::Person(name.to_owned());
    Rows {
        rows: vec![
            access(
                EventType::ContentHandover,
                Accessor::Owner("Helmi Östersund-Mäkelä".into()),
                None,
                here(Some("Päätös")),
            ),
            access(
                EventType::ContentAccessTracking,
                person(HOSTILE),
                Some(AgentRole::Mandate),
                here(Some(HOSTILE)),
            ),
            access(
                EventType::ConsignmentAcceptance,
                person("Eino"),
                Some(AgentRole::Guardian),
                Some(AccessedMessage::Removed),
            ),
            access(
                EventType::LateRetrieval,
                Accessor::Unnamed(None),
                Some(AgentRole::Signatory),
                here(None),
            ),
            access(
                EventType::MandateUsed,
                Accessor::Unnamed(Some("******Y9032".into())),
                None,
                None,
            ),
            access(EventType::MailboxExported, Accessor::Nobody, None, None),
            access(
                EventType::StaffAccess,
                Accessor::Authority(town().organisation),
                None,
                None,
            ),
        ],
        next: Some("a b&c".into()),
    }
}

fn deliveries() -> Rows<DeliverySummary> {
    let instant = at("2026-11-22T15:05:09.123Z");
    let day = "2026-11-29".parse().unwrap();
    let delivery = |number, title: Option<&str>, standing, place| DeliverySummary {
        id: id(number),
        correspondent: town(),
        title: title.map(ToOwned::to_owned),
        at: at("2026-11-20T10:15:00Z"),
        standing,
        deemed: Some(day),
        answered: true,
        place,
        attachments: Some(1),
    };
    Rows {
        rows: vec![
            delivery(1, None, Standing::AwaitsConfirmation(day), Place::Inbox),
            delivery(2, Some("Päätös"), Standing::Confirmed(instant), Place::Archive),
            delivery(3, Some(HOSTILE), Standing::WindowPassed(day), Place::Deleted),
            delivery(4, Some("=1+1"), Standing::ReadLate(instant), Place::Inbox),
            delivery(5, Some(""), Standing::Sent, Place::Sent),
            delivery(6, Some("a"), Standing::OnPaper(None), Place::Inbox),
            delivery(7, Some("b"), Standing::Read(instant), Place::Inbox),
            delivery(8, Some("c"), Standing::Unread, Place::Inbox),
        ],
        next: Some("a b&c".into()),
    }
}

fn index_of_export(t: Text) -> askama::Result<String> {
    let deliveries = deliveries().rows;
    let lines: Vec<_> = deliveries
        .iter()
        .map(|summary| IndexLine::new(t, summary, summary.title.is_none()))
        .collect();
    let page = IndexTemplate {
        begins: true,
        ends: true,
        ..IndexTemplate::new(t, HOSTILE, at("2026-11-22T15:05:09.123Z"), &lines)
    };
    page.render()
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
    let search = |query: &str, found| SearchTemplate {
        found,
        ..SearchTemplate::new(language, &me, query.into())
    };
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
        (
            "search",
            SearchTemplate {
                cut: true,
                paged: true,
                ..search(HOSTILE, Some(found(true)))
            }
            .render(),
        ),
        ("search-nothing", search("loma", Some(found(false))).render()),
        ("search-start", search("", None).render()),
        (
            "search-no-words",
            SearchTemplate {
                no_words: true,
                ..search("?!", None)
            }
            .render(),
        ),
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
        ("access-log", AccessLogTemplate::new(language, &me, accesses()).render()),
        (
            "access-log-empty",
            AccessLogTemplate {
                paged: true,
                ..AccessLogTemplate::new(
                    language,
                    &me,
                    Rows {
                        rows: Vec::new(),
                        next: None,
                    },
                )
            }
            .render(),
        ),
        ("proofs", ProofsTemplate::new(language, &me, deliveries()).render()),
        (
            "proofs-empty",
            ProofsTemplate {
                paged: true,
                ..ProofsTemplate::new(
                    language,
                    &me,
                    Rows {
                        rows: Vec::new(),
                        next: None,
                    },
                )
            }
            .render(),
        ),
        ("export", ExportTemplate::new(language, &me, false).render()),
        ("export-busy", ExportTemplate::new(language, &me, true).render()),
        ("export-index", index_of_export(t)),
        ("settings-paper", settings(status(false, Regime::Statutory)).render()),
    ];
    list.extend(choices::pages(language, &me));
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
