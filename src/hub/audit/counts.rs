//! Numbers over time: how many deliveries were accepted, opened, confirmed and so on, by day or month, and by service.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::view::{Counts, Numbers, ServiceCounts, Wanted};
use crate::domain::auditor::{Auditor, day_of};
use crate::domain::id::ServiceId;
use crate::domain::message::Violation;
use crate::hub::{ActError, Hub};

/// Days that are shown when nothing else is asked for.
const USUAL_DAYS: i64 = 30;
/// More days than these are shown by month.
const MOST_BY_DAY: usize = 92;
/// The most days that can be asked for: ten years, as long as evidence is kept.
const MOST_DAYS: i64 = 3_660;

impl Hub {
    /// The numbers of the wanted organisation or service in the wanted days; of all that the auditor may look into when neither is named. Days
    /// default to the last thirty. What is not covered has no numbers.
    ///
    /// # Errors
    /// [`ActError::Invalid`] for days that end before they begin, or are more than ten years.
    pub async fn audit_counts(&self, auditor: &Auditor, wanted: &Wanted) -> Result<Counts, ActError> {
        let (first, last) = self.days(wanted)?;
        let (from, to) = (first.to_string(), last.to_string());
        let mut tx = self.db.read().await?;
        let among = self.among(&mut tx, auditor, wanted).await?.unwrap_or_default();
        let mut days: BTreeMap<Date, Numbers> = BTreeMap::new();
        let mut services: Vec<(ServiceId, Numbers)> = Vec::new();
        for one in among {
            for row in tx.list_audit_days(one, &from, &to).await? {
                if let Ok(day) = row.day.parse() {
                    add(days.entry(day).or_default(), &row.numbers);
                }
            }
            let found = tx.list_audit_services(one, &from, &to).await?;
            services.extend(found.into_iter().map(|row| (row.service_id, row.numbers)));
        }
        services.sort_by_key(|(id, numbers)| (std::cmp::Reverse(numbers.accepted), *id));
        let mut total = Numbers::default();
        days.values().for_each(|it| add(&mut total, it));
        let mut named = Vec::with_capacity(services.len());
        for (id, numbers) in services {
            let service = self.service_in(&mut tx, id).await?;
            let organisation = self.organisation_in(&mut tx, service.row.organisation_id).await?;
            named.push(ServiceCounts {
                organisation: organisation.row.names.clone(),
                service: service.row.names.clone(),
                code: service.row.code.clone(),
                numbers,
            });
        }
        let (steps, monthly) = steps(first, last, &days);
        Ok(Counts {
            first,
            last,
            steps,
            monthly,
            services: named,
            total,
        })
    }

    fn days(&self, wanted: &Wanted) -> Result<(Date, Date), ActError> {
        let last = wanted.period.last.unwrap_or_else(|| day_of(self.now()));
        let usual = last.saturating_sub((USUAL_DAYS - 1).days());
        let first = wanted.period.first.unwrap_or(usual);
        let refuse = |text: &str| Err(ActError::Invalid(vec![Violation::new("/first", "bad-period", text)]));
        if first > last {
            return refuse("The first day comes after the last: exchange them.");
        }
        if last.saturating_sub(MOST_DAYS.days()) > first {
            return refuse("These are more than ten years: choose fewer days.");
        }
        Ok((first, last))
    }
}

/// Every day, or where those are too many every month, with its numbers.
fn steps(first: Date, last: Date, days: &BTreeMap<Date, Numbers>) -> (Vec<(Date, Numbers)>, bool) {
    let every: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).collect();
    if every.len() <= MOST_BY_DAY {
        let numbers = |day: Date| days.get(&day).copied().unwrap_or_default();
        return (every.into_iter().map(|day| (day, numbers(day))).collect(), false);
    }
    let mut months: BTreeMap<Date, Numbers> = BTreeMap::new();
    for day in every {
        let month = months.entry(day.first_of_month()).or_default();
        if let Some(numbers) = days.get(&day) {
            add(month, numbers);
        }
    }
    (months.into_iter().collect(), true)
}

const fn add(to: &mut Numbers, more: &Numbers) {
    to.accepted += more.accepted;
    to.opened += more.opened;
    to.confirmed += more.confirmed;
    to.expired += more.expired;
    to.late += more.late;
    to.posted += more.posted;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(accepted: i64) -> Numbers {
        Numbers {
            accepted,
            ..Numbers::default()
        }
    }

    #[test]
    fn every_day_has_a_step_and_many_days_become_months() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let days = [(day("2026-02-28"), one(2)), (day("2026-03-01"), one(3))].into();
        let (found, monthly) = steps(day("2026-02-27"), day("2026-03-02"), &days);
        let accepted: Vec<_> = found.iter().map(|(_, it)| it.accepted).collect();
        assert_eq!((accepted, monthly), (vec![0, 2, 3, 0], false));
        let (found, monthly) = steps(day("2026-01-15"), day("2026-12-31"), &days);
        assert!(monthly);
        assert_eq!(found.len(), 12);
        assert_eq!(found[0], (day("2026-01-01"), one(0)));
        assert_eq!((found[1].1, found[2].1), (one(2), one(3)));
    }
}
