//! What is true of every operation of the sender API, told in one place: the `traceId`, the refusals that do not depend on what is asked, and the
//! headers that go with them. An operation's own words, where it has some, stand.

use utoipa::Modify;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Content, ContentBuilder, Header, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::domain::attachment::MediaType;

/// The modifier.
pub struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations = [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.delete,
                &mut item.patch,
            ];
            for operation in operations.into_iter().flatten() {
                complete(operation);
            }
        }
        let schemas = document.components.iter_mut().flat_map(|it| it.schemas.values_mut());
        for property in schemas.flat_map(properties) {
            refuse_nul(property);
        }
    }
}

/// The members of an object that are described in place.
fn properties(schema: &mut RefOr<Schema>) -> impl Iterator<Item = &mut Object> {
    let object = match schema {
        RefOr::T(Schema::Object(object)) => Some(object),
        _ => None,
    };
    let members = object.into_iter().flat_map(|object| object.properties.values_mut());
    members.filter_map(|member| match member {
        RefOr::T(Schema::Object(member)) => Some(member),
        _ => None,
    })
}

/// A text with a length is one that a caller writes; no such text may hold the NUL character (`domain::fields`).
fn refuse_nul(text: &mut Object) {
    if text.max_length.is_some() && text.pattern.is_none() {
        text.pattern = Some(r"^[^\u0000]*$".to_owned());
    }
}

/// Files of end users are of the types that may be uploaded.
pub struct Files;

impl Modify for Files {
    fn modify(&self, document: &mut OpenApi) {
        let download = document
            .paths
            .paths
            .get_mut("/v1/attachments/{id}")
            .and_then(|item| item.get.as_mut());
        let found = download.and_then(|operation| operation.responses.responses.get_mut("200"));
        if let Some(RefOr::T(response)) = found {
            let types = MediaType::ALL.iter().map(|kind| kind.as_str().to_owned());
            response.content = types.map(|kind| (kind, RefOr::T(Content::default()))).collect();
        }
    }
}

fn complete(operation: &mut Operation) {
    let open = operation.security.is_some();
    let first_version = operation.tags.iter().flatten().any(|tag| tag == "v1");
    let has_body = operation.request_body.is_some();
    let responses = &mut operation.responses.responses;
    if has_body {
        let slow = refusal("The body came too slowly, or stopped; repeat");
        responses.entry("408".to_owned()).or_insert_with(|| slow.into());
    }
    if !open {
        let denied = refusal("The organisation's system is not active");
        responses.entry("403".to_owned()).or_insert_with(|| denied.into());
    }
    let method = refusal("Another method than those of the Allow header");
    responses.entry("405".to_owned()).or_insert_with(|| method.into());
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        let mut add = |name: &str, header: Header| {
            response.headers.entry(name.to_owned()).or_insert(RefOr::T(header));
        };
        let uuid = Some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
        let trace = ObjectBuilder::new().schema_type(Type::String).format(uuid).build();
        add(
            "traceId",
            header(trace, "Names the request in the hub's log; on every answer"),
        );
        if first_version {
            let since = ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^@[0-9]+$"));
            add(
                "Deprecation",
                header(
                    since.build(),
                    "Since when the path is deprecated (RFC 9745); on every answer",
                ),
            );
            let link = Object::with_type(Type::String);
            add(
                "Link",
                header(link, "The path that took over, as `successor-version`; on every answer"),
            );
        }
        match status.as_str() {
            "405" => add(
                "Allow",
                header(Object::with_type(Type::String), "The methods that this path takes"),
            ),
            "503" => add("Retry-After", header(Object::with_type(Type::Integer), "Seconds")),
            _ => {}
        }
    }
}

fn header(schema: Object, description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(description))
        .build()
}

fn refusal(description: &str) -> Response {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ErrorResponse")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", body)
        .build()
}
