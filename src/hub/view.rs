//! What the acts hand to whoever asked: plain data, already decrypted for the one who may see it.

mod choices;

use std::pin::Pin;

use bytes::Bytes;
use futures::Stream;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::id::{AttachmentId, MessageId, OrganisationId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;
use crate::domain::name::Names;
use crate::objects::ObjectError;

pub use choices::{AddressSet, Contact, HistoryAgent, HistoryEntry, PendingAddress, SenderView, VerifiedAddress};

/// A folder of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// What was received.
    Inbox,
    /// What was sent.
    Sent,
}

impl Folder {
    /// Its name in the database and in paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
        }
    }
}

/// Who sent (or received) a message, as a citizen reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    /// The authority.
    pub organisation: Names,
    /// Its service.
    pub service: Names,
}

/// Where a message stands for its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Not opened.
    Unread,
    /// Opened at this time.
    Read(Timestamp),
    /// Verifiable and not confirmed: can be confirmed through this day (local date).
    AwaitsConfirmation(Date),
    /// Receipt was confirmed at this time.
    Confirmed(Timestamp),
    /// The time to confirm passed on this day; it can be read, but reading no longer counts as service.
    WindowPassed(Date),
    /// Read after the window, at this time.
    ReadLate(Timestamp),
    /// Sent by the citizen.
    Sent,
    /// A copy of what was sent as a letter; when the copy was first opened, if it was.
    OnPaper(Option<Timestamp>),
}

impl Standing {
    /// Whether the message still waits to be looked at.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        matches!(
            self,
            Self::Unread | Self::AwaitsConfirmation(_) | Self::WindowPassed(_) | Self::OnPaper(None)
        )
    }
}

/// A row of a folder.
#[derive(Debug, Clone)]
pub struct MessageSummary {
    /// Id.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// Title.
    pub title: String,
    /// When it came (or was sent).
    pub at: Timestamp,
    /// Ordinary or verifiable.
    pub mode: Mode,
    /// Where it stands.
    pub standing: Standing,
    /// How many attachments; none is told before a verifiable message is confirmed.
    pub attachments: Option<u16>,
}

/// One page of a folder.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Opaque cursor of the next page, when there is one.
    pub next: Option<String>,
}

/// What opening a message shows.
#[derive(Debug, Clone)]
pub enum Opened {
    /// A verifiable message before confirmation: nothing of body or attachments.
    Waiting(WaitingMessage),
    /// The message.
    Message(Box<MessageView>),
}

/// A verifiable message before confirmation.
#[derive(Debug, Clone)]
pub struct WaitingMessage {
    /// Id.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// Title.
    pub title: String,
    /// When it became available.
    pub at: Timestamp,
    /// The last day (local) on which confirming counts as service.
    pub confirm_by: Date,
    /// Whether that day has passed: it can still be read, but this no longer counts as service.
    pub window_passed: bool,
}

/// A file of a message.
#[derive(Debug, Clone)]
pub struct AttachmentView {
    /// Id.
    pub id: AttachmentId,
    /// The name as given; make it safe with `domain::attachment::FileName` before showing it.
    pub filename: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

/// A message that may be read.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Id.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// Title.
    pub title: String,
    /// Body, as the sender wrote it.
    pub body: String,
    /// How the body is to be rendered.
    pub body_format: BodyFormat,
    /// When it came (or was sent).
    pub at: Timestamp,
    /// Ordinary or verifiable.
    pub mode: Mode,
    /// Where it stands.
    pub standing: Standing,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// Whether a reply is possible.
    pub reply_allowed: bool,
    /// Whether it would be possible if the mailbox were in use.
    pub reply_needs_use: bool,
    /// The message it answers, when that lies in the same mailbox.
    pub reply_to: Option<MessageId>,
    /// Served date, last day and reasoning by the rule set: calculated, not evidence (`domain::deadline`). None for sent messages.
    pub deadline: Option<crate::domain::deadline::Outcome>,
}

/// The answer to confirming receipt; a repeat is answered with the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// When receipt was confirmed, or the message retrieved late.
    pub at: Timestamp,
    /// Whether it counts as service: false after the window.
    pub served: bool,
    /// The seal (JWS) over the event that was recorded.
    pub seal: String,
}

/// A message that may be replied to, as the form of the reply shows it: nothing of its content but the title.
#[derive(Debug, Clone)]
pub struct ReplyTarget {
    /// Id.
    pub id: MessageId,
    /// To whom the reply goes.
    pub correspondent: Correspondent,
    /// Title.
    pub title: String,
}

/// The receipt of a reply (13/2003 s.12).
#[derive(Debug, Clone)]
pub struct ReplyReceipt {
    /// The id of the reply.
    pub id: MessageId,
    /// When it arrived at the authority.
    pub at: Timestamp,
    /// The seal (JWS) over its SubmissionAcceptance.
    pub seal: String,
}

/// The bytes of a file on their way.
pub struct Download {
    /// What it is.
    pub file: AttachmentView,
    /// Its bytes; ends with an error when the stored file is damaged.
    pub bytes: Pin<Box<dyn Stream<Item = Result<Bytes, ObjectError>> + Send>>,
}

/// A citizen's choice about one organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderChoice {
    /// Consents to its messages.
    Give,
    /// Takes the consent back.
    Withdraw,
    /// Refuses it (where its policy lets it be refused).
    Refuse,
    /// Lets a refused one send again.
    Allow,
}

/// An organisation on the settings page.
#[derive(Debug, Clone)]
pub struct SenderSetting {
    /// Id.
    pub id: OrganisationId,
    /// Its names.
    pub names: Names,
    /// Whether it needs a consent of its own.
    pub requires_consent: bool,
    /// Whether it may be refused.
    pub refusable: bool,
    /// `given`, `withdrawn`, `refused` or none.
    pub choice: Option<String>,
    /// When the choice was made.
    pub chosen_at: Option<Timestamp>,
    /// Whether it can send to this mailbox now.
    pub can_send: bool,
}

/// A citizen's mailbox and choices.
#[derive(Debug, Clone)]
pub struct MailboxStatus {
    /// Whether messages can arrive.
    pub active: bool,
    /// Under which regime the hub runs.
    pub regime: crate::domain::consent::Regime,
    /// Since when it is active.
    pub activated_at: Option<Timestamp>,
    /// `consent` or `statutory_account`.
    pub basis: Option<String>,
    /// Until when the owner has chosen paper.
    pub opt_out_until: Option<Timestamp>,
    /// Whether activating needs a verified e-mail address here.
    pub asks_address: bool,
    /// Whether this hub writes e-mails, so that an address can be given.
    pub sends_mail: bool,
    /// Whether an e-mail address is still to be verified: before the mailbox can be activated, or, where it is active, for notifications.
    pub needs_address: bool,
    /// Whether this person decides about the mailbox, and does not only handle its messages.
    pub decides: bool,
    /// The organisations and the choices about them.
    pub senders: Vec<SenderSetting>,
}
