//! Sample data for the auditor's pages.

use askama::Template as _;
use jiff::civil::Date;

use super::super::super::auditor::content::ContentTemplate;
use super::super::super::auditor::counts::CountsTemplate;
use super::super::super::auditor::delivery::DeliveryTemplate;
use super::super::super::auditor::exports::{ExportsTemplate, Typed};
use super::super::super::auditor::find::FindTemplate;
use super::super::super::auditor::requests::RequestsTemplate;
use super::{HOSTILE, at, citizen, file, id, names, outcome, town};
use crate::domain::auditor::{Outcome, Scope};
use crate::domain::deadline::ServiceMode;
use crate::domain::id::{ContentRequestId, RangeExportId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::evidence::record::EventType;
use crate::hub::acting::Person;
use crate::hub::audit::export::{ExportState, ExportView};
use crate::hub::audit::view::{
    AuditedContent, AuditedDelivery, AuditedView, Choices, Counts, Numbers, OrganisationChoice, RequestState,
    RequestView, ServiceChoice, ServiceCounts, Step,
};
use crate::hub::view::Page as Rows;

fn delivery(number: i64, outcome: Outcome, from_citizen: bool) -> AuditedDelivery {
    AuditedDelivery {
        id: id(number),
        external_id: Some(HOSTILE.into()),
        organisation: town().organisation,
        business_id: "0208573-0".into(),
        service: town().service,
        service_code: "viitasaari-rakennusvalvonta".into(),
        at: at("2026-11-20T10:15:00Z"),
        mode: if outcome == Outcome::Opened {
            Mode::Ordinary
        } else {
            Mode::Verifiable
        },
        from_citizen,
        outcome,
    }
}

fn choices(several: bool) -> Choices {
    let organisation = |business_id: &str, names| OrganisationChoice {
        business_id: business_id.into(),
        names,
        services: vec![ServiceChoice {
            code: business_id.into(),
            names: town().service,
        }],
    };
    let mut organisations = vec![organisation("0208573-0", town().organisation)];
    if several {
        organisations.push(organisation("7654321-2", names(HOSTILE, HOSTILE, HOSTILE)));
    }
    Choices {
        organisations,
        followed: several.then(|| at("2026-11-22T15:05:09.123Z")),
    }
}

fn request(state: RequestState, may_decide: bool) -> RequestView {
    RequestView {
        id: ContentRequestId::new(at("2026-11-22T15:05:09.123Z"), [may_decide.into(); 10]),
        message: id(5),
        organisation: town().organisation,
        at: at("2026-11-22T15:05:09.123Z"),
        by: HOSTILE.into(),
        reason: HOSTILE.into(),
        state,
        decided_by: Some("Ylva Lindholm".into()),
        may_decide,
    }
}

fn requests() -> Vec<RequestView> {
    let day = at("2026-11-29T15:05:09Z");
    vec![
        request(RequestState::Waiting(day), true),
        request(RequestState::Granted(day), false),
        request(RequestState::Refused, false),
        request(RequestState::Lapsed, false),
    ]
}

fn view(may_ask: bool) -> AuditedView {
    let mut seq = 0;
    let mut step = |event, time: &str| {
        seq += 1;
        Step {
            event,
            at: at(time),
            seq,
            index: (seq < 5).then_some(17),
            sha256: "0a1b2c3d".repeat(8),
        }
    };
    AuditedView {
        delivery: delivery(5, Outcome::Confirmed, false),
        steps: vec![
            step(EventType::SubmissionAcceptance, "2026-11-20T10:15:00Z"),
            step(EventType::NotificationForAcceptance, "2026-11-20T10:15:00Z"),
            step(EventType::ContentAccessAsked, "2026-11-20T10:45:00Z"),
            step(EventType::ContentAccessGranted, "2026-11-20T14:15:00Z"),
            step(EventType::StaffAccess, "2026-11-22T14:15:00Z"),
            step(EventType::ConsignmentAcceptance, "2026-11-26T15:05:09.123Z"),
            step(EventType::ContentHandover, "2026-11-26T15:05:09.123Z"),
        ],
        confirm_before: Some(at("2026-11-27T22:00:00Z")),
        deadline: Some(outcome(ServiceMode::Verifiable, Some(at("2026-11-26T15:05:09.123Z")))),
        requests: if may_ask { Vec::new() } else { requests() },
        granted_until: (!may_ask).then(|| at("2026-11-21T14:15:00Z")),
        may_ask,
    }
}

fn counts(monthly: bool) -> Counts {
    let first: Date = "2026-11-01".parse().unwrap();
    let numbers = |n: i64| Numbers {
        accepted: 40 + n * 7 % 23,
        opened: 30 + n * 5 % 17,
        confirmed: 12 + n * 3 % 7,
        expired: n % 3,
        late: n % 2,
        posted: 0,
    };
    let days = first.series(jiff::Span::new().days(1)).take(30);
    Counts {
        first,
        last: "2026-11-30".parse().unwrap(),
        steps: (0..).zip(days).map(|(n, day)| (day, numbers(n))).collect(),
        monthly,
        services: vec![ServiceCounts {
            organisation: names(HOSTILE, HOSTILE, HOSTILE),
            service: town().service,
            code: "x".into(),
            numbers: numbers(3),
        }],
        total: numbers(4),
    }
}

fn content() -> AuditedContent {
    AuditedContent {
        delivery: delivery(5, Outcome::Accepted, false),
        until: at("2026-11-21T14:15:00Z"),
        title: HOSTILE.into(),
        body: "# Päätös\n\nLupa on **myönnetty**.".into(),
        body_format: BodyFormat::Markdown,
        files: vec![file("päätös.pdf", "application/pdf")],
    }
}

/// The auditor's pages.
pub(super) fn pages(language: Language) -> Vec<(&'static str, askama::Result<String>)> {
    let person = Person::without_session(Citizen {
        audits: Some(Scope::default()),
        ..citizen()
    });
    let uri = "/auditor?message=5x&organisation=7654321-2&service=0208573-0&first=2026&outcome=late&cursor=a";
    let asked = || axum::extract::Query::try_from_uri(&uri.parse().unwrap()).unwrap().0;
    let rows = |rows, next: Option<&str>| Rows {
        rows,
        previous: None,
        next: next.map(ToOwned::to_owned),
    };
    let found = || {
        Outcome::ALL
            .iter()
            .zip(3..)
            .map(|(it, n)| delivery(n, *it, n == 4))
            .collect()
    };
    let find = |several, asked, rows| FindTemplate::new(language, &person, &choices(several), asked, rows).render();
    let wrong = || {
        vec![
            ("message", "audit-bad-message"),
            ("first", "audit-bad-day"),
            ("last", "audit-bad-period"),
        ]
    };
    let shown = |may_ask| DeliveryTemplate::new(language, &person, view(may_ask));
    let numbers =
        |monthly, asked| CountsTemplate::new(language, &person, &choices(true), asked, counts(monthly)).render();
    vec![
        ("auditor", find(true, (asked(), Vec::new()), rows(found(), Some("a b")))),
        ("auditor-wrong", find(true, (asked(), wrong()), rows(Vec::new(), None))),
        (
            "auditor-nothing",
            find(false, Default::default(), rows(Vec::new(), None)),
        ),
        ("auditor-delivery", shown(false).render()),
        (
            "auditor-delivery-wrong",
            DeliveryTemplate {
                reason: HOSTILE.into(),
                problem: Some("audit-reason-long"),
                ..shown(true)
            }
            .render(),
        ),
        ("auditor-exports", exports(language, &person, &choices(true), false)),
        (
            "auditor-exports-wrong",
            exports(language, &person, &choices(true), true),
        ),
        (
            "auditor-requests",
            RequestsTemplate {
                too_late: true,
                ..RequestsTemplate::new(language, &person, requests())
            }
            .render(),
        ),
        (
            "auditor-requests-none",
            RequestsTemplate::new(language, &person, Vec::new()).render(),
        ),
        (
            "auditor-content",
            ContentTemplate::new(language, &person, content()).render(),
        ),
        ("auditor-counts", numbers(false, Default::default())),
        ("auditor-counts-wrong", numbers(true, (asked(), wrong().split_off(1)))),
    ]
}

/// Exports in every state; or none, and a form with every field wrong.
fn exports(language: Language, person: &Person, choices: &Choices, wrong: bool) -> askama::Result<String> {
    let view = |number, state, done, total| ExportView {
        id: RangeExportId(uuid::Uuid::from_u128(number)),
        organisation: town().organisation,
        business_id: "0208573-0".into(),
        service: Some(("viitasaari-rakennusvalvonta".into(), town().service)),
        first: "2026-11-01".parse().unwrap(),
        last: "2026-11-30".parse().unwrap(),
        reason: HOSTILE.into(),
        state,
        done,
        total,
        asked_at: at("2026-12-01T08:00:00Z"),
    };
    let ready = ExportState::Ready {
        bytes: 881_669_950,
        until: at("2026-12-08T08:00:00Z"),
    };
    let rows = match wrong {
        true => Vec::new(),
        false => vec![
            view(1, ExportState::Waiting, 0, None),
            view(2, ExportState::Running, 12_400, Some(300_000)),
            view(3, ready, 300_000, Some(300_000)),
            view(4, ExportState::Failed(HOSTILE.into()), 3, Some(9)),
            view(5, ExportState::Cancelled, 0, None),
            view(6, ExportState::Removed, 9, Some(9)),
        ],
    };
    let fields = ["organisation", "service", "first", "last", "reason"];
    let keys = [
        "audit-export-organisation-none",
        "audit-export-service-bad",
        "audit-bad-day",
        "audit-export-day-future",
        "audit-export-reason-person",
    ];
    let typed = Typed {
        first: "1.11.2026".into(),
        reason: HOSTILE.into(),
        ..Typed::default()
    };
    let problems = match wrong {
        true => fields.into_iter().zip(keys).collect(),
        false => Vec::new(),
    };
    let rows = Rows {
        next: (!wrong).then(|| uuid::Uuid::nil().to_string()),
        rows,
        previous: None,
    };
    ExportsTemplate {
        too_many: wrong,
        ..ExportsTemplate::new(language, person, choices, (typed, problems), rows)
    }
    .render()
}
