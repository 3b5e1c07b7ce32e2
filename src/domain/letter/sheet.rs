//! The job sheet: what a print house reads beside a letter. Its JSON is described in `docs/paper.md`; members may be added, never renamed.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::compose::Letter;
use super::{PostalAddress, PrintOrder, Printing};
use crate::domain::message::Mode;

/// Most sheets in a C5 envelope (contract 4: 1-9).
const C5_SHEETS: u32 = 9;
/// Most sheets in a C4 envelope (contract 4: 10-60).
const C4_SHEETS: u32 = 60;

/// Into what the sheets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Envelope {
    /// 162 x 229 mm, sheets folded once: 1-9 sheets.
    C5,
    /// 229 x 324 mm, sheets not folded: 10-60 sheets.
    C4,
    /// A box or gusset envelope: over 60 sheets.
    #[serde(rename = "box")]
    Box,
}

impl Envelope {
    /// The envelope of so many sheets.
    #[must_use]
    pub const fn of(sheets: u32) -> Self {
        if sheets <= C5_SHEETS {
            Self::C5
        } else if sheets <= C4_SHEETS {
            Self::C4
        } else {
            Self::Box
        }
    }
}

/// The file to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterFile {
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

/// A job sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSheet {
    /// The job: the same id is the same letter, printed once.
    pub job_id: Uuid,
    /// When the letter was ordered.
    pub created: Timestamp,
    /// The message.
    pub message_id: i64,
    /// The sender's Business ID.
    pub organisation: String,
    /// The sender's service.
    pub service_id: String,
    /// `ordinary`, or `verifiable`: handed over against receipt.
    pub mode: Mode,
    /// Pages of the file, with the address page.
    pub pages: u32,
    /// Sheets of paper: two pages make one when printed on both sides.
    pub sheets: u32,
    /// Into what they go.
    pub envelope: Envelope,
    /// Printed in colour.
    pub colour: bool,
    /// Printed on both sides of a sheet; the first page of the letter is then on the back of the address page.
    pub two_sided: bool,
    /// Whether the first page is an address page made by the hub, with the addresses in the window's place. Otherwise the sender's own first page
    /// carries the address.
    pub address_page: bool,
    /// Present and true when characters of an address are question marks on the address page: print the address from this sheet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub address_page_incomplete: bool,
    /// Where the sender books the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_pool: Option<String>,
    /// Whom to ask about the posting.
    pub contact_email: String,
    /// To whom.
    pub recipient: PostalAddress,
    /// From whom, and to where it comes back.
    pub sender: PostalAddress,
    /// The file.
    pub letter: LetterFile,
}

impl JobSheet {
    /// The sheet of a composed letter.
    #[must_use]
    pub fn new(job: Uuid, created: Timestamp, order: PrintOrder, letter: &Letter) -> Self {
        let Printing {
            colour,
            two_sided,
            address_page,
            ..
        } = order.printing;
        let sheets = if two_sided {
            letter.pages.div_ceil(2)
        } else {
            letter.pages
        };
        let sha256 = ring::digest::digest(&ring::digest::SHA256, &letter.bytes);
        Self {
            job_id: job,
            created,
            message_id: order.message_id,
            organisation: order.organisation,
            service_id: order.service_id,
            mode: order.mode,
            pages: letter.pages,
            sheets,
            envelope: Envelope::of(sheets),
            colour,
            two_sided,
            address_page,
            address_page_incomplete: letter.unprintable,
            cost_pool: order.cost_pool,
            contact_email: order.contact_email,
            recipient: order.recipient,
            sender: order.sender,
            letter: LetterFile {
                bytes: letter.bytes.len() as u64,
                sha256: hex::encode(sha256),
            },
        }
    }
}
