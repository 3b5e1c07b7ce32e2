//! Finland's vectors; in `abroad` enough of other countries' rules to show that they are data.

mod abroad;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::deadline::{RuleSets, ServiceMode, Unit};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Ten o'clock UTC on a day, noon or one o'clock in Finland.
fn on(day: &str) -> Timestamp {
    at(&format!("{day}T10:00:00Z"))
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn inputs(mode: ServiceMode, available_at: Timestamp) -> Inputs {
    Inputs {
        mode,
        available_at,
        notified_at: None,
        confirmed_at: None,
        opened_at: None,
        period: None,
        no_appeal: false,
        now: available_at,
    }
}

fn finnish(inputs: &Inputs) -> Outcome {
    let sets = RuleSets::embedded();
    let id = if inputs.mode == ServiceMode::PaperOrdinary {
        "FI-434/2003"
    } else {
        "FI-13/2003"
    };
    compute(sets.by_id(id).unwrap(), inputs).unwrap()
}

#[track_caller]
fn assert_served(outcome: &Outcome, served: &str, kind: Served, counted_to: &str, last_day: &str, rolled: &str) {
    assert_eq!(
        outcome.state,
        State::Served {
            date: day(served),
            kind
        },
        "{:?}",
        outcome.trace
    );
    let appeal = outcome.appeal.as_ref().unwrap();
    assert_eq!(
        (appeal.counted_to, appeal.last_day),
        (day(counted_to), day(last_day)),
        "{:?}",
        outcome.trace
    );
    let reasons: Vec<_> = appeal.rolled_over.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons.join(" "), rolled, "{:?}", outcome.trace);
}

/// sent, served, served + 30, last day, closed days passed over
const ELECTRONIC: &[(&str, &str, &str, &str, &str)] = &[
    ("2026-01-02T10:00:00Z", "2026-01-05", "2026-02-04", "2026-02-04", ""),
    ("2026-02-26T10:00:00Z", "2026-03-01", "2026-03-31", "2026-03-31", ""),
    (
        "2026-03-02T10:00:00Z",
        "2026-03-05",
        "2026-04-04",
        "2026-04-07",
        "saturday easter_sunday easter_monday",
    ),
    (
        "2026-03-29T10:00:00Z",
        "2026-04-01",
        "2026-05-01",
        "2026-05-04",
        "may_day saturday sunday",
    ),
    (
        "2026-03-31T10:00:00Z",
        "2026-04-03",
        "2026-05-03",
        "2026-05-04",
        "sunday",
    ),
    (
        "2026-05-17T10:00:00Z",
        "2026-05-20",
        "2026-06-19",
        "2026-06-22",
        "midsummer_eve saturday sunday",
    ),
    (
        "2026-05-18T10:00:00Z",
        "2026-05-21",
        "2026-06-20",
        "2026-06-22",
        "saturday sunday",
    ),
    (
        "2026-11-03T10:00:00Z",
        "2026-11-06",
        "2026-12-06",
        "2026-12-07",
        "independence_day",
    ),
    (
        "2026-11-21T10:00:00Z",
        "2026-11-24",
        "2026-12-24",
        "2026-12-28",
        "christmas_eve christmas_day second_christmas_day sunday",
    ),
    (
        "2026-11-22T10:00:00Z",
        "2026-11-25",
        "2026-12-25",
        "2026-12-28",
        "christmas_day second_christmas_day sunday",
    ),
    (
        "2026-12-04T10:00:00Z",
        "2026-12-07",
        "2027-01-06",
        "2027-01-07",
        "epiphany",
    ),
    (
        "2027-02-23T10:00:00Z",
        "2027-02-26",
        "2027-03-28",
        "2027-03-30",
        "easter_sunday easter_monday",
    ),
    (
        "2027-04-12T10:00:00Z",
        "2027-04-15",
        "2027-05-15",
        "2027-05-17",
        "saturday sunday",
    ),
    (
        "2027-05-23T10:00:00Z",
        "2027-05-26",
        "2027-06-25",
        "2027-06-28",
        "midsummer_eve saturday sunday",
    ),
    ("2028-02-26T10:00:00Z", "2028-02-29", "2028-03-30", "2028-03-30", ""),
    // Local days: the night of summer time, and both sides of a midnight.
    (
        "2026-03-28T22:30:00Z",
        "2026-04-01",
        "2026-05-01",
        "2026-05-04",
        "may_day saturday sunday",
    ),
    ("2026-12-31T21:59:59Z", "2027-01-03", "2027-02-02", "2027-02-02", ""),
    ("2026-12-31T22:00:00Z", "2027-01-04", "2027-02-03", "2027-02-03", ""),
    ("2026-07-01T21:05:00Z", "2026-07-05", "2026-08-04", "2026-08-04", ""),
];

#[test]
fn ordinary_electronic_service() {
    for (sent, served, counted_to, last_day, rolled) in ELECTRONIC {
        let mut known = inputs(ServiceMode::Ordinary, at(sent));
        let outcome = finnish(&known);
        assert_served(&outcome, served, Served::Deemed, counted_to, last_day, rolled);
        assert_eq!((outcome.confirm_until, outcome.late_retrieval), (None, false));
        // Opening at once is recorded and shortens nothing.
        known.opened_at = Some(at(sent));
        assert_served(&finnish(&known), served, Served::Deemed, counted_to, last_day, rolled);
    }
}

#[test]
fn ordinary_letters() {
    let posted = |day| finnish(&inputs(ServiceMode::PaperOrdinary, on(day)));
    // Oulu Administrative Court 16.2.2007 07/0079/1.
    assert_served(
        &posted("2005-08-18"),
        "2005-08-25",
        Served::Deemed,
        "2005-09-24",
        "2005-09-26",
        "saturday sunday",
    );
    let christmas = "christmas_eve christmas_day second_christmas_day sunday";
    assert_served(
        &posted("2026-11-17"),
        "2026-11-24",
        Served::Deemed,
        "2026-12-24",
        "2026-12-28",
        christmas,
    );
}

#[test]
fn verifiable_service_confirmed_in_time() {
    let confirmed = |notified, confirmed| {
        let known = inputs(ServiceMode::Verifiable, on(notified));
        finnish(&Inputs {
            confirmed_at: Some(on(confirmed)),
            now: on(confirmed),
            ..known
        })
    };
    // Eastern Finland Administrative Court 15/0215/4.
    let golden = confirmed("2015-04-24", "2015-04-24");
    assert_served(
        &golden,
        "2015-04-24",
        Served::Actual,
        "2015-05-24",
        "2015-05-25",
        "sunday",
    );
    let third = confirmed("2026-11-02", "2026-11-05");
    assert_served(
        &third,
        "2026-11-05",
        Served::Actual,
        "2026-12-05",
        "2026-12-07",
        "saturday independence_day",
    );
    assert_served(
        &confirmed("2026-11-02", "2026-11-09"),
        "2026-11-09",
        Served::Actual,
        "2026-12-09",
        "2026-12-09",
        "",
    );
    let summer = confirmed("2026-05-20", "2026-05-20");
    assert_served(
        &summer,
        "2026-05-20",
        Served::Actual,
        "2026-06-19",
        "2026-06-22",
        "midsummer_eve saturday sunday",
    );
}

#[test]
fn verifiable_service_window() {
    let sent = inputs(ServiceMode::Verifiable, on("2026-11-02"));
    let pending = finnish(&sent);
    assert_eq!(
        pending.state,
        State::Pending {
            confirm_by: day("2026-11-09")
        }
    );
    assert_eq!((pending.confirm_until, pending.appeal), (Some(day("2026-11-09")), None));
    // Midnight in Finland, in winter.
    let end = at("2026-11-09T22:00:00Z");
    assert_eq!(pending.confirm_window_end, Some(end));
    let before = end - SignedDuration::from_micros(1);
    assert_eq!(
        finnish(&Inputs {
            now: before,
            ..sent.clone()
        })
        .state,
        pending.state
    );
    let fallback = State::FallbackRequired {
        limit: day("2026-11-09"),
    };
    let passed = finnish(&Inputs {
        now: end,
        ..sent.clone()
    });
    assert_eq!(
        (&passed.state, passed.late_retrieval, &passed.appeal),
        (&fallback, false, &None)
    );
    let last_moment = finnish(&Inputs {
        confirmed_at: Some(before),
        now: end,
        ..sent.clone()
    });
    assert_eq!(
        last_moment.state,
        State::Served {
            date: day("2026-11-09"),
            kind: Served::Actual
        }
    );
    for late in [end, on("2026-11-10")] {
        let confirmed = finnish(&Inputs {
            confirmed_at: Some(late),
            now: late,
            ..sent.clone()
        });
        let opened = finnish(&Inputs {
            opened_at: Some(late),
            now: late,
            ..sent.clone()
        });
        for outcome in [confirmed, opened] {
            assert_eq!(
                (outcome.state, outcome.late_retrieval, outcome.appeal),
                (fallback.clone(), true, None)
            );
        }
    }
}

#[test]
fn a_notice_e_mail_moves_no_clock() {
    for mode in [ServiceMode::Ordinary, ServiceMode::Verifiable] {
        let silent = inputs(mode, on("2026-11-02"));
        let noticed = Inputs {
            notified_at: Some(on("2026-11-06")),
            ..silent.clone()
        };
        assert_eq!(finnish(&silent).state, finnish(&noticed).state);
    }
}

#[test]
fn the_sender_sets_the_period() {
    let appeal = |n, unit| {
        let sent = inputs(ServiceMode::Ordinary, on("2026-01-28"));
        let appeal = finnish(&Inputs {
            period: Some(Length { n, unit }),
            ..sent
        })
        .appeal
        .unwrap();
        (appeal.counted_to.to_string(), appeal.last_day.to_string())
    };
    let pair = |counted: &str, last: &str| (counted.to_owned(), last.to_owned());
    // Served on Sat 2026-01-31. No 31 February: the last day of the month (150/1930 s.3), here a Saturday.
    assert_eq!(appeal(1, Unit::Month), pair("2026-02-28", "2026-03-02"));
    assert_eq!(appeal(14, Unit::Day), pair("2026-02-14", "2026-02-16"));
    assert_eq!(appeal(2, Unit::Week), pair("2026-02-14", "2026-02-16"));
    assert_eq!(appeal(2, Unit::Year), pair("2028-01-31", "2028-01-31"));
    assert_eq!(appeal(3, Unit::WorkingDay), pair("2026-02-04", "2026-02-04"));
    let sets = RuleSets::embedded();
    let hours = Inputs {
        period: Some(Length { n: 1, unit: Unit::Hour }),
        ..inputs(ServiceMode::Ordinary, on("2026-01-28"))
    };
    assert_eq!(
        compute(sets.by_id("FI-13/2003").unwrap(), &hours),
        Err(DeadlineError::PeriodUnit)
    );
}

#[test]
fn an_outcome_says_how_to_compute_it_again() {
    let outcome = finnish(&Inputs {
        opened_at: Some(on("2026-03-03")),
        ..inputs(ServiceMode::Ordinary, on("2026-03-02"))
    });
    let json = serde_json::to_string(&outcome).unwrap();
    let read: Outcome = serde_json::from_str(&json).unwrap();
    assert_eq!(read, outcome);
    let sets = RuleSets::embedded();
    let rules = sets.by_id(&read.ruleset_id).unwrap();
    assert_eq!(hex::encode(rules.sha256()), read.ruleset_sha256);
    assert_eq!(
        ring::digest::digest(&ring::digest::SHA256, rules.bytes()).as_ref(),
        rules.sha256()
    );
    assert_eq!(compute(rules, &read.inputs), Ok(outcome));
    assert_eq!(read.trace.len(), 5, "{:?}", read.trace);
}

#[test]
fn rule_sets_are_chosen_by_mode_and_day() {
    let sets = RuleSets::embedded();
    let id = |mode, at| sets.current(mode, at).map(|it| it.id().to_owned());
    assert_eq!(
        id(ServiceMode::Verifiable, on("2026-01-01")).as_deref(),
        Some("FI-13/2003")
    );
    assert_eq!(
        id(ServiceMode::PaperOrdinary, on("2026-01-01")).as_deref(),
        Some("FI-434/2003")
    );
    // In force from the first local instant of 1.12.2010.
    assert!(id(ServiceMode::Ordinary, at("2010-11-30T22:00:00Z")).is_some());
    assert_eq!(id(ServiceMode::Ordinary, at("2010-11-30T21:59:59Z")), None);
    let paper = compute(
        sets.by_id("FI-13/2003").unwrap(),
        &inputs(ServiceMode::PaperOrdinary, on("2026-01-01")),
    );
    assert_eq!(paper, Err(DeadlineError::Mode));
}

#[test]
fn the_posix_time_zone_agrees_with_the_database() {
    let Ok(helsinki) = TimeZone::get("Europe/Helsinki") else {
        return;
    };
    let sets = RuleSets::embedded();
    let rules = sets.by_id("FI-13/2003").unwrap();
    let hours = (at("2004-01-01T00:00:00Z").as_second()..at("2037-12-31T00:00:00Z").as_second()).step_by(3600);
    for second in hours {
        let instant = Timestamp::from_second(second).unwrap();
        assert_eq!(
            rules.local_date(instant),
            helsinki.to_datetime(instant).date(),
            "{instant}"
        );
    }
}
