//! `POST /v1/mailboxes/active`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::{Authenticated, JsonBytes};
use crate::domain::fields::{Fields, Node, read_object};
use crate::domain::identity::RecipientId;
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::{ErrorResponse, sender_error, violations};
use crate::hub::events::MOST_MAILBOXES;

/// One end user.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EndUser {
    /// A personal identity code (11 characters) or a Business ID (9).
    #[schema(min_length = 9, max_length = 11)]
    id: String,
}

/// A question about end users.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `end_users` reads")]
pub struct ActiveRequest {
    /// 1 to 10 000 of them.
    #[schema(min_items = 1, max_items = 10000)]
    end_users: Vec<EndUser>,
}

/// Those that can be reached now.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveResponse {
    /// As they were spelled in the question.
    end_users_with_active_mailbox: Vec<EndUser>,
}

/// Answers which end users the calling organisation can reach electronically now. To be asked only when about to send.
#[utoipa::path(post, path = "/v1/mailboxes/active", tag = "mailboxes", request_body = ActiveRequest, responses(
    (status = 200, description = "Those with an active mailbox", body = ActiveResponse),
    (status = 400, description = "A malformed question", body = ErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 413, description = "The body is over 1 MiB", body = ErrorResponse),
    (status = 415, description = "The body is not JSON", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn active(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    JsonBytes(body): JsonBytes,
) -> Response {
    let ids = match read_object(&body, end_users) {
        Ok(ids) => ids,
        Err(found) => return violations(found),
    };
    match app.hub.reachable(&sender, ids).await {
        Ok(ids) => Json(ActiveResponse {
            end_users_with_active_mailbox: ids.into_iter().map(|id| EndUser { id }).collect(),
        })
        .into_response(),
        Err(error) => sender_error(error),
    }
}

/// The ids asked about, as spelled. Entries of a list that is too long are not examined one by one.
fn end_users(fields: &Fields<'_, '_>, found: &mut Vec<Violation>) -> Option<Vec<String>> {
    let pointer = fields.at("endUsers");
    let Node::List(users) = fields.required("endUsers", found)? else {
        found.push(Violation::new(
            pointer,
            "wrong-type",
            "This field must be a JSON array.",
        ));
        return None;
    };
    if !(1..=MOST_MAILBOXES).contains(&users.len()) {
        let code = if users.is_empty() { "too-few" } else { "too-many" };
        let message = format!("Ask about 1 to {MOST_MAILBOXES} end users at a time.");
        found.push(Violation::new(pointer, code, message));
        return None;
    }
    let mut ids = Vec::with_capacity(users.len());
    for (index, user) in users.iter().enumerate() {
        let id = Fields::of(user, format!("{pointer}/{index}"), found)
            .and_then(|user| user.sized_text("id", RecipientId::MIN_CHARS, RecipientId::MAX_CHARS, found));
        ids.extend(id);
    }
    Some(ids)
}
