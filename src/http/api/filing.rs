//! Filing messages: into the archive and out of it, deleting, restoring.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::request::JsonBody;
use crate::domain::fields::{Node, message_id, read_object};
use crate::domain::id::MessageId;
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::{Filed, Filing};

/// What is to be filed, and how.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `wanted` reads")]
pub struct FilingOrder {
    /// How.
    filing: FilingName,
    /// Which messages; those of others are as if absent.
    #[schema(min_items = 1, max_items = 20, minimum = 1, maximum = 9007199254740991i64)]
    messages: Vec<i64>,
}

/// A way of filing.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum FilingName {
    /// Into the archive.
    Archive,
    /// Out of the archive, to where it came.
    Unarchive,
    /// To the deleted ones, where it can be restored for a time.
    Delete,
    /// From the deleted ones to where it was.
    Restore,
}

/// What became of the messages.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FiledMessages {
    /// Those that now lie where they were to, also when they lay there before.
    #[schema(value_type = Vec<i64>)]
    done: Vec<MessageId>,
    /// Those not deleted because their receipt is not confirmed.
    #[schema(value_type = Vec<i64>)]
    kept: Vec<MessageId>,
}

fn wanted(body: &[u8]) -> Result<(Filing, Vec<MessageId>), Vec<Violation>> {
    let names = Filing::ALL.map(|filing| (filing.as_str(), filing));
    read_object(body, |fields, found| {
        let filing = fields.choice("filing", &names, found);
        let ids = fields.required("messages", found).and_then(|node| {
            let Node::List(items) = node else {
                let text = "This field must be a list of messageIds.";
                found.push(Violation::new(fields.at("messages"), "wrong-type", text));
                return None;
            };
            if items.is_empty() {
                let text = "Name at least one message.";
                found.push(Violation::new(fields.at("messages"), "too-few", text));
            }
            if items.len() > crate::hub::filing::MOST {
                let text = format!("At most {} messages are filed at once.", crate::hub::filing::MOST);
                found.push(Violation::new(fields.at("messages"), "too-many", text));
                return None;
            }
            let at = |index| format!("{}/{index}", fields.at("messages"));
            let items = items.iter().enumerate();
            let ids: Vec<_> = items
                .map(|(index, item)| message_id(item, || at(index), found))
                .collect();
            ids.into_iter().collect::<Option<Vec<_>>>()
        });
        Some((filing?, ids?))
    })
}

/// Files messages, all in one act. The same again is answered alike. A verifiable message is not deleted before its receipt is confirmed.
#[utoipa::path(post, path = "/api/v1/mailbox/filing", tag = "messages", security(("citizen" = [])), request_body = FilingOrder, responses(
    (status = 200, description = "What became of them, durably", body = FiledMessages),
    (status = 404, description = "None of them is in the mailbox", body = super::Problem, content_type = "application/problem+json")))]
pub async fn file(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let (filing, ids) = wanted(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let filed = app.hub.file(&citizen, filing, &ids).await;
    let Filed { done, kept } = filed.map_err(|error| problem(&error))?;
    Ok(Json(FiledMessages { done, kept }).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_id_is_named() {
        assert!(wanted(br#"{"filing":"archive","messages":[1,2]}"#).is_ok());
        let wrong = |body: &[u8]| {
            wanted(body)
                .unwrap_err()
                .into_iter()
                .map(|it| it.pointer)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            wrong(br#"{"filing":"burn","messages":[1,"x",0]}"#),
            ["/filing", "/messages/1", "/messages/2"]
        );
        assert_eq!(wrong(br#"{"filing":"delete","messages":[]}"#), ["/messages"]);
        assert_eq!(wrong(br#"{"messages":7}"#), ["/filing", "/messages"]);
        let many = format!(r#"{{"filing":"delete","messages":[{}1]}}"#, "1,".repeat(20));
        assert_eq!(wrong(many.as_bytes()), ["/messages"]);
    }
}
