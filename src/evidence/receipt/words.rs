//! What a receipt says, in three languages.
//!
//! They stand here and not with the texts of the pages because they belong to the form of a receipt: whoever checks one renders it again, to the
//! byte, for as long as there are receipts. A changed word is another [`FORM`](super::FORM).

mod en;
mod fi;
mod sv;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::domain::name::Language;
use crate::evidence::event_type::EventType;

/// The rule for summer time, so that the same receipt comes out on a machine with another time zone database.
const HELSINKI: &str = "EET-2EEST,M3.5.0/3,M10.5.0/4";

/// The sentences of one language. `{at}` and the like are replaced by [`fill`].
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) subject: &'static str,
    pub(super) of: &'static str,
    pub(super) page: &'static str,
    pub(super) outcome: Outcomes,
    pub(super) message: &'static str,
    pub(super) sender: &'static str,
    pub(super) recipient: &'static str,
    pub(super) by_mandate: &'static str,
    pub(super) number: &'static str,
    pub(super) service: &'static str,
    pub(super) service_id: &'static str,
    pub(super) mode: &'static str,
    pub(super) ordinary: &'static str,
    pub(super) verifiable: &'static str,
    pub(super) basis: &'static str,
    pub(super) consent: &'static str,
    pub(super) statutory: &'static str,
    pub(super) on_paper: &'static str,
    pub(super) body: &'static str,
    pub(super) attachment: &'static str,
    pub(super) bytes: &'static str,
    pub(super) content: &'static str,
    pub(super) content_withheld: &'static str,
    pub(super) more_parts: &'static str,
    pub(super) identity_code: &'static str,
    pub(super) business_id: &'static str,
    pub(super) other_id: &'static str,
    pub(super) undisclosed: &'static str,
    pub(super) time_line: &'static str,
    pub(super) time_line_alt: &'static str,
    pub(super) withheld_short: &'static str,
    pub(super) times: &'static str,
    pub(super) times_of: &'static str,
    pub(super) event: &'static str,
    pub(super) local_time: &'static str,
    pub(super) utc: &'static str,
    pub(super) withheld: &'static str,
    pub(super) again: &'static str,
    pub(super) more_events: &'static str,
    pub(super) reason: &'static str,
    pub(super) actors: &'static str,
    pub(super) actors_lead: &'static str,
    pub(super) act: &'static str,
    pub(super) who: &'static str,
    pub(super) identified: &'static str,
    pub(super) system: &'static str,
    pub(super) logged_in: &'static str,
    pub(super) substantial: &'static str,
    pub(super) high: &'static str,
    pub(super) test_level: &'static str,
    pub(super) deadlines: &'static str,
    pub(super) calculated: &'static str,
    pub(super) calculated_means: &'static str,
    pub(super) served_on: &'static str,
    pub(super) deemed: &'static str,
    pub(super) actual: &'static str,
    pub(super) instant: &'static str,
    pub(super) confirm_by: &'static str,
    pub(super) not_confirmed_by: &'static str,
    pub(super) last_day: &'static str,
    pub(super) last_day_if: &'static str,
    pub(super) no_appeal: &'static str,
    pub(super) no_appeal_stated: &'static str,
    pub(super) instructions: &'static str,
    pub(super) rules: &'static str,
    pub(super) calendar: &'static str,
    pub(super) check: &'static str,
    pub(super) check_lead: &'static str,
    pub(super) check_steps: [(&'static str, &'static str); 3],
    pub(super) check_keys: &'static str,
    pub(super) check_limits: &'static str,
    pub(super) hash: &'static str,
    pub(super) hash_alt: &'static str,
    pub(super) evidence_file: &'static str,
    pub(super) short: fn(EventType) -> &'static str,
    pub(super) long: fn(EventType) -> &'static str,
}

/// What came of a delivery: a headline and what it means.
pub(super) struct Outcomes {
    pub(super) confirmed: (&'static str, &'static str),
    pub(super) by_post: (&'static str, &'static str),
    pub(super) late: (&'static str, &'static str),
    pub(super) expired: (&'static str, &'static str),
    pub(super) on_paper: (&'static str, &'static str),
    pub(super) available: (&'static str, &'static str),
    pub(super) waits: (&'static str, &'static str),
    pub(super) unknown: (&'static str, &'static str),
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Fi => &fi::WORDS,
            Language::Sv => &sv::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// The sentence with what its marks stand for.
pub(super) fn fill(sentence: &str, marks: &[(&str, &str)]) -> String {
    let replace = |text: String, (mark, value): &(&str, &str)| text.replace(&format!("{{{mark}}}"), value);
    marks.iter().fold(sentence.to_owned(), replace)
}

/// An instant in Finnish time.
pub(super) fn local(at: Timestamp) -> Zoned {
    // The rule is fixed text; UTC would stand for it were it not read.
    at.to_zoned(TimeZone::posix(HELSINKI).unwrap_or(TimeZone::UTC))
}

/// An instant in Finnish time, to the second, as a sentence has it.
pub(super) fn second(language: Language, at: Timestamp) -> String {
    let form = match language {
        Language::Fi => "%-d.%-m.%Y klo %-H.%M.%S",
        Language::Sv => "%-d.%-m.%Y kl. %-H.%M.%S",
        Language::En => "%-d %B %Y at %H:%M:%S",
    };
    local(at).strftime(form).to_string()
}

/// The same to the minute, in two lines.
pub(super) fn under_a_dot(language: Language, at: Timestamp) -> [String; 2] {
    let (day, time) = match language {
        Language::Fi | Language::Sv => ("%-d.%-m.%Y", "%-H.%M"),
        Language::En => ("%-d %b %Y", "%H:%M"),
    };
    let at = local(at);
    [at.strftime(day).to_string(), at.strftime(time).to_string()]
}

/// An instant in universal time, as the record has it.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A day.
pub(super) fn day(language: Language, date: Date) -> String {
    let form = match language {
        Language::Fi | Language::Sv => "%-d.%-m.%Y",
        Language::En => "%-d %B %Y",
    };
    date.strftime(form).to_string()
}

/// How long from one instant to a later one, in its largest unit and the next; nothing for less than a second.
pub(super) fn span(language: Language, from: Timestamp, to: Timestamp) -> String {
    let (day, hour) = match language {
        Language::Fi => ("pv", "t"),
        Language::Sv | Language::En => ("d", "h"),
    };
    let seconds = to.as_second().saturating_sub(from.as_second()).max(0);
    let pair = |large: i64, one: &str, small: i64, other: &str| match small {
        0 => format!("{large} {one}"),
        _ => format!("{large} {one} {small} {other}"),
    };
    match seconds {
        0 => String::new(),
        1..60 => format!("{seconds} s"),
        60..3600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => pair(seconds / 3600, hour, seconds % 3600 / 60, "min"),
        _ => pair(seconds / 86_400, day, seconds % 86_400 / 3600, hour),
    }
}
