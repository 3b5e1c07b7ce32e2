//! `GET /v2/events`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::extract::Authenticated;
use crate::http::App;
use crate::http::error::{ErrorResponse, reason, sender_error};
use crate::hub::event::FeedDetail;
use crate::hub::events::FeedEvent;

/// Where to go on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
pub struct EventsQuery {
    /// The token of the page before; absent: from the oldest event kept.
    continuation_token: Option<String>,
}

impl EventsQuery {
    /// The token, when one was given.
    pub(super) fn continuation_token(&self) -> Option<&str> {
        self.continuation_token.as_deref()
    }
}

/// One event.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "Electronic message created")]
    kind: &'static str,
    /// When, UTC.
    #[schema(value_type = String, format = DateTime)]
    event_time: String,
    /// To what.
    metadata: EventMetadata,
}

/// What an event is about.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventMetadata {
    /// The message.
    message_id: i64,
    /// The service.
    service_id: String,
    /// The sender's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// The name of the person who confirmed receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_confirmed_by: Option<String>,
    /// The post's tracking code of a letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    posti_tracking_code: Option<String>,
    /// Who signed for a letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_signature: Option<String>,
}

/// A page of events.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventsResponse {
    /// Always there: come back with it.
    continuation_token: String,
    /// At most 1 000; none: no more for now.
    events: Vec<Event>,
}

impl From<FeedEvent> for Event {
    fn from(event: FeedEvent) -> Self {
        let (confirmed_by, post) = match event.detail {
            Some(FeedDetail::ConfirmedBy(name)) => (Some(name), None),
            Some(FeedDetail::Post {
                tracking_code,
                signature,
            }) => (None, Some((tracking_code, signature))),
            None => (None, None),
        };
        let (posti_tracking_code, recipient_signature) = post.unzip();
        Self {
            kind: event.kind.as_str(),
            event_time: format!("{:.3}", event.at),
            metadata: EventMetadata {
                message_id: event.message,
                service_id: event.service,
                external_id: event.external_id,
                receipt_confirmed_by: confirmed_by,
                posti_tracking_code,
                recipient_signature: recipient_signature.flatten(),
            },
        }
    }
}

/// What happened to the messages of the caller's services, in the order of the evidence log.
#[utoipa::path(get, path = "/v2/events", tag = "events", params(EventsQuery), responses(
    (status = 200, description = "A page", body = EventsResponse),
    (status = 400, description = "Not a continuation token", body = ErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn events(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    query: Result<Query<EventsQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return reason(
            StatusCode::BAD_REQUEST,
            "The query is malformed. It may hold one continuationToken.",
        );
    };
    match app.hub.events(&sender, query.continuation_token()).await {
        Ok(page) => Json(EventsResponse {
            continuation_token: page.token,
            events: page.events.into_iter().map(Into::into).collect(),
        })
        .into_response(),
        Err(error) => sender_error(error),
    }
}
