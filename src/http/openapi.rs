//! Our own descriptions of the APIs, generated from the handlers and written to `api-spec/`; a test fails when the files drift.

mod citizen;
mod everywhere;
pub mod paper;
pub mod print;
pub mod v1;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use self::citizen::CitizenApi;
use self::everywhere::{Everywhere, Files};
use super::{api, oauth, print as printing, suomifi};

/// An electronic message as a system sends it. Lengths are in Unicode code points; unknown members are ignored.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ElectronicMessage {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// To whom.
    recipient: Recipient,
    /// From which service.
    sender: SendingService,
    /// The message.
    electronic: ElectronicPart,
}

/// To whom.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct Recipient {
    /// A personal identity code (11 characters) or a Business ID (9).
    #[schema(min_length = 9, max_length = 11, example = "010181-900C")]
    id: String,
}

/// From which service.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct SendingService {
    /// One of the calling system's own.
    #[schema(min_length = 1, max_length = 64)]
    service_id: String,
}

/// The message.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ElectronicPart {
    /// Title; shown before receipt is confirmed.
    #[schema(min_length = 1, max_length = 256)]
    title: String,
    /// Body.
    #[schema(min_length = 1, max_length = 40000)]
    body: String,
    /// `Text` or `Markdown` (headings, lists, paragraphs, bold, https links).
    body_format: BodyFormat,
    /// Uploads of the last 24 hours.
    #[schema(max_items = 50)]
    attachments: Vec<AttachmentReference>,
    /// `Normal`, or `Verifiable`: served when its receipt is confirmed.
    message_service_type: MessageServiceType,
    /// What the notices say.
    notifications: Notifications,
    /// Whether the recipient may reply.
    reply_allowed_by: ReplyAllowedBy,
    /// `Recipient only` hides it from agents.
    visibility: Option<Visibility>,
    /// The end user's message that this one answers.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    in_reply_to_message_id: Option<i64>,
}

/// How the body is written.
#[derive(ToSchema)]
pub enum BodyFormat {
    /// Plain text.
    Text,
    /// A subset of CommonMark.
    Markdown,
}

/// The kind of service.
#[derive(ToSchema)]
pub enum MessageServiceType {
    /// 13/2003 s.19.
    Normal,
    /// 13/2003 s.18.
    Verifiable,
}

/// Who may reply.
#[derive(ToSchema)]
pub enum ReplyAllowedBy {
    /// The recipient.
    Anyone,
    /// Nobody.
    #[schema(rename = "No one")]
    NoOne,
}

/// Who sees it.
#[derive(ToSchema)]
pub enum Visibility {
    /// The owner and agents.
    Normal,
    /// The owner alone.
    #[schema(rename = "Recipient only")]
    RecipientOnly,
}

/// An upload.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct AttachmentReference {
    /// Its id.
    attachment_id: uuid::Uuid,
}

/// What the notices say.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct Notifications {
    /// Whether they name the sender.
    sender_details_in_notifications: SenderDetails,
    /// Whether an unread message is reminded of.
    unread_message_notification: UnreadNotification,
    /// The sender's own words.
    customised_new_message_notification: Option<CustomisedNotification>,
}

/// Whether notices name the sender.
#[derive(ToSchema)]
pub enum SenderDetails {
    /// They do.
    #[schema(rename = "Organisation and service name")]
    OrganisationAndService,
    /// They do not.
    None,
}

/// Reminders.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct UnreadNotification {
    /// Whether.
    reminder: Reminder,
}

/// Whether an unread message is reminded of.
#[derive(ToSchema)]
pub enum Reminder {
    /// At the hub's interval.
    #[schema(rename = "Default reminder")]
    Default,
    /// Never.
    #[schema(rename = "No reminders")]
    None,
}

/// The sender's own words for the notice of a new message; plain text in three languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct CustomisedNotification {
    /// 1 to 256 characters each.
    title: TitleTexts,
    /// Up to 1 500 characters each.
    content: ContentTexts,
}

/// A title in three languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct TitleTexts {
    /// Finnish.
    #[schema(min_length = 1, max_length = 256)]
    fi: String,
    /// Swedish.
    #[schema(min_length = 1, max_length = 256)]
    sv: String,
    /// English.
    #[schema(min_length = 1, max_length = 256)]
    en: String,
}

/// A content in three languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ContentTexts {
    /// Finnish.
    #[schema(max_length = 1500)]
    fi: String,
    /// Swedish.
    #[schema(max_length = 1500)]
    sv: String,
    /// English.
    #[schema(max_length = 1500)]
    en: String,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tiedoksi: sender API",
        description = "Compatible with the Suomi.fi Messages REST API.\n\n1. `/v1/token` gives an access token for a username and password; it goes into the Authorization header, bare or after Bearer.\n2. `/v2/attachments` takes the files, `/v2/messages/electronic`, `/v2/messages` and `/v2/paper-mail-without-id` the messages that name them.\n3. `/v2/events` tells what happens to them.\n\nA refused request names what is wrong one by one: in `validationErrors` where the path promises ValidationErrorResponse, else in `violations`; the entries are the same. First the form of the body is read, then what it names is looked up. Every answer carries a traceId header. The hub's other API, for print houses, proofs and OAuth, is described in [hub-api.yaml](/docs/hub-api.yaml).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "auth", description = "Access tokens and passwords of systems"),
        (name = "attachments", description = "Files"),
        (name = "messages", description = "Sending, and reading what end users sent"),
        (name = "events", description = "What happened to messages"),
        (name = "mailboxes", description = "Who can be reached electronically"),
        (name = "v1", description = "The deprecated first version")
    ),
    components(schemas(super::error::AlreadyExistsResponse)),
    paths(
        suomifi::auth::token,
        suomifi::auth::change_password,
        suomifi::mailboxes::active,
        suomifi::messages::id_of_external,
        suomifi::messages::incoming,
        suomifi::send::electronic,
        suomifi::send::multichannel,
        suomifi::send::paper,
        suomifi::attachments::download,
        suomifi::attachments::upload,
        suomifi::events::events,
        suomifi::v1::messages::incoming,
        suomifi::v1::uploads::attachment,
        suomifi::v1::events::events,
        suomifi::v1::uploads::file,
        suomifi::v1::send::multichannel,
        suomifi::v1::send::electronic,
        suomifi::v1::state::state,
        suomifi::v1::send::paper
    ),
    modifiers(&Token, &FirstVersion, &Everywhere, &Files),
    security(("token" = []))
)]
struct SenderApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tiedoksi: hub API",
        description = "What the sender API has no place for. Errors are problem documents (RFC 9457), at the token endpoint those of RFC 6749.\n\nA citizen's program comes in under `/api/v1/mailbox`, with an access token (RFC 9068) of the identity provider that citizens log in with. Each operation is the same act as on the pages, with the same evidence. An auditor's program comes in under `/api/v1/audit` with such a token whose claims give the role. Lists are read page by page: `next` is the `cursor` of the next page, and says nothing to its reader. Reads of documents and of single files carry a strong ETag and answer `If-None-Match`; what replaces a draft or a choice about an authority takes `If-Match`. What is not there and what is another's are answered alike.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        api::proof::of_system,
        api::proof::bundle_of_system,
        api::receipt::of_system,
        oauth::token,
        oauth::metadata,
        printing::jobs,
        printing::job,
        printing::letter,
        printing::report
    ),
    modifiers(&Token, &PrintHouseKey, &CitizenToken),
    security(("token" = []))
)]
struct HubApi;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let key =
            ApiKeyValue::with_description("Authorization", "The access token of /v1/token, bare or after `Bearer`");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

struct PrintHouseKey;

impl Modify for PrintHouseKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The key that `tiedoksi admin print-house add` shows once"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("printHouse", SecurityScheme::Http(key));
    }
}

struct CitizenToken;

impl Modify for CitizenToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "An access token (RFC 9068) of the identity provider that citizens log in with, for the audience `login.api_audience`",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("citizen", SecurityScheme::Http(token));
    }
}

/// Marks what is tagged `v1` as deprecated.
struct FirstVersion;

impl Modify for FirstVersion {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for path in document.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.post].into_iter().flatten() {
                let tags = operation.tags.as_deref().unwrap_or_default();
                if tags.iter().any(|tag| tag == "v1") {
                    operation.deprecated = Some(utoipa::openapi::Deprecated::True);
                }
            }
        }
    }
}

/// The descriptions by file name.
///
/// # Errors
/// When a description cannot be written as YAML.
pub fn documents() -> Result<Vec<(&'static str, String)>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(vec![
        ("messages-api.yaml", SenderApi::openapi().to_yaml()?),
        (
            "hub-api.yaml",
            HubApi::openapi().merge_from(CitizenApi::openapi()).to_yaml()?,
        ),
    ])
}
