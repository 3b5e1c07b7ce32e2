//! `GET /v1/events`: the feed of `GET /v2/events` in the first version's words, with the same tokens, order and window.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::domain::event::FeedType;
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, sender_error, validation_errors};
use crate::http::suomifi::events::EventsQuery;
use crate::http::suomifi::extract::Authenticated;
use crate::hub::ActError;
use crate::hub::event::FeedDetail;
use crate::hub::events::FeedEvent;

/// One event.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventV1 {
    /// `Electronic` or `Paper mail`.
    #[schema(schema_with = entity_type)]
    entity_type: &'static str,
    /// What happened.
    #[schema(schema_with = event_type)]
    event_type: &'static str,
    /// When, UTC.
    #[schema(value_type = String, format = DateTime)]
    event_time: String,
    /// To what.
    metadata: EventMetadataV1,
}

/// Who wrote the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// The calling system's organisation.
    FromOrganization,
    /// An end user.
    FromEndUser,
}

/// What an event is about.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventMetadataV1 {
    /// Who wrote the message.
    direction: Direction,
    /// The message.
    message_id: i64,
    /// The service.
    service_id: String,
    /// The sender's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// `Receipt confirmed`: the name of the person who confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_confirmed_by: Option<String>,
    /// `Posti: Receipt confirmed`: the post's tracking code.
    #[serde(skip_serializing_if = "Option::is_none")]
    posti_tracking_code: Option<String>,
    /// `Posti: Receipt confirmed`: who signed; empty when the post did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_signature: Option<String>,
}

/// A page of events.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventsV1Response {
    /// Always there: come back with it, here or at `/v2/events`.
    continuation_token: String,
    /// At most 1 000; none: no more for now.
    events: Vec<EventV1>,
}

/// `entityType` and `eventType`.
const fn words(kind: FeedType) -> (&'static str, &'static str) {
    match kind {
        FeedType::ElectronicCreated | FeedType::ElectronicFromEndUser => ("Electronic", "Created"),
        FeedType::ElectronicRead => ("Electronic", "Read"),
        FeedType::ReceiptConfirmed => ("Electronic", "Receipt confirmed"),
        FeedType::PaperCreated => ("Paper mail", "Created"),
        FeedType::PaperSentForPrinting => ("Paper mail", "Sent for printing and enveloping"),
        FeedType::PostReceiptConfirmed => ("Paper mail", "Posti: Receipt confirmed"),
        FeedType::PostReturnedToSender => ("Paper mail", "Posti: Returned to sender"),
        FeedType::PostUnresolved => ("Paper mail", "Posti: Unresolved"),
    }
}

/// What may stand in a member, described by [`words`]; in the order of the types, each once.
fn described(description: &str, word: impl Fn(FeedType) -> &'static str) -> Object {
    let mut texts: Vec<_> = FeedType::ALL.iter().map(|kind| word(*kind)).collect();
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(*text));
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(texts));
    schema.description(Some(description)).build()
}

fn entity_type() -> Object {
    described("By which way the message goes", |kind| words(kind).0)
}

fn event_type() -> Object {
    described("What happened", |kind| words(kind).1)
}

impl From<FeedEvent> for EventV1 {
    fn from(event: FeedEvent) -> Self {
        let (entity_type, event_type) = words(event.kind);
        let (mut confirmed_by, mut tracking, mut signed) = (None, None, None);
        match (event.kind, event.detail) {
            (FeedType::ReceiptConfirmed, Some(FeedDetail::ConfirmedBy(name))) => confirmed_by = Some(name),
            // Of a letter that came back, or of which nobody knows, the first version tells no tracking code.
            (
                FeedType::PostReceiptConfirmed,
                Some(FeedDetail::Post {
                    tracking_code,
                    signature,
                }),
            ) => {
                tracking = Some(tracking_code);
                signed = Some(signature.unwrap_or_default());
            }
            _ => {}
        }
        let direction = match event.kind {
            FeedType::ElectronicFromEndUser => Direction::FromEndUser,
            _ => Direction::FromOrganization,
        };
        Self {
            entity_type,
            event_type,
            event_time: format!("{:.3}", event.at),
            metadata: EventMetadataV1 {
                direction,
                message_id: event.message,
                service_id: event.service,
                external_id: event.external_id,
                receipt_confirmed_by: confirmed_by,
                posti_tracking_code: tracking,
                recipient_signature: signed,
            },
        }
    }
}

/// What happened to the messages of the caller's services; deprecated, see `/v2/events`.
#[utoipa::path(get, path = "/v1/events", operation_id = "events_v1", tag = "v1", params(EventsQuery), responses(
    (status = 200, description = "A page", body = EventsV1Response),
    (status = 400, description = "Not a continuation token", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 403, description = "Access denied: the system is not active", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn events(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        let message = "The query is malformed. It may hold one continuationToken.";
        return validation_errors(vec![Violation::new("/continuationToken", "bad-token", message)]);
    };
    match app.hub.events(&sender, query.continuation_token()).await {
        Ok(page) => Json(EventsV1Response {
            continuation_token: page.token,
            events: page.events.into_iter().map(Into::into).collect(),
        })
        .into_response(),
        Err(ActError::Invalid(found)) => validation_errors(found),
        Err(error) => sender_error(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(kind: FeedType, detail: Option<FeedDetail>) -> Value {
        let event = FeedEvent {
            kind,
            at: jiff::Timestamp::UNIX_EPOCH,
            message: 7,
            service: "svc".into(),
            external_id: (kind != FeedType::ElectronicFromEndUser).then(|| "A-1".into()),
            detail,
        };
        serde_json::to_value(EventV1::from(event)).unwrap()
    }

    #[test]
    fn each_type_has_its_words() {
        let known: Vec<_> = FeedType::ALL.iter().map(|kind| words(*kind)).collect();
        let expected = [
            ("Electronic", "Created"),
            ("Electronic", "Read"),
            ("Electronic", "Created"),
            ("Electronic", "Receipt confirmed"),
            ("Paper mail", "Created"),
            ("Paper mail", "Sent for printing and enveloping"),
            ("Paper mail", "Posti: Receipt confirmed"),
            ("Paper mail", "Posti: Returned to sender"),
            ("Paper mail", "Posti: Unresolved"),
        ];
        assert_eq!(known, expected);
    }

    #[test]
    fn what_the_post_says_is_told_where_the_first_version_has_a_place() {
        let post = |signature: Option<&str>| {
            Some(FeedDetail::Post {
                tracking_code: "JJFI1".into(),
                signature: signature.map(Into::into),
            })
        };
        let plain =
            json!({ "direction": "FROM_ORGANIZATION", "messageId": 7, "serviceId": "svc", "externalId": "A-1" });
        for (signature, expected) in [(Some("Onni"), "Onni"), (None, "")] {
            let mut metadata = plain.clone();
            metadata["postiTrackingCode"] = json!("JJFI1");
            metadata["recipientSignature"] = json!(expected);
            let event = told(FeedType::PostReceiptConfirmed, post(signature));
            assert_eq!(event["metadata"], metadata);
            assert_eq!(event["eventTime"], "1970-01-01T00:00:00.000Z");
        }
        for kind in [FeedType::PostReturnedToSender, FeedType::PostUnresolved] {
            assert_eq!(told(kind, post(None))["metadata"], plain);
        }
        let from_end_user = json!({ "direction": "FROM_END_USER", "messageId": 7, "serviceId": "svc" });
        assert_eq!(told(FeedType::ElectronicFromEndUser, None)["metadata"], from_end_user);
    }
}
