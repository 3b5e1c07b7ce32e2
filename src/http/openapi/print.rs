//! What passes through the print house's door, for the description alone.

use utoipa::ToSchema;
use uuid::Uuid;

/// What the print house reads beside a letter.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes domain::letter::sheet")]
pub struct JobSheet {
    /// The job: the same id is the same letter, printed once.
    job_id: Uuid,
    /// When the letter was ordered.
    #[schema(value_type = String, format = DateTime)]
    created: String,
    /// The message.
    message_id: i64,
    /// The sender's Business ID.
    organisation: String,
    /// The sender's service.
    service_id: String,
    /// `verifiable`: handed over against receipt.
    mode: PostingMode,
    /// Pages of the file, with the address page.
    pages: u32,
    /// Sheets of paper: two pages make one when printed on both sides.
    sheets: u32,
    /// Into what they go.
    envelope: Envelope,
    /// Printed in colour.
    colour: bool,
    /// Printed on both sides; the second page of the file is on the back of the first, also of an address page.
    two_sided: bool,
    /// Whether the first page is an address page made by the hub.
    address_page: bool,
    /// Present and true when characters of an address are question marks on the address page.
    #[schema(required = false)]
    address_page_incomplete: bool,
    /// Where the sender books the cost.
    cost_pool: Option<String>,
    /// Whom to ask about the posting.
    contact_email: String,
    /// To whom.
    recipient: super::paper::Address,
    /// From whom, and to where it comes back.
    sender: super::paper::Address,
    /// The file.
    letter: LetterFile,
}

/// How a letter is posted.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum PostingMode {
    /// Ordinary post.
    Ordinary,
    /// Against receipt.
    Verifiable,
}

/// Into what the sheets go.
#[derive(ToSchema)]
pub enum Envelope {
    /// 1-9 sheets.
    C5,
    /// 10-60 sheets.
    C4,
    /// Over 60 sheets.
    #[schema(rename = "box")]
    Box,
}

/// The file to print.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes domain::letter::sheet")]
pub struct LetterFile {
    /// Its size.
    bytes: u64,
    /// SHA-256 in hex.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

/// What became of a letter.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what domain::letter::report parses")]
pub struct PrintReport {
    /// What became of it.
    #[schema(rename = "type")]
    kind: ReportType,
    /// When, by the print house's clock; at most five minutes ahead of ours.
    #[schema(value_type = Option<String>, format = DateTime)]
    time: Option<String>,
    /// The post's tracking code; required for every type but `sent`, where it may not stand. Letters A-Z, digits and hyphens.
    #[schema(min_length = 1, max_length = 64)]
    tracking_code: Option<String>,
    /// Who signed; required for `receiptConfirmed`, and allowed nowhere else.
    #[schema(min_length = 1, max_length = 256)]
    recipient_signature: Option<String>,
}

/// What became of a letter.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub enum ReportType {
    /// The print house has the letter safely, and prints it once. It can be fetched no more.
    Sent,
    /// The post handed it over against a signature.
    ReceiptConfirmed,
    /// It came back.
    Returned,
    /// The post does not know; may become one of the two others later.
    Unresolved,
}
