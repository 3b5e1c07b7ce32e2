//! The bodies of sends that may go on paper, for the description alone.

use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use super::{AttachmentReference, ElectronicPart, MessageServiceType, Recipient, SendingService};
use crate::domain::letter::CountryCode;

/// A message that goes into the recipient's mailbox when it is in use, and on paper otherwise.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct MultichannelMessage {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// To whom.
    recipient: Recipient,
    /// From which service.
    sender: SendingService,
    /// What lies in the mailbox; beside a letter, a copy of it.
    electronic: ElectronicPart,
    /// What is printed.
    paper_mail: PaperMailPart,
}

/// A letter to an address.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PaperMessage {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// From which service.
    sender: SendingService,
    /// The letter.
    paper_mail: PaperMailPart,
}

/// A letter.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PaperMailPart {
    /// One PDF: every page A4, not encrypted, at most 10 MB (10 000 000 bytes).
    #[schema(min_items = 1, max_items = 1)]
    attachments: Vec<AttachmentReference>,
    /// In colour.
    color_printing: bool,
    /// Whether the hub puts a page with the addresses in front; otherwise the first page must show the recipient's address in the window.
    create_address_page: bool,
    /// Whether pages that lie are turned to stand.
    rotate_landscape_pages: bool,
    /// On both sides of a sheet.
    two_sided_printing: bool,
    /// `Normal`, or `Verifiable`: handed over against receipt.
    message_service_type: MessageServiceType,
    /// Who prints.
    printing_and_enveloping_service: PrintingAndEnvelopingService,
    /// To whom.
    recipient: Addressed,
    /// From whom.
    sender: Addressed,
}

/// Who prints, and on whose account.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PrintingAndEnvelopingService {
    /// Where the sender books the cost.
    #[schema(min_length = 1, max_length = 15, pattern = "^[A-Z0-9]+$")]
    cost_pool: Option<String>,
    /// The account at the print house.
    posti_messaging: PostiMessaging,
}

/// The account at the print house. User name and password are looked at for their form alone, and neither stored nor logged.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PostiMessaging {
    /// Six characters.
    #[schema(min_length = 6, max_length = 6)]
    username: String,
    /// Four characters.
    #[schema(min_length = 4, max_length = 4)]
    password: String,
    /// Whom the print house asks.
    contact_details: ContactDetails,
}

/// Whom the print house asks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ContactDetails {
    /// An e-mail address.
    #[schema(min_length = 5, max_length = 256)]
    email: String,
}

/// One side of a letter.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct Addressed {
    /// Where.
    address: Address,
}

/// A postal address.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct Address {
    /// Person, company or office.
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    /// The second row, such as a department.
    #[schema(min_length = 1, max_length = 256)]
    additional_name: Option<String>,
    /// Street or box.
    #[schema(min_length = 1, max_length = 256)]
    street_address: String,
    /// Postal code.
    #[schema(min_length = 1, max_length = 64)]
    zip_code: String,
    /// Post office.
    #[schema(min_length = 1, max_length = 256)]
    city: String,
    /// ISO 3166-1, two letters in upper case; also XK and XX.
    #[schema(schema_with = country_code)]
    country_code: String,
}

/// The codes that [`CountryCode`] takes.
fn country_code() -> Object {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(CountryCode::all().iter().copied()));
    let schema = schema.description(Some("ISO 3166-1, two letters in upper case; also XK and XX"));
    schema.examples([serde_json::json!("FI")]).build()
}
