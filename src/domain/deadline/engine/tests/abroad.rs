//! Rule sets of other countries: the same engine, other data.

use super::*;

const OTHER_CALENDAR: &[u8] = br#"{"id":"X","name":"X","weekend":["saturday","sunday"],"sources":[],
    "days":[{"name":"whit_monday","rule":{"easter":50}}]}"#;

fn abroad(mode: &str) -> RuleSets {
    let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, OTHER_CALENDAR));
    let rules = format!(
        r#"{{"id":"X","name":"X","valid_from":"2000-01-01","valid_to":null,"tz":"X","tz_posix":"CET-1CEST,M3.5.0,M10.5.0/3",
            "calendar":"X","calendar_sha256":"{hash}","modes":{{"ordinary":{mode}}},"periods":{{}},"sources":[]}}"#
    );
    RuleSets::parse(&[rules.as_bytes()], &[OTHER_CALENDAR]).unwrap()
}

fn served(sets: &RuleSets, known: &Inputs) -> State {
    compute(sets.by_id("X").unwrap(), known).unwrap().state
}

#[test]
fn a_rule_set_is_bound_to_its_edition_of_the_calendar() {
    let sets = RuleSets::embedded();
    let rules = sets.by_id("FI-13/2003").unwrap();
    assert!(RuleSets::parse(&[rules.bytes()], &[rules.calendar().bytes()]).is_ok());
    let edited = [rules.calendar().bytes(), b" "].concat();
    let refused = RuleSets::parse(&[rules.bytes()], &[&edited]);
    assert!(matches!(
        refused,
        Err(crate::domain::deadline::RuleSetError::Calendar(_))
    ));
}

#[test]
fn austria_serves_on_the_working_day_after_the_notice() {
    let sets = abroad(
        r#"{"trigger":"ConsignmentNotification","served":{"kind":"deemed","offset":{"n":1,"unit":"working_day"},
            "roll":false,"rebuttable":false,"early_access":"earlier_of"}}"#,
    );
    for (notified, date) in [
        ("2026-05-22", "2026-05-26"),
        ("2026-03-04", "2026-03-05"),
        ("2026-03-06", "2026-03-09"),
    ] {
        let known = Inputs {
            notified_at: Some(on(notified)),
            ..inputs(ServiceMode::Ordinary, on(notified))
        };
        assert_eq!(
            served(&sets, &known),
            State::Served {
                date: day(date),
                kind: Served::Deemed
            }
        );
        let opened = Inputs {
            opened_at: Some(on(notified)),
            ..known
        };
        assert_eq!(
            served(&sets, &opened),
            State::Served {
                date: day(notified),
                kind: Served::Actual
            }
        );
    }
    let silent = compute(
        sets.by_id("X").unwrap(),
        &inputs(ServiceMode::Ordinary, on("2026-05-22")),
    );
    assert_eq!(silent, Err(DeadlineError::NoticeMissing));
}

#[test]
fn poland_deems_on_the_day_after_fourteen_days() {
    let sets = abroad(
        r#"{"trigger":"ContentConsignment","served":{"kind":"actual","event":"ContentHandover"},
            "window":{"n":14,"unit":"day","roll":false},"on_expiry":{"kind":"deemed","plus_day_after":true}}"#,
    );
    let known = Inputs {
        now: on("2026-04-01"),
        ..inputs(ServiceMode::Ordinary, on("2026-03-02"))
    };
    assert_eq!(
        served(&sets, &known),
        State::Served {
            date: day("2026-03-17"),
            kind: Served::Deemed
        }
    );
    let opened = Inputs {
        opened_at: Some(on("2026-03-10")),
        ..known
    };
    assert_eq!(
        served(&sets, &opened),
        State::Served {
            date: day("2026-03-10"),
            kind: Served::Actual
        }
    );
}

#[test]
fn denmark_serves_at_once_and_italy_counts_hours() {
    let denmark = abroad(r#"{"trigger":"ContentConsignment","served":{"kind":"instant"}}"#);
    let known = inputs(ServiceMode::Ordinary, at("2026-03-02T23:30:00Z"));
    assert_eq!(
        served(&denmark, &known),
        State::Served {
            date: day("2026-03-03"),
            kind: Served::Instant
        }
    );
    let italy = abroad(
        r#"{"trigger":"ContentConsignment","served":{"kind":"actual","event":"ContentHandover"},
            "window":{"n":120,"unit":"hour","roll":false},"on_expiry":{"kind":"fallback","to":"paper"}}"#,
    );
    let outcome = compute(italy.by_id("X").unwrap(), &known).unwrap();
    assert_eq!(outcome.confirm_window_end(), Some(at("2026-03-07T23:30:00Z")));
    assert_eq!(
        outcome.state,
        State::Pending {
            confirm_by: day("2026-03-08")
        }
    );
}
