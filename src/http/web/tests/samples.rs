//! Sample data for the pages; persons and matters are invented.

mod choices;

use askama::Template as _;
use axum::extract::Query;
use jiff::Timestamp;

use super::super::acting::ActingTemplate;
use super::super::activate::ActivateTemplate;
use super::super::deliberate::ArrivalTemplate;
use super::super::draft::DraftTemplate;
use super::super::draft::form::problems;
use super::super::drafts::{DraftsTemplate, reply_title};
use super::super::error::{ErrorTemplate, Kind};
use super::super::filing::Notice;
use super::super::folder::FolderTemplate;
use super::super::front::FrontTemplate;
use super::super::mandates::{GrantTemplate, MandatesTemplate, problems as grant_problems};
use super::super::message::{GateTemplate, MessageTemplate};
use super::super::opened::OpenedTemplate;
use super::super::openness::access_log::AccessLogTemplate;
use super::super::openness::export::ExportTemplate;
use super::super::openness::export::index::{IndexLine, IndexTemplate};
use super::super::openness::proofs::ProofsTemplate;
use super::super::page::{Page, Section};
use super::super::search::SearchTemplate;
use super::super::sessions::SessionsTemplate;
use super::super::settings::SettingsTemplate;
use super::super::text::Text;
use super::super::thread::ThreadTemplate;
use super::super::write::WriteTemplate;
use crate::domain::browser::Browser;
use crate::domain::consent::Regime;
use crate::domain::deadline::{Inputs, Outcome, RuleSets, ServiceMode, compute};
use crate::domain::id::{AttachmentId, DraftId, MailboxId, MandateId, MessageId, OrganisationId, ServiceId};
use crate::domain::mandate::{Agency, AgentRole, Grant, GrantForm, Scope, Term, today};
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Mode, Written};
use crate::domain::name::{Language, Names};
use crate::domain::principal::{CameBy, Citizen};
use crate::evidence::record::EventType;
use crate::hub::access_log::{Access, AccessedMessage, Accessor};
use crate::hub::acting::{MandateChoice, MandateChoices, Person};
use crate::hub::directory::Wanted;
use crate::hub::draft::DraftText;
use crate::hub::mandate::{GrantedMandates, MandateView, ScopeChoices, ScopeView};
use crate::hub::proofs::DeliverySummary;
use crate::hub::search::{FoundIn, FoundMessage, SearchPage};
use crate::hub::session::SessionView;
use crate::hub::view::{
    AttachmentView, Correspondent, Directory, DraftSummary, DraftView, Folder, Hindrance, MailboxStatus,
    MessageSummary, MessageView, Page as Rows, ReceiptView, SenderSetting, ServiceToWriteTo, Standing, WaitingMessage,
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
        auth_time: Some(at("2026-11-22T15:00:00Z")),
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
        title: Some(title.into()),
        at: at("2026-11-20T10:15:00Z"),
        mode: Mode::Ordinary,
        standing,
        attachments,
        last_day: None,
        folder: Folder::Inbox,
        removed_on: None,
    }
}

fn rows() -> Rows<MessageSummary> {
    let day = "2026-11-29".parse().unwrap();
    let instant = at("2026-11-22T15:05:09.123Z");
    let hidden = MessageSummary {
        title: None,
        ..row(8, "", Standing::AwaitsConfirmation(day), None)
    };
    let sent = MessageSummary {
        folder: Folder::Deleted,
        removed_on: Some(instant),
        ..row(7, HOSTILE, Standing::Sent, Some(1))
    };
    let served = MessageSummary {
        last_day: Some(day),
        ..row(3, "Päätös poikkeamisluvasta", Standing::Confirmed(instant), Some(1))
    };
    Rows {
        rows: vec![
            hidden,
            sent,
            served,
            row(
                5,
                "Rakennuslupapäätös 2026-114",
                Standing::AwaitsConfirmation(day),
                None,
            ),
            row(4, "Kutsu rakennushankkeen aloituskokoukseen", Standing::Unread, Some(2)),
            row(2, HOSTILE, Standing::WindowPassed(day), None),
            row(1, "Muistutus nuohouksesta", Standing::ReadLate(instant), Some(0)),
            row(6, "Loka-auton kulku Keskitiellä", Standing::Read(instant), Some(1)),
        ],
        previous: Some("d e&f".into()),
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
        receipt: None,
        deadline: None,
        folder: Folder::Inbox,
        removed_on: None,
        thread: rows(),
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
        senders: vec![
            sender(1, true, None, false),
            sender(2, false, None, true),
            sender(3, true, Some("given"), true),
            sender(4, false, Some("refused"), false),
        ],
    }
}

fn written(title: &str, body: &str, hindrance: Option<Hindrance>) -> DraftView {
    DraftView {
        id: DraftId::new(at("2026-11-22T15:00:00Z"), [4; 10]),
        correspondent: town(),
        reply_to: Some(id(3)),
        text: DraftText {
            title: title.into(),
            body: body.into(),
        },
        files: message("", Standing::Unread).attachments,
        saved_at: at("2026-11-22T15:05:09Z"),
        hindrance,
        sent: None,
    }
}

fn begun(title: &str) -> DraftSummary {
    DraftSummary {
        id: DraftId::new(at("2026-11-22T15:00:00Z"), [4; 10]),
        correspondent: town(),
        is_reply: true,
        title: title.into(),
        saved_at: at("2026-11-22T15:05:09Z"),
    }
}

fn directory(services: u8) -> Directory {
    let organisation = OrganisationId::new(at("2026-01-01T00:00:00Z"), [1; 10]);
    let service = |number| ServiceToWriteTo {
        id: ServiceId::new(at("2026-01-01T00:00:00Z"), [number; 10]),
        organisation,
        correspondent: Correspondent {
            service: names(HOSTILE, HOSTILE, HOSTILE),
            ..town()
        },
        topics: Vec::new(),
    };
    Directory {
        services: (0..services).map(service).collect(),
        more: services > 0,
        topics: vec![("housing".into(), names("Asuminen", "Boende", "Housing"))],
        authorities: vec![(organisation, town().organisation)],
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
        previous: None,
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
    let delivery = |number, title: Option<&str>, standing, folder| DeliverySummary {
        id: id(number),
        correspondent: town(),
        title: title.map(ToOwned::to_owned),
        at: at("2026-11-20T10:15:00Z"),
        standing,
        deemed: Some(day),
        answered: true,
        folder,
        attachments: Some(1),
    };
    Rows {
        previous: None,
        rows: vec![
            delivery(1, None, Standing::AwaitsConfirmation(day), Folder::Inbox),
            delivery(2, Some("Päätös"), Standing::Confirmed(instant), Folder::Archive),
            delivery(3, Some(HOSTILE), Standing::WindowPassed(day), Folder::Deleted),
            delivery(4, Some("=1+1"), Standing::ReadLate(instant), Folder::Inbox),
            delivery(5, Some("\u{200b} "), Standing::Sent, Folder::Sent),
            delivery(6, Some("a"), Standing::OnPaper(None), Folder::Inbox),
            delivery(7, Some("b"), Standing::Read(instant), Folder::Inbox),
            delivery(8, Some("c"), Standing::Unread, Folder::Inbox),
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

/// The pages of mandates, of acting for another and of sessions.
fn agents(language: Language) -> Vec<(&'static str, askama::Result<String>)> {
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
    };
    let choices = |held| MandateChoices { held, incomplete: true };
    let both = || {
        vec![
            choice("Laineen Puu Oy", AgentRole::Signatory, true),
            choice(HOSTILE, AgentRole::Guardian, false),
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
    let done = |page: ActingTemplate| ActingTemplate { ended: true, ..page };
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

/// Every page in every language.
pub fn pages() -> Vec<Sample> {
    Language::ALL.into_iter().flat_map(in_language).collect()
}

fn in_language(language: Language) -> Vec<Sample> {
    let (t, me) = (Text::new(language), citizen());
    let page = || Page::of(&me, Section::Inbox);
    let confirmed = at("2026-11-22T15:05:09.123Z");
    let gate = |title: Option<&str>, window_passed, login_too_old| GateTemplate {
        t,
        page: page(),
        message: WaitingMessage {
            id: id(5),
            correspondent: town(),
            title: title.map(ToOwned::to_owned),
            at: at("2026-11-20T10:15:00Z"),
            confirm_by: "2026-11-29".parse().unwrap(),
            window_passed,
            login_too_old,
        },
    };
    let show = |message, just_sent| MessageTemplate::new(language, &me, message, just_sent).render();
    let with_deadline = |standing, deadline| MessageView {
        deadline: Some(deadline),
        ..message("Rakennuslupapäätös 2026-114", standing)
    };
    let draft = |it: DraftView| DraftTemplate::new(language, &me, it);
    let wrong = DraftTemplate {
        problems: problems(t, &Written::parse("", &"x".repeat(40_001)).unwrap_err()),
        ..draft(written(HOSTILE, HOSTILE, Some(Hindrance::NotTaken)))
    };
    let drafts = |drafts| DraftsTemplate {
        t,
        page: page(),
        full: true,
        deleted: true,
        kept_days: 90,
        drafts,
    };
    let write = |wanted: Wanted, directory| WriteTemplate::new(language, &me, &wanted, directory).render();
    let activate = |status, unticked| ActivateTemplate::new(language, &me, &status, unticked).render();
    let settings = |status| SettingsTemplate::new(language, &me, status, confirmed, 6);
    let folder = |folder, rows| FolderTemplate::new(language, &me, folder, rows);
    let empty = || Rows {
        rows: Vec::new(),
        previous: None,
        next: None,
    };
    let filed = |place, filed: &str, ids: &str, kept: &str, rows| {
        let uri = format!("/x?filed={filed}&ids={ids}&kept={kept}&cursor=a");
        let Query(flags) = Query::try_from_uri(&uri.parse().unwrap()).unwrap();
        FolderTemplate {
            notice: Notice::read(t, &flags),
            cursor: Some("a\"b".into()),
            all: true,
            ..folder(place, rows)
        }
        .render()
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
        ("archive", filed(Folder::Archive, "archive", "3-4", "5", rows())),
        ("deleted", filed(Folder::Deleted, "restore", "3", "", rows())),
        ("deleted-nothing", filed(Folder::Deleted, "delete", "", "", empty())),
        ("inbox-none-chosen", filed(Folder::Inbox, "none", "", "", rows())),
        (
            "thread",
            ThreadTemplate {
                paged: true,
                ..ThreadTemplate::new(language, &me, id(3), rows())
            }
            .render(),
        ),
        ("gate", gate(Some("Rakennuslupapäätös 2026-114"), false, false).render()),
        (
            "gate-login",
            gate(Some("Rakennuslupapäätös 2026-114"), false, true).render(),
        ),
        ("gate-hidden", gate(None, false, false).render()),
        ("gate-passed", gate(Some(HOSTILE), true, false).render()),
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
                    receipt: Some(ReceiptView {
                        thread: 2,
                        reference: Some(HOSTILE.into()),
                        body_sha256: [1; 32],
                        seal: "eyJ.eyJ.sig".into(),
                    }),
                    reply_needs_use: true,
                    ..message(HOSTILE, Standing::Sent)
                },
                true,
            ),
        ),
        (
            "draft",
            draft(written(&reply_title(t, "Kutsu aloituskokoukseen"), "", None)).render(),
        ),
        ("draft-wrong", wrong.render()),
        (
            "draft-new",
            DraftTemplate {
                saved: true,
                ..draft(DraftView {
                    reply_to: None,
                    files: Vec::new(),
                    ..written("", "", Some(Hindrance::MailboxNotInUse))
                })
            }
            .render(),
        ),
        (
            "draft-closed",
            draft(DraftView {
                reply_to: None,
                ..written("", "", Some(Hindrance::NotTaken))
            })
            .render(),
        ),
        ("drafts", drafts(vec![begun(HOSTILE), begun("")]).render()),
        ("drafts-empty", drafts(Vec::new()).render()),
        ("write", write(Wanted::default(), directory(0))),
        (
            "write-found",
            write(
                Wanted {
                    words: HOSTILE.into(),
                    topic: Some("housing".into()),
                    authority: None,
                },
                directory(2),
            ),
        ),
        (
            "write-none",
            write(
                Wanted {
                    words: "x".into(),
                    ..Wanted::default()
                },
                Directory::default(),
            ),
        ),
        (
            "settings",
            SettingsTemplate {
                done: Some("done-choice"),
                ..settings(status(true, Regime::Consent))
            }
            .render(),
        ),
        ("settings-statutory", settings(status(true, Regime::Statutory)).render()),
        (
            "arrival",
            ArrivalTemplate::new(language, &me, "/messages/3?file=%22&sent=1".into()).render(),
        ),
        ("access-log", AccessLogTemplate::new(language, &me, accesses()).render()),
        (
            "access-log-empty",
            AccessLogTemplate {
                paged: true,
                ..AccessLogTemplate::new(
                    language,
                    &me,
                    Rows {
                        previous: None,
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
                        previous: None,
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
    list.extend(agents(language));
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
        "owner-decides",
        "mandates-down",
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
