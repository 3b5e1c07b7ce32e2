//! What the acts hand to whoever asked: plain data, already decrypted for the one who may see it.

mod choices;

use std::pin::Pin;

use bytes::Bytes;
use futures::Stream;
use jiff::Timestamp;
use jiff::civil::Date;

use super::access_log::Accessor;
use super::draft::DraftText;
pub use crate::domain::folder::{Filing, Folder};
use crate::domain::id::{AttachmentId, DraftId, MessageId, OrganisationId, ServiceId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;
use crate::domain::name::Names;
use crate::objects::ObjectError;

pub use choices::{AddressSet, Contact, HistoryAgent, HistoryEntry, PendingAddress, SenderView, VerifiedAddress};

/// Who sent (or received) a message, as a citizen reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    /// The authority.
    pub organisation: Names,
    /// Its service.
    pub service: Names,
}

/// The last day for appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDay {
    /// The day.
    pub day: Date,
    /// Whether the sender stated the period; otherwise it is the general one of the rule set, and the decision may give another.
    pub stated: bool,
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
    /// Its content was erased at this time.
    Erased(Timestamp),
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
    /// Title; none while its service hides it.
    pub title: Option<String>,
    /// When it came (or was sent).
    pub at: Timestamp,
    /// Ordinary or verifiable.
    pub mode: Mode,
    /// Where it stands.
    pub standing: Standing,
    /// How many attachments; none is told before a verifiable message is confirmed.
    pub attachments: Option<u16>,
    /// The last day for appeal, once the message is served and while that day is ahead (local date).
    pub last_day: Option<LastDay>,
    /// The folder it lies in.
    pub folder: Folder,
    /// When it leaves the mailbox for good, if it was deleted.
    pub removed_on: Option<Timestamp>,
}

/// One page of a folder or a thread.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Opaque cursor of the page before this one, when there may be one.
    pub previous: Option<String>,
    /// Opaque cursor of the next page, when there is one.
    pub next: Option<String>,
}

/// What became of messages that were to be filed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filed {
    /// Those that now lie where they were to, also when they lay there before.
    pub done: Vec<MessageId>,
    /// Those not deleted because their receipt is not confirmed.
    pub kept: Vec<MessageId>,
}

/// What opening a message shows.
#[derive(Debug, Clone)]
pub enum Opened {
    /// A verifiable message before confirmation: nothing of body or attachments.
    Waiting(WaitingMessage),
    /// The message.
    Message(Box<MessageView>),
    /// A message whose content was erased.
    Erased(Box<ErasedMessage>),
}

/// A message whose content was erased.
#[derive(Debug, Clone)]
pub struct ErasedMessage {
    /// Id.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// When it came (or was sent).
    pub at: Timestamp,
    /// Ordinary or verifiable.
    pub mode: Mode,
    /// When the content was erased.
    pub erased_at: Timestamp,
    /// The order's words; none when the time was over for which content is kept.
    pub order: Option<ErasureOrder>,
    /// How far the delivery came.
    pub delivered: Standing,
    /// The folder it lies in.
    pub folder: Folder,
    /// When it leaves the mailbox for good, if it was deleted.
    pub removed_on: Option<Timestamp>,
    /// Whether there still is a proof of the delivery.
    pub has_proof: bool,
}

/// The order by which content was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureOrder {
    /// Why.
    pub reason: String,
    /// Its number.
    pub number: Option<String>,
}

/// A verifiable message before confirmation.
#[derive(Debug, Clone)]
pub struct WaitingMessage {
    /// Id.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// Title; none while its service hides it.
    pub title: Option<String>,
    /// When it became available.
    pub at: Timestamp,
    /// The last day (local) on which confirming counts as service.
    pub confirm_by: Date,
    /// Whether that day has passed: it can still be read, but this no longer counts as service.
    pub window_passed: bool,
    /// Whether the person must log in again before they may confirm.
    pub login_too_old: bool,
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
    /// Of a sent message: its receipt.
    pub receipt: Option<ReceiptView>,
    /// Who confirmed receipt or opened it late, when that is told to the reader.
    pub confirmed_by: Option<Accessor>,
    /// Served date, last day and reasoning by the rule set: calculated, not evidence (`domain::deadline`). None for sent messages.
    pub deadline: Option<crate::domain::deadline::Outcome>,
    /// The folder it lies in.
    pub folder: Folder,
    /// When it leaves the mailbox for good, if it was deleted.
    pub removed_on: Option<Timestamp>,
    /// The newest messages of its thread, this one among them.
    pub thread: Page<MessageSummary>,
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

/// A message that may be replied to: nothing of its content but the title.
#[derive(Debug, Clone)]
pub struct ReplyTarget {
    /// Id.
    pub id: MessageId,
    /// Title.
    pub title: String,
}

/// Why a draft cannot be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The mailbox is not in use; taking it into use helps.
    MailboxNotInUse,
    /// The authority takes no replies to that message, or no messages to that service, or not any more.
    NotTaken,
}

/// A draft in the list of drafts.
#[derive(Debug, Clone)]
pub struct DraftSummary {
    /// Id.
    pub id: DraftId,
    /// To whom.
    pub correspondent: Correspondent,
    /// Whether it answers a message.
    pub is_reply: bool,
    /// Title so far; may be empty.
    pub title: String,
    /// When it was last written.
    pub saved_at: Timestamp,
}

/// A draft as its writer goes on with it.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// Id.
    pub id: DraftId,
    /// To whom.
    pub correspondent: Correspondent,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// What was written so far.
    pub text: DraftText,
    /// Its files.
    pub files: Vec<AttachmentView>,
    /// When it was last written.
    pub saved_at: Timestamp,
    /// Why it cannot be sent now.
    pub hindrance: Option<Hindrance>,
    /// The message that it became; nothing else of it is left then.
    pub sent: Option<MessageId>,
}

/// The receipt of a citizen's message (13/2003 s.12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id of the message.
    pub id: MessageId,
    /// When it arrived at the authority.
    pub at: Timestamp,
    /// The seal (JWS) over its SubmissionAcceptance.
    pub seal: String,
}

/// What the receipt of a citizen's message shows beside its time and number; it stays with the message.
#[derive(Debug, Clone)]
pub struct ReceiptView {
    /// The number of the thread: of its first message.
    pub thread: i64,
    /// What the authority itself calls the thread.
    pub reference: Option<String>,
    /// SHA-256 of the body.
    pub body_sha256: [u8; 32],
    /// The seal (JWS) over its SubmissionAcceptance.
    pub seal: String,
}

/// A service that takes messages.
#[derive(Debug, Clone)]
pub struct ServiceToWriteTo {
    /// Id.
    pub id: ServiceId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its names, and the authority's.
    pub correspondent: Correspondent,
    /// The codes of its topics.
    pub topics: Vec<String>,
}

/// To whom one may write: by topic, by authority, by name.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The services found.
    pub services: Vec<ServiceToWriteTo>,
    /// Whether more were found than are given.
    pub more: bool,
    /// Topics under which there is a service, with their codes.
    pub topics: Vec<(String, Names)>,
    /// Authorities with such a service.
    pub authorities: Vec<(OrganisationId, Names)>,
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

/// Whether a mailbox is in use, as its lists tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUse {
    /// Whether messages can arrive, and be sent.
    pub active: bool,
    /// Whether the reader is to be asked for an e-mail address for notifications.
    pub needs_address: bool,
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
    /// The organisations and the choices about them.
    pub senders: Vec<SenderSetting>,
}
