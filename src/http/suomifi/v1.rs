//! The deprecated first version of the sender API, so that clients of any vintage work (contract 1.16, 1.17): the same acts as the second's, with
//! its own names, defaults and forms of error.
//!
//! Every answer of these paths, refusals too, says by `Deprecation` (RFC 9745) that they are, and by `Link` which path took over. Nothing is said
//! of an end: there is none.

pub mod events;
pub mod messages;
pub mod send;
pub mod state;
pub mod uploads;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::domain::id::MessageId;
use crate::domain::message::Violation;

/// The header of RFC 9745.
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");

/// Since when: 1 April 2026, when the oldest version of the contract that is known here (SPEC-A, contract 1.19) already called these paths
/// deprecated. The day on which that was decided is not published.
const SINCE: HeaderValue = HeaderValue::from_static("@1775001600");

/// Adds `Deprecation` and `Link` to every answer of the paths it is laid over.
pub async fn deprecated(request: Request, next: Next) -> Response {
    let successor = successor(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(DEPRECATION, SINCE);
    if let Ok(link) = HeaderValue::from_str(&format!("<{successor}>; rel=\"successor-version\"")) {
        headers.insert(header::LINK, link);
    }
    response
}

/// The path that took over, relative to the old one, so that it holds under any prefix and behind any proxy.
fn successor(path: &str) -> String {
    let new = match path.strip_prefix("/v1/").unwrap_or_default() {
        "files" => "attachments",
        state if state.ends_with("/state") => "events",
        same => same,
    };
    let up = "../".repeat(path.matches('/').count() - 1);
    format!("{up}v2/{new}")
}

/// A message id in a path.
fn message_id(text: &str) -> Result<MessageId, Vec<Violation>> {
    text.parse().map_err(|_| {
        let message = "A message id is a whole number from 1 to 9007199254740991.";
        vec![Violation::new("/id", "bad-id", message)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_names_its_successor() {
        for (old, new) in [
            ("/v1/attachments", "../v2/attachments"),
            ("/v1/files", "../v2/attachments"),
            ("/v1/events", "../v2/events"),
            ("/v1/messages", "../v2/messages"),
            ("/v1/messages/electronic", "../../v2/messages/electronic"),
            ("/v1/messages/7", "../../v2/messages/7"),
            ("/v1/messages/7/state", "../../../v2/events"),
            ("/v1/paper-mail-without-id", "../v2/paper-mail-without-id"),
        ] {
            assert_eq!(successor(old), new);
            // As a browser would resolve it, at the root and under a prefix.
            for prefix in ["", "/suomifi"] {
                let base = url::Url::parse(&format!("https://hub.example{prefix}{old}")).unwrap();
                let path = base.join(new).unwrap().path().to_owned();
                assert!(path.starts_with(&format!("{prefix}/v2/")), "{path}");
            }
        }
    }

    #[test]
    fn the_date_is_the_first_of_april() {
        let seconds = SINCE.to_str().unwrap().trim_start_matches('@').parse().unwrap();
        let date = jiff::Timestamp::from_second(seconds).unwrap();
        assert_eq!(date.to_string(), "2026-04-01T00:00:00Z");
    }
}
