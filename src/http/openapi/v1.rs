//! The bodies of the deprecated first version, for the description alone.

use utoipa::ToSchema;

use super::paper::{Address, Addressed, PostiMessaging};
use super::{
    AttachmentReference, CustomisedNotification, MessageServiceType, Recipient, ReplyAllowedBy, SenderDetails,
    SendingService, UnreadNotification, Visibility,
};

/// An electronic message as a client of the first version sends it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ElectronicMessageV1 {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// To whom.
    recipient: Recipient,
    /// From which service.
    sender: SendingService,
    /// The message.
    electronic: ElectronicAloneV1,
}

/// An electronic message, in plain text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ElectronicAloneV1 {
    /// Title; shown before receipt is confirmed.
    #[schema(min_length = 1, max_length = 256)]
    title: String,
    /// Body.
    #[schema(min_length = 1, max_length = 40000)]
    body: String,
    /// One upload of the last 24 hours.
    #[schema(max_items = 1)]
    attachments: Option<Vec<AttachmentReference>>,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    message_service_type: Option<MessageServiceType>,
    /// What the notices say.
    notifications: Option<NotificationsV1>,
    /// `No one` when absent.
    #[schema(default = "No one")]
    reply_allowed_by: Option<ReplyAllowedBy>,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    visibility: Option<Visibility>,
    /// The end user's message that this one answers; when there is none of the recipient's, it goes as a new message.
    in_reply_to_message_id: Option<i64>,
}

/// A message that goes into the recipient's mailbox when it is in use, and on paper otherwise.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct MultichannelMessageV1 {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// To whom.
    recipient: Recipient,
    /// From which service.
    sender: SendingService,
    /// What lies in the mailbox; beside a letter, a copy of it.
    electronic: ElectronicBesidePaperV1,
    /// What is printed, on both sides of a sheet.
    paper_mail: PaperMailV1,
}

/// What lies in the mailbox, in plain text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct ElectronicBesidePaperV1 {
    /// Title; shown before receipt is confirmed.
    #[schema(min_length = 1, max_length = 256)]
    title: String,
    /// Body.
    #[schema(min_length = 1, max_length = 40000)]
    body: String,
    /// One upload of the last 24 hours, or none.
    #[schema(max_items = 1)]
    files: Vec<FileReference>,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    message_service_type: Option<MessageServiceType>,
    /// What the notices say.
    notifications: Option<NotificationsV1>,
    /// `No one` when absent.
    #[schema(default = "No one")]
    reply_allowed_by: Option<ReplyAllowedBy>,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    visibility: Option<Visibility>,
}

/// What the notices say; each member has a value when absent.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct NotificationsV1 {
    /// They name the sender when absent.
    #[schema(default = "Organisation and service name")]
    sender_details_in_notifications: Option<SenderDetails>,
    /// The hub's interval when absent.
    #[schema(default = json!({ "reminder": "Default reminder" }))]
    unread_message_notification: Option<UnreadNotification>,
    /// The sender's own words.
    customised_new_message_notification: Option<CustomisedNotification>,
}

/// An upload of a PDF.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct FileReference {
    /// Its id.
    file_id: uuid::Uuid,
}

/// A letter, printed on both sides of a sheet.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PaperMailV1 {
    /// One PDF: every page A4, not encrypted, at most 10 MB (10 000 000 bytes).
    #[schema(min_items = 1, max_items = 1)]
    files: Vec<FileReference>,
    /// Not in colour when absent.
    #[schema(default = false)]
    color_printing: Option<bool>,
    /// Whether the hub puts a page with the addresses in front.
    create_cover_page: bool,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    message_service_type: Option<MessageServiceType>,
    /// Who prints.
    printing_and_enveloping_service: PrintingAndEnvelopingServiceV1,
    /// To whom.
    recipient: Addressed,
    /// From whom.
    sender: Addressed,
}

/// A letter to an address, printed on both sides of a sheet.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PaperMessageV1 {
    /// The sender's own id: sends with the same one are accepted once.
    #[schema(min_length = 1, max_length = 256, example = "A-1")]
    external_id: String,
    /// One PDF: every page A4, not encrypted, at most 10 MB (10 000 000 bytes).
    #[schema(min_items = 1, max_items = 1)]
    files: Vec<FileReference>,
    /// Not in colour when absent.
    #[schema(default = false)]
    color_printing: Option<bool>,
    /// Whether the hub puts a page with the addresses in front.
    create_cover_page: bool,
    /// `Normal` when absent.
    #[schema(default = "Normal")]
    message_service_type: Option<MessageServiceType>,
    /// Who prints.
    printing_and_enveloping_service: PrintingAndEnvelopingServiceV1,
    /// To whom.
    recipient: Addressed,
    /// From whom.
    sender: AddressedService,
}

/// From whom: which service, and where what cannot be delivered comes back to.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct AddressedService {
    /// One of the calling system's own.
    #[schema(min_length = 1, max_length = 64)]
    service_id: String,
    /// Where.
    address: Address,
}

/// Who prints, and on whose account.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::message parses")]
pub struct PrintingAndEnvelopingServiceV1 {
    /// Where the sender books the cost.
    #[schema(min_length = 1, max_length = 15)]
    cost_pool: Option<String>,
    /// The account at the print house.
    posti_messaging: PostiMessaging,
}

/// The form of an upload for an electronic message.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
pub struct AttachmentForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// JSON; asked for, and not used.
    metadata: UploadMetadata,
}

/// Whom a file is meant for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the multipart form")]
pub struct UploadMetadata {
    /// A personal identity code (11 characters) or a Business ID (9).
    #[schema(min_length = 9, max_length = 11)]
    recipient_id: String,
}

/// The form of an upload of a PDF.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
pub struct FileForm {
    /// The PDF, with its name.
    #[schema(value_type = String, format = Binary, content_media_type = "application/pdf")]
    file: Vec<u8>,
}
