//! The citizen's part of our own API, and what is true of every operation of it, told in one place: the refusals that do not depend on what is
//! asked, and the conditions on entity tags. An operation's own words, where it has some, stand.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder, Responses};
use utoipa::{Modify, OpenApi};

use crate::http::api;

/// The operations under `/api/v1/mailbox` and `/api/v1/audit`.
#[derive(OpenApi)]
#[openapi(
    paths(
        api::mailbox::show,
        api::mailbox::change,
        api::senders::list,
        api::senders::show,
        api::senders::choose,
        api::contact::show,
        api::contact::set,
        api::contact::verify,
        api::history::list,
        api::history::proof,
        api::messages::list,
        api::messages::search,
        api::messages::thread,
        api::message::open,
        api::confirmation::confirm,
        api::filing::file,
        api::file::show,
        api::file::all,
        api::proof::of_citizen,
        api::proof::bundle_of_citizen,
        api::receipt::of_citizen,
        api::services::list,
        api::drafts::list,
        api::drafts::begin,
        api::drafts::show,
        api::drafts::save,
        api::drafts::delete,
        api::sending::send,
        api::draft_files::add,
        api::draft_files::remove,
        api::mandates::list,
        api::mandates::grant,
        api::mandates::revoke,
        api::person::held,
        api::person::renounce,
        api::person::sessions,
        api::person::end_session,
        api::person::end_sessions,
        api::openness::access_log,
        api::openness::deliveries,
        api::openness::export,
        api::audit::find,
        api::audit::show,
        api::audit::proof,
        api::audit::bundle,
        api::audit::ask,
        api::audit::requests,
        api::audit::decide,
        api::audit::counts,
        api::audit::exports::ask,
        api::audit::exports::list,
        api::audit::exports::show,
        api::audit::exports::cancel,
        api::audit::exports::file,
        api::audit::content::show,
        api::audit::content::file
    ),
    modifiers(&Everywhere)
)]
pub struct CitizenApi;

struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut document.paths.paths {
            for operation in [&mut item.put, &mut item.post, &mut item.delete].into_iter().flatten() {
                change(operation);
                refusals(path, operation);
            }
            if let Some(operation) = item.post.as_mut().filter(|_| path.ends_with("/files")) {
                let uuid = Some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
                let uuid = ObjectBuilder::new().schema_type(Type::String).format(uuid).build();
                let text = "Names the upload, so that it can be repeated after a lost connection";
                let key = optional("Idempotency-Key", text, uuid);
                operation.parameters.get_or_insert_default().push(key.into());
            }
            // What is put in the place of something may say what that was. Whether the mailbox is in use is no text that another could lose.
            if let Some(operation) = item.put.as_mut().filter(|_| path != "/api/v1/mailbox") {
                takes_if_match(operation);
            }
            if let Some(operation) = &mut item.get {
                read(operation);
                refusals(path, operation);
            }
        }
    }
}

/// The answers that any operation may give.
fn refusals(path: &str, operation: &mut Operation) {
    let responses = &mut operation.responses;
    add(
        responses,
        "401",
        "No valid access token, or one of too weak a login; `code` says which",
    );
    add(responses, "405", "Another method than those of the Allow header");
    add(responses, "503", "Busy, or a part of the hub does not work now; repeat");
    let in_query = |it: &RefOr<Parameter>| matches!(it, RefOr::T(it) if it.parameter_in == ParameterIn::Query);
    if operation.parameters.iter().flatten().any(in_query) {
        add(responses, "400", "Everything that is wrong with the query");
    }
    let audit = path.starts_with("/api/v1/audit");
    if audit {
        add(responses, "404", "The access token gives no auditor's role");
    } else {
        add(
            responses,
            "403",
            "The person holds no such mandate now (`code` mandate-not-held), or may not do this",
        );
    }
    add(
        responses,
        "502",
        "The object store, the malware scanner or the register of mandates does not work; repeat",
    );
    let acting = "Acts in the mailbox of another, by this mandate: `actingFor` of `/api/v1/mailbox/held-mandates`";
    let acting = condition("Tiedoksi-Acting-For", acting);
    if !audit {
        operation.parameters.get_or_insert_default().push(acting.into());
    }
    for (status, name, schema, description) in [
        ("401", "WWW-Authenticate", Type::String, "RFC 6750, RFC 9470"),
        ("405", "Allow", Type::String, "The methods that this path takes"),
        ("503", "Retry-After", Type::Integer, "Seconds"),
    ] {
        tell(responses, status, name, header(schema, description));
    }
}

/// What every read with an entity tag has.
fn read(operation: &mut Operation) {
    // A proof grows with the log, and is fetched to be kept.
    if operation.tags.iter().flatten().any(|tag| tag == "evidence") {
        return;
    }
    let responses = &mut operation.responses;
    let known = condition(
        "If-None-Match",
        "The ETag of what the reader has: when it still holds, 304 answers",
    );
    operation.parameters.get_or_insert_default().push(known.into());
    let same = ResponseBuilder::new().description("The reader has it").build();
    responses.responses.entry("304".to_owned()).or_insert(same.into());
    for status in ["200", "304"] {
        let tag = header(Type::String, "Strong (RFC 9110 8.8.3): equal tags mean equal bytes");
        tell(responses, status, "ETag", tag);
    }
}

/// What every change has.
fn change(operation: &mut Operation) {
    let responses = &mut operation.responses;
    if operation.request_body.is_some() {
        add(
            responses,
            "400",
            "Everything that is wrong with the body, one by one in `violations`",
        );
        add(responses, "408", "The body came too slowly, or stopped; repeat");
        add(responses, "413", "The body is too large");
        add(responses, "415", "The body is of another type");
    }
}

/// What every replacement has.
fn takes_if_match(operation: &mut Operation) {
    let expected = condition(
        "If-Match",
        "The ETag of what the change builds upon: when it is another by now, 412 answers",
    );
    operation.parameters.get_or_insert_default().push(expected.into());
    let responses = &mut operation.responses;
    add(responses, "412", "It has changed since; nothing was changed now");
    let tag = header(Type::String, "Strong (RFC 9110 8.8.3): equal tags mean equal bytes");
    tell(responses, "200", "ETag", tag);
}

/// A header that may be sent.
fn optional(name: &str, description: &str, schema: Object) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn condition(name: &str, description: &str) -> Parameter {
    optional(name, description, Object::with_type(Type::String))
}

fn header(schema: Type, description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(Object::with_type(schema)))
        .description(Some(description))
        .build()
}

/// A header of an answer, where that answer is described in place.
fn tell(responses: &mut Responses, status: &str, name: &str, header: Header) {
    if let Some(RefOr::T(response)) = responses.responses.get_mut(status) {
        response.headers.entry(name.to_owned()).or_insert(RefOr::T(header));
    }
}

fn add(responses: &mut Responses, status: &str, description: &str) {
    let refusal = || problem(description);
    let entry = responses.responses.entry(status.to_owned());
    entry.or_insert_with(|| refusal().into());
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}
