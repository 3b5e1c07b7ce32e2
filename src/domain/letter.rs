//! A letter on paper: what a sender asks for (contract 1.11 `PaperMailPart`) and what a print house needs to know.
//!
//! The credentials that the contract lets a sender hand over for the print house are checked for their form and forgotten: no type here holds
//! them. Left out: printing itself, and whether a letter goes by paper at all, which is decided when a message is accepted.

mod address;
pub mod compose;
mod country;
pub mod font;
pub mod pdf;
pub mod report;
pub mod sheet;

use serde::{Deserialize, Serialize};

pub use address::{CountryCode, PostalAddress};

use super::id::AttachmentId;
use super::message::Mode;

/// A letter as a sender orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperMail {
    /// The upload to print: one PDF.
    pub attachment: AttachmentId,
    /// How it is printed.
    pub printing: Printing,
    /// Ordinary post, or against receipt.
    pub mode: Mode,
    /// Where the sender books the cost, 1-15 characters.
    pub cost_pool: Option<String>,
    /// Whom the print house asks about the posting, an e-mail address of 5-256 characters.
    pub contact_email: String,
    /// To whom.
    pub recipient: PostalAddress,
    /// From whom, where what cannot be delivered comes back to.
    pub sender: PostalAddress,
}

/// How a letter is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Printing {
    /// In colour.
    pub colour: bool,
    /// On both sides of a sheet.
    pub two_sided: bool,
    /// A page with the addresses is put in front.
    pub address_page: bool,
    /// Pages that lie are turned to stand.
    pub rotate_landscape: bool,
}

/// What stands about a letter between its acceptance and its printing: all that the job sheet is made of. Fields may be added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrintOrder {
    /// The message.
    pub message_id: i64,
    /// The sender's Business ID.
    pub organisation: String,
    /// The wire's `serviceId`.
    pub service_id: String,
    /// Ordinary post, or against receipt.
    pub mode: Mode,
    /// How it is printed.
    pub printing: Printing,
    /// Pages of the sender's PDF, without an address page.
    pub pages: u32,
    /// Where the sender books the cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_pool: Option<String>,
    /// Whom the print house asks.
    pub contact_email: String,
    /// To whom.
    pub recipient: PostalAddress,
    /// From whom.
    pub sender: PostalAddress,
}
