//! Sample data for the pages; persons and matters are invented.

mod agents;
mod answers;
mod audit;
mod choices;

use askama::Template as _;
use axum::extract::Query;

pub use self::answers::file;
use self::answers::{
    HOSTILE, accesses, at, begun, citizen, deliveries, directory, found, id, message, names, outcome, rows, status,
    town, written,
};
use super::super::activate::ActivateTemplate;
use super::super::deliberate::ArrivalTemplate;
use super::super::draft::DraftTemplate;
use super::super::draft::form::problems;
use super::super::draft::unsaved::UnsavedTemplate;
use super::super::drafts::{DraftsTemplate, reply_title};
use super::super::erased::ErasedTemplate;
use super::super::error::{ErrorTemplate, Kind};
use super::super::filing::Notice;
use super::super::folder::FolderTemplate;
use super::super::front::FrontTemplate;
use super::super::message::{GateTemplate, MessageTemplate};
use super::super::opened::OpenedTemplate;
use super::super::openness::access_log::AccessLogTemplate;
use super::super::openness::export::ExportTemplate;
use super::super::openness::export::index::{IndexLine, IndexTemplate};
use super::super::openness::proofs::ProofsTemplate;
use super::super::page::{Page, Section};
use super::super::search::SearchTemplate;
use super::super::settings::SettingsTemplate;
use super::super::text::Text;
use super::super::thread::ThreadTemplate;
use super::super::write::WriteTemplate;
use crate::domain::consent::Regime;
use crate::domain::deadline::ServiceMode;
use crate::domain::message::{Mode, Written};
use crate::domain::name::Language;
use crate::hub::directory::Wanted;
use crate::hub::view::{
    Directory, DraftView, ErasedMessage, ErasureOrder, Folder, Hindrance, MailboxStatus, MessageView, Page as Rows,
    ReceiptView, Standing, WaitingMessage,
};

/// A rendered page.
pub struct Sample {
    pub name: &'static str,
    pub language: Language,
    pub html: String,
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
    let erased = |order, delivered| {
        let message = ErasedMessage {
            id: id(5),
            correspondent: town(),
            at: at("2026-11-20T10:15:00Z"),
            mode: Mode::Verifiable,
            erased_at: confirmed,
            order,
            delivered,
            folder: Folder::Inbox,
            removed_on: Some(confirmed),
            has_proof: true,
        };
        ErasedTemplate::new(language, &me, message).render()
    };
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
        ("erased", erased(None, Standing::Read(confirmed))),
        (
            "erased-order",
            erased(
                Some(ErasureOrder {
                    reason: HOSTILE.into(),
                    number: Some("H1234/2026".into()),
                }),
                Standing::AwaitsConfirmation("2026-11-29".parse().unwrap()),
            ),
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
            "unsaved",
            UnsavedTemplate::new(language, "x", written(HOSTILE, HOSTILE, None).text).render(),
        ),
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
    list.extend(agents::pages(language));
    list.extend(audit::pages(language));
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
