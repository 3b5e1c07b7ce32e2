//! What the hub would answer: messages, drafts, deliveries and accesses of one invented person.

use jiff::Timestamp;

use crate::domain::consent::Regime;
use crate::domain::deadline::{Inputs, Outcome, RuleSets, ServiceMode, compute};
use crate::domain::id::{AttachmentId, DraftId, MailboxId, MessageId, OrganisationId, ServiceId};
use crate::domain::mandate::AgentRole;
use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;
use crate::domain::name::Names;
use crate::domain::principal::{CameBy, Citizen};
use crate::evidence::record::EventType;
use crate::hub::access_log::{Access, AccessedMessage, Accessor};
use crate::hub::draft::DraftText;
use crate::hub::proofs::DeliverySummary;
use crate::hub::search::{FoundIn, FoundMessage, SearchPage};
use crate::hub::view::LastDay;
use crate::hub::view::{
    AttachmentView, Correspondent, Directory, DraftSummary, DraftView, Folder, Hindrance, MailboxStatus,
    MessageSummary, MessageView, Page as Rows, SenderSetting, ServiceToWriteTo, Standing,
};

pub(super) const HOSTILE: &str = "\"><b onclick=x><script>alert('1')</script> & päätös";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn id(number: i64) -> MessageId {
    MessageId::try_from(number).unwrap()
}

pub(super) fn names(fi: &str, sv: &str, en: &str) -> Names {
    let [fi, sv, en] = [fi, sv, en].map(ToOwned::to_owned);
    Names { fi, sv, en }
}

pub(super) fn town() -> Correspondent {
    Correspondent {
        organisation: names("Viitasaaren kaupunki", "Viitasaari stad", "Town of Viitasaari"),
        service: names("Rakennusvalvonta", "Byggnadstillsyn", "Building control"),
    }
}

pub(super) fn citizen() -> Citizen {
    Citizen {
        mailbox: MailboxId::new(at("2026-01-01T00:00:00Z"), [1; 10]),
        own: MailboxId::new(at("2026-01-01T00:00:00Z"), [1; 10]),
        agency: None,
        identifier: "010594Y9021".into(),
        name: "Helmi Östersund-Mäkelä".into(),
        acr: String::new(),
        audits: None,
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

pub(super) fn row(number: i64, title: &str, standing: Standing, attachments: Option<u16>) -> MessageSummary {
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

pub(super) fn rows() -> Rows<MessageSummary> {
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
        last_day: Some(LastDay { day, stated: false }),
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

pub(super) fn found(some: bool) -> SearchPage {
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

pub(super) fn outcome(mode: ServiceMode, confirmed: Option<Timestamp>) -> Outcome {
    let inputs = Inputs {
        mode,
        available_at: at("2026-11-20T10:15:00Z"),
        notified_at: None,
        confirmed_at: confirmed,
        opened_at: confirmed,
        period: None,
        no_appeal: false,
        now: at("2026-12-20T10:15:00Z"),
    };
    let rules = RuleSets::embedded();
    compute(rules.current(mode, inputs.available_at).unwrap(), &inputs).unwrap()
}

pub(super) fn message(title: &str, standing: Standing) -> MessageView {
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
        confirmed_by: Some(Accessor::Person(HOSTILE.into())),
        deadline: None,
        folder: Folder::Inbox,
        removed_on: None,
        thread: rows(),
    }
}

pub(super) fn status(active: bool, regime: Regime) -> MailboxStatus {
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

pub(super) fn written(title: &str, body: &str, hindrance: Option<Hindrance>) -> DraftView {
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

pub(super) fn begun(title: &str) -> DraftSummary {
    DraftSummary {
        id: DraftId::new(at("2026-11-22T15:00:00Z"), [4; 10]),
        correspondent: town(),
        is_reply: true,
        title: title.into(),
        saved_at: at("2026-11-22T15:05:09Z"),
    }
}

pub(super) fn directory(services: u8) -> Directory {
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

pub(super) fn accesses() -> Rows<Access> {
    let access = |event, by, role, message| Access {
        at: at("2026-11-22T15:05:09.123Z"),
        event,
        for_everybody: message == Some(AccessedMessage::Erased(id(3))),
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
                EventType::Erasure,
                Accessor::Operator,
                None,
                Some(AccessedMessage::Erased(id(3))),
            ),
            access(
                EventType::Erasure,
                Accessor::Nobody,
                None,
                Some(AccessedMessage::Erased(id(3))),
            ),
            access(
                EventType::Erasure,
                Accessor::Nobody,
                None,
                Some(AccessedMessage::Removed),
            ),
            access(
                EventType::StaffAccess,
                Accessor::Authority(town().organisation),
                None,
                None,
            ),
            access(EventType::ContentAccessAsked, Accessor::Nobody, None, here(None)),
            access(EventType::ContentAccessGranted, Accessor::Nobody, None, here(None)),
            access(EventType::ContentAccessRefused, Accessor::Nobody, None, here(None)),
        ],
        next: Some("a b&c".into()),
    }
}

pub(super) fn deliveries() -> Rows<DeliverySummary> {
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
            delivery(9, None, Standing::Erased(instant), Folder::Inbox),
        ],
        next: Some("a b&c".into()),
    }
}
