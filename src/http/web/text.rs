//! The texts of the pages in three languages (Fluent), and the dates, sizes and names that stand in them.
//!
//! Every text a person reads lies in `locales/`; tests fail on a key that is missing or unused in any language. Times are shown in Finnish time
//! (Europe/Helsinki, from the time zone database compiled in). Left out: texts of e-mails, and what senders write.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Display;
use std::sync::LazyLock;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::domain::name::{Language, Names};
use crate::domain::search::is_invisible;
use crate::hub::view::Standing;

/// The cookie that remembers the language a person chose.
pub const LANGUAGE_COOKIE: &str = "tiedoksi_lang";

static BUNDLES: LazyLock<HashMap<Language, FluentBundle<FluentResource>>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|it| (it, bundle(it))).collect());

// Unwrap safety: the database is compiled in, and a test asks for this zone.
#[expect(clippy::expect_used, reason = "the zone is compiled in")]
static HELSINKI: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Helsinki").expect("zone compiled in"));

const fn source(language: Language) -> &'static str {
    match language {
        Language::Fi => include_str!("../../../locales/fi.ftl"),
        Language::Sv => include_str!("../../../locales/sv.ftl"),
        Language::En => include_str!("../../../locales/en.ftl"),
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The marks that isolate the direction of an argument are noise to screen readers, and to people who copy.
    bundle.set_use_isolating(false);
    // What does not parse is left out and then missing; a test asserts that everything parses.
    let resource = FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// The language.
    pub language: Language,
}

impl Text {
    /// The texts in `language`.
    #[must_use]
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language's code, for `lang`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.language.code()
    }

    /// A text.
    #[must_use]
    pub fn get(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A text with one argument.
    #[must_use]
    pub fn with(self, key: &str, name: &str, value: impl Display) -> Cow<'static, str> {
        self.with_all(key, &[(name, &value.to_string())])
    }

    /// A text with several arguments.
    #[must_use]
    pub fn with_all(self, key: &str, values: &[(&str, &str)]) -> Cow<'static, str> {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from((*value).to_owned()));
        }
        self.format(key, Some(&args))
    }

    /// A text that depends on `$count`.
    #[must_use]
    pub fn count(self, key: &str, count: impl Display) -> Cow<'static, str> {
        let count = count.to_string();
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::try_number(&count));
        self.format(key, Some(&args))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = BUNDLES.get(&self.language);
        let pattern = bundle
            .and_then(|bundle| bundle.get_message(key))
            .and_then(|it| it.value());
        let (Some(bundle), Some(pattern)) = (bundle, pattern) else {
            return Cow::Owned(format!("⟦{key}⟧"));
        };
        // An argument that is missing shows as its name; the tests of the pages look for those.
        let mut errors = Vec::new();
        Cow::Owned(bundle.format_pattern(pattern, args, &mut errors).into_owned())
    }

    /// The title of a message, or what stands in its place while its service hides it, or when nobody could see it (one blank is a title).
    #[must_use]
    pub fn title(self, title: Option<&str>) -> Cow<'_, str> {
        match title {
            None => self.get("title-hidden"),
            Some(title) if title.chars().all(|c| c.is_whitespace() || is_invisible(c)) => self.get("untitled"),
            Some(title) => Cow::Borrowed(title),
        }
    }

    /// The title of a message in a list: of one whose content was erased, words that say so.
    #[must_use]
    pub fn title_of<'a>(self, title: Option<&'a str>, standing: &Standing) -> Cow<'a, str> {
        match standing {
            Standing::Erased(_) => self.get("title-erased"),
            _ => self.title(title),
        }
    }

    /// A name in this language.
    #[must_use]
    pub fn name(self, names: &Names) -> &str {
        names.get(self.language)
    }

    /// A day, as its number, month and year.
    #[must_use]
    pub fn date(self, date: &Date) -> String {
        match self.language {
            Language::Fi | Language::Sv => date.strftime("%-d.%-m.%Y").to_string(),
            Language::En => date.strftime("%-d %B %Y").to_string(),
        }
    }

    /// A day with its weekday, as a last day is best told.
    #[must_use]
    pub fn weekday_date(self, date: &Date) -> String {
        format!("{} {}", self.weekday(date), self.date(date))
    }

    /// A day as it stands after "no later than", "until" or "on".
    #[must_use]
    pub fn on_day(self, date: &Date) -> String {
        let (weekday, date) = (self.weekday(date), self.date(date));
        self.with_all("on-day", &[("weekday", &weekday), ("date", &date)])
            .into_owned()
    }

    fn weekday(self, date: &Date) -> Cow<'static, str> {
        self.get(match date.weekday() {
            Weekday::Monday => "weekday-monday",
            Weekday::Tuesday => "weekday-tuesday",
            Weekday::Wednesday => "weekday-wednesday",
            Weekday::Thursday => "weekday-thursday",
            Weekday::Friday => "weekday-friday",
            Weekday::Saturday => "weekday-saturday",
            Weekday::Sunday => "weekday-sunday",
        })
    }

    /// The local day of an instant.
    #[must_use]
    pub fn day_of(self, at: &Timestamp) -> String {
        self.date(&local(*at).date())
    }

    /// An instant to the minute.
    #[must_use]
    pub fn minute(self, at: &Timestamp) -> String {
        self.instant(*at, "%-H.%M", "%H:%M")
    }

    /// An instant to the second, as a receipt tells it.
    #[must_use]
    pub fn second(self, at: &Timestamp) -> String {
        self.instant(*at, "%-H.%M.%S", "%H:%M:%S")
    }

    fn instant(self, at: Timestamp, nordic: &str, english: &str) -> String {
        let at = local(at);
        let date = self.date(&at.date());
        match self.language {
            Language::Fi => format!("{date} klo {}", at.strftime(nordic)),
            Language::Sv => format!("{date} kl. {}", at.strftime(nordic)),
            Language::En => format!("{date} at {}", at.strftime(english)),
        }
    }

    /// An instant for `datetime`: RFC 3339 in UTC, in milliseconds.
    #[must_use]
    pub fn rfc3339(self, at: &Timestamp) -> String {
        format!("{:.3}", at)
    }

    /// The size of a file.
    #[must_use]
    pub fn size(self, bytes: u64) -> String {
        if bytes < 1_000 {
            return self.count("size-bytes", bytes).into_owned();
        }
        if bytes < 999_500 {
            return self.with("size-kilobytes", "size", (bytes + 500) / 1_000).into_owned();
        }
        let tenths = (bytes + 50_000) / 100_000;
        let comma = if self.language == Language::En { '.' } else { ',' };
        let size = format!("{}{comma}{}", tenths / 10, tenths % 10);
        self.with("size-megabytes", "size", size).into_owned()
    }

    /// What kind of file a media type is.
    #[must_use]
    pub fn file_kind(self, media_type: &str) -> Cow<'static, str> {
        self.get(match media_type {
            "application/pdf" => "file-pdf",
            "image/jpeg" | "image/png" | "image/gif" => "file-image",
            "text/plain" => "file-text",
            it if it.contains("spreadsheet") || it.contains("excel") => "file-spreadsheet",
            it if it.contains("presentation") || it.contains("powerpoint") => "file-presentation",
            it if it.contains("word") || it.contains("opendocument.text") || it == "application/rtf" => "file-document",
            _ => "file-other",
        })
    }
}

/// An instant in Finnish time.
#[must_use]
pub fn local(at: Timestamp) -> Zoned {
    at.to_zoned(HELSINKI.clone())
}

/// The language that the address asks for (`?lang=`).
#[must_use]
pub fn chosen_language(uri: &Uri) -> Option<Language> {
    let pairs = url::form_urlencoded::parse(uri.query()?.as_bytes());
    pairs
        .filter(|(name, _)| name == "lang")
        .find_map(|(_, value)| Language::from_code(&value))
}

/// The language of a request: what its address asks for, else what the person chose before, else what the browser prefers, else Finnish.
#[must_use]
pub fn language_of(uri: &Uri, headers: &HeaderMap) -> Language {
    chosen_language(uri)
        .or_else(|| remembered_language(headers))
        .or_else(|| preferred_language(headers))
        .unwrap_or_default()
}

fn remembered_language(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == LANGUAGE_COOKIE)
        .and_then(|(_, value)| Language::from_code(value))
}

/// The first language of `Accept-Language` that is ours, by quality (RFC 9110 12.5.4); a quality that cannot be read counts as none.
fn preferred_language(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Language)> = None;
    for range in accepted.split(',') {
        let (tag, parameter) = range.split_once(';').unwrap_or((range, "q=1"));
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let quality = parameter
            .trim()
            .strip_prefix("q=")
            .and_then(|it| it.parse().ok())
            .unwrap_or(0.0);
        if let Some(language) = Language::from_code(&primary)
            && quality > best.map_or(0.0, |(quality, _)| quality)
        {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

/// The language of the request, for handlers.
#[derive(Debug, Clone, Copy)]
pub struct Lang(pub Language);

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(language_of(&parts.uri, &parts.headers)))
    }
}

#[cfg(test)]
mod tests;
