//! A mandate that an owner grants, as the form hands it in.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use super::{Scope, Term};
use crate::domain::identity::{Hetu, IdentityError};
use crate::domain::message::Violation;

/// Most characters of a name.
const NAME: usize = 100;

/// The fields of the form, as written.
#[derive(Clone, Default)]
pub struct GrantForm {
    /// The agent's identity code.
    pub agent: String,
    /// The agent's name.
    pub name: String,
    /// `everything` or `some`.
    pub scope: String,
    /// Ids of authorities, where the scope is `some`.
    pub organisations: Vec<String>,
    /// Codes of topics, where the scope is `some`.
    pub topics: Vec<String>,
    /// The first day, year first; empty: today.
    pub begins: String,
    /// The last day, year first; empty: until it is revoked.
    pub until: String,
}

impl fmt::Debug for GrantForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantForm").finish_non_exhaustive()
    }
}

/// A valid grant that no one has carried out yet. Whether its authorities and topics exist, the act knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub agent: Hetu,
    /// The name the owner knows the agent by; for the owner's eyes alone.
    pub name: String,
    /// What it reaches.
    pub scope: Scope,
    /// When it holds.
    pub term: Term,
}

impl Grant {
    /// Checks a form on the day `today`. Only surrounding white space is forgiven.
    ///
    /// # Errors
    /// Every violation, with pointers `/agent`, `/name`, `/scope`, `/begins` and `/until`.
    pub fn parse(form: &GrantForm, allow_artificial: bool, today: Date) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        let agent = keep(agent(form.agent.trim(), allow_artificial), &mut found);
        let name = keep(name(form.name.trim()), &mut found);
        let scope = keep(scope(form), &mut found);
        let begins = keep(day(&form.begins, "/begins"), &mut found).map(|day| day.unwrap_or(today));
        let until = keep(day(&form.until, "/until"), &mut found);
        if begins.is_some_and(|day| day < today) {
            found.push(Violation::new(
                "/begins",
                "past",
                "A mandate cannot begin before today.",
            ));
        }
        if let (Some(begins), Some(Some(until))) = (begins, until)
            && until < begins.max(today)
        {
            found.push(Violation::new(
                "/until",
                "past",
                "The last day lies before the first, or in the past.",
            ));
        }
        match (agent, name, scope, begins, until) {
            (Some(agent), Some(name), Some(scope), Some(begins), Some(until)) if found.is_empty() => Ok(Self {
                agent,
                name: name.to_owned(),
                scope,
                term: Term::of_days(begins, until),
            }),
            _ => Err(found),
        }
    }
}

fn keep<T>(read: Result<T, Violation>, found: &mut Vec<Violation>) -> Option<T> {
    read.map_err(|violation| found.push(violation)).ok()
}

fn agent(text: &str, allow_artificial: bool) -> Result<Hetu, Violation> {
    if text.is_empty() {
        return Err(Violation::new("/agent", "required", "Write the identity code."));
    }
    Hetu::parse(text, allow_artificial).map_err(|error: IdentityError| {
        Violation::new(
            "/agent",
            "bad-identity",
            format!("This is no personal identity code: {error}."),
        )
    })
}

fn name(text: &str) -> Result<&str, Violation> {
    let violation = |code, message| Err(Violation::new("/name", code, message));
    match text.chars().count() {
        0 => violation("required", "Write the name."),
        count if count > NAME => violation("too-long", "The name has more than 100 characters."),
        _ if text.chars().any(char::is_control) => {
            violation("not-allowed-character", "The name has a control character.")
        }
        _ => Ok(text),
    }
}

fn scope(form: &GrantForm) -> Result<Scope, Violation> {
    let violation = |code, message| Err(Violation::new("/scope", code, message));
    match form.scope.as_str() {
        "everything" => Ok(Scope::Everything),
        "some" if form.organisations.is_empty() && form.topics.is_empty() => {
            violation("too-few", "Choose at least one authority or topic.")
        }
        "some" => {
            let organisations: Result<BTreeSet<_>, _> = form.organisations.iter().map(|id| id.parse()).collect();
            match organisations {
                Ok(organisations) => Ok(Scope::Some {
                    organisations,
                    topics: form.topics.iter().cloned().collect(),
                }),
                Err(_) => violation("not-allowed-value", "There is no such authority."),
            }
        }
        "" => violation("required", "Choose what the mandate reaches."),
        _ => violation(
            "not-allowed-value",
            "A mandate reaches everything, or some authorities and topics.",
        ),
    }
}

/// A day as `2026-03-02` (what browsers send) or `2.3.2026` (what people write); none when nothing is written.
fn day(text: &str, pointer: &str) -> Result<Option<Date>, Violation> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    Date::strptime("%Y-%m-%d", text)
        .or_else(|_| Date::strptime("%d.%m.%Y", text))
        .map(Some)
        .map_err(|_| Violation::new(pointer, "bad-date", "There is no such day."))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn form() -> GrantForm {
        GrantForm {
            agent: " 010594Y9032 ".into(),
            name: "Eino Koivuranta".into(),
            scope: "everything".into(),
            ..GrantForm::default()
        }
    }

    fn codes(form: &GrantForm) -> Vec<(String, &'static str)> {
        let found = Grant::parse(form, true, date(2026, 3, 2)).unwrap_err();
        found.into_iter().map(|it| (it.pointer, it.code)).collect()
    }

    #[test]
    fn a_form_becomes_a_grant() {
        let grant = Grant::parse(&form(), true, date(2026, 3, 2)).unwrap();
        assert_eq!(grant.agent.reveal(), "010594Y9032");
        assert_eq!(grant.term, Term::of_days(date(2026, 3, 2), None));
        let some = GrantForm {
            scope: "some".into(),
            organisations: vec!["01890a5d-ac96-774b-bcce-b302099a8057".into()],
            topics: vec!["housing".into(), "housing".into()],
            begins: "3.3.2026".into(),
            until: "2026-03-03".into(),
            ..form()
        };
        let grant = Grant::parse(&some, true, date(2026, 3, 2)).unwrap();
        assert_eq!(grant.term, Term::of_days(date(2026, 3, 3), Some(date(2026, 3, 3))));
        assert!(matches!(grant.scope, Scope::Some { topics, .. } if topics.len() == 1));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let all = |pairs: &[(&str, &'static str)]| -> Vec<_> {
            pairs
                .iter()
                .map(|(pointer, code)| ((*pointer).to_owned(), *code))
                .collect()
        };
        let nothing = all(&[("/agent", "required"), ("/name", "required"), ("/scope", "required")]);
        assert_eq!(codes(&GrantForm::default()), nothing);
        let wrong = GrantForm {
            agent: "010594y9032".into(),
            name: "x".repeat(101),
            scope: "some".into(),
            begins: "30.2.2026".into(),
            until: "yesterday".into(),
            ..GrantForm::default()
        };
        let told = [
            ("/agent", "bad-identity"),
            ("/name", "too-long"),
            ("/scope", "too-few"),
            ("/begins", "bad-date"),
            ("/until", "bad-date"),
        ];
        assert_eq!(codes(&wrong), all(&told));
        let past = GrantForm {
            begins: "2026-03-01".into(),
            until: "2026-03-01".into(),
            ..form()
        };
        assert_eq!(codes(&past), all(&[("/begins", "past"), ("/until", "past")]));
        let hostile = GrantForm {
            name: "a\u{0}b".into(),
            scope: "<script>".into(),
            ..form()
        };
        assert_eq!(
            codes(&hostile),
            all(&[("/name", "not-allowed-character"), ("/scope", "not-allowed-value")])
        );
        let unknown = GrantForm {
            scope: "some".into(),
            organisations: vec!["x".into()],
            ..form()
        };
        assert_eq!(codes(&unknown), all(&[("/scope", "not-allowed-value")]));
        assert!(
            Grant::parse(&form(), false, date(2026, 3, 2)).is_err(),
            "an artificial code where none are taken"
        );
    }
}
