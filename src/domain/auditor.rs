//! The auditor's role: for whose deliveries it is given, and in which words deliveries are looked for.
//!
//! Guarantees: no claim value gives anything that the configuration does not name. Leaves out: how a claim is read (`auth::oidc`), and what an
//! auditor may see (`hub::audit`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::principal::Citizen;

/// Which values of the identity provider's claim give the role, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Values that give it for the whole hub.
    pub everywhere: BTreeSet<String>,
    /// Values that give it for one organisation, each with its Business ID.
    pub organisations: BTreeMap<String, String>,
}

impl Grants {
    /// Of the values that a login states, those that give something.
    #[must_use]
    pub fn known(&self, stated: Vec<String>) -> Vec<String> {
        let known = |it: &String| self.everywhere.contains(it) || self.organisations.contains_key(it);
        stated.into_iter().filter(known).collect()
    }

    /// What these values give together; none where they give nothing.
    #[must_use]
    pub fn scope(&self, values: &[String]) -> Option<Scope> {
        let organisations: BTreeSet<String> = values
            .iter()
            .filter_map(|value| self.organisations.get(value).cloned())
            .collect();
        let everywhere = values.iter().any(|value| self.everywhere.contains(value));
        (everywhere || !organisations.is_empty()).then_some(Scope {
            everywhere,
            organisations,
        })
    }
}

/// For whose deliveries somebody is an auditor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// For those of every organisation of the hub.
    pub everywhere: bool,
    /// For those of these, by Business ID, as a person of that organisation.
    pub organisations: BTreeSet<String>,
}

impl Scope {
    /// Whether the deliveries of an organisation may be looked into.
    #[must_use]
    pub fn covers(&self, business_id: &str) -> bool {
        self.everywhere || self.names(business_id)
    }

    /// Whether the auditor is one of this very organisation.
    #[must_use]
    pub fn names(&self, business_id: &str) -> bool {
        self.organisations.contains(business_id)
    }
}

/// A person who is an auditor.
#[derive(Debug, Clone)]
pub struct Auditor {
    person: Citizen,
    scope: Scope,
}

impl Auditor {
    /// The person as an auditor; none when the login gave no such role. Acting for another gives up nothing and adds nothing.
    #[must_use]
    pub fn of(person: &Citizen) -> Option<Self> {
        let scope = person.audits.clone()?;
        Some(Self {
            person: person.clone(),
            scope,
        })
    }

    /// The person.
    #[must_use]
    pub const fn person(&self) -> &Citizen {
        &self.person
    }

    /// For whose deliveries.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }
}

macro_rules! outcomes {
    ($($doc:literal $variant:ident = $name:literal;)+) => {
        /// What has become of a delivery.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Outcome {
            $(#[doc = $doc] $variant,)+
        }

        impl Outcome {
            /// Every outcome.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name, as it is stored and asked for.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The outcome of a name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

outcomes! {
    "Accepted, and not opened; a verifiable message waits for its confirmation." Accepted = "accepted";
    "An ordinary message was opened, or an authority fetched what a citizen wrote." Opened = "opened";
    "Receipt was confirmed in time: served." Confirmed = "confirmed";
    "The window passed unconfirmed, and nobody opened it since." Expired = "expired";
    "Opened after the window had passed." Late = "late";
    "Went on paper." Letter = "letter";
}

/// Days, in Finnish time; either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub first: Option<Date>,
    /// The last.
    pub last: Option<Date>,
}

impl Period {
    /// From which microsecond on, and before which.
    #[must_use]
    pub fn microseconds(self) -> (i64, i64) {
        let start = |day: Date| day.to_zoned(zone()).ok().map(|it| it.timestamp().as_microsecond());
        let end = self.last.and_then(|last| last.tomorrow().ok());
        (
            self.first.and_then(start).unwrap_or(i64::MIN),
            end.and_then(start).unwrap_or(i64::MAX),
        )
    }
}

/// The day of an instant, in Finnish time.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(zone()).date()
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants() -> Grants {
        Grants {
            everywhere: ["auditor".to_owned()].into(),
            organisations: [("auditor-town".to_owned(), "0208573-0".to_owned())].into(),
        }
    }

    fn scope(values: &[&str]) -> Option<Scope> {
        let values: Vec<_> = values.iter().map(|it| (*it).to_owned()).collect();
        grants().scope(&grants().known(values))
    }

    #[test]
    fn only_named_values_give_the_role() {
        assert_eq!(scope(&[]), None);
        assert_eq!(scope(&["Auditor", "auditor ", "", "operator"]), None);
        assert_eq!(Grants::default().scope(&["auditor".to_owned()]), None);
        let town = scope(&["x", "auditor-town"]).unwrap();
        assert!(town.covers("0208573-0") && town.names("0208573-0"));
        assert!(!town.covers("7654321-2"));
        let all = scope(&["auditor"]).unwrap();
        assert!(all.covers("7654321-2") && !all.names("7654321-2"));
        let both = scope(&["auditor", "auditor-town"]).unwrap();
        assert!(both.covers("7654321-2") && both.names("0208573-0") && !both.names("7654321-2"));
    }

    #[test]
    fn a_period_ends_where_its_last_day_ends() {
        let day = |text: &str| Some(text.parse().unwrap());
        let period = Period {
            first: day("2026-03-28"),
            last: day("2026-03-29"),
        };
        let (from, before) = period.microseconds();
        // The clocks go forward on the 29th, which has 23 hours.
        assert_eq!(before - from, 47 * 3_600 * 1_000_000);
        assert_eq!(
            day_of(Timestamp::from_microsecond(from).unwrap()),
            "2026-03-28".parse().unwrap()
        );
        assert_eq!(
            day_of(Timestamp::from_microsecond(before - 1).unwrap()),
            "2026-03-29".parse().unwrap()
        );
        assert_eq!(Period::default().microseconds(), (i64::MIN, i64::MAX));
    }

    #[test]
    fn outcomes_read_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::named(outcome.name()), Some(*outcome));
        }
        assert_eq!(Outcome::named("served"), None);
    }
}
