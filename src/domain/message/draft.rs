//! The draft of a message: the validated contents of a send, in whichever of the contract's bodies it came.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::deadline::ServiceMode;
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::identity::RecipientId;
use crate::domain::letter::PaperMail;
use crate::domain::markup::BodyFormat;

/// A valid message that no one has accepted yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sender's own name for the message, 1-256 characters, unique per system.
    pub external_id: String,
    /// The wire's `serviceId`, 1-64 characters.
    pub service_code: String,
    /// By which ways it may go, and what goes there.
    pub channels: Channels,
    /// The body it was read from: where violations found later stand in it.
    pub shape: Shape,
}

/// By which ways a message may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channels {
    /// Into the recipient's mailbox, or not at all.
    Electronic {
        /// Whose mailbox.
        recipient: RecipientId,
        /// What lies there.
        electronic: Electronic,
    },
    /// Into the recipient's mailbox when it is in use at the moment of acceptance, on paper otherwise.
    Multichannel {
        /// Whose mailbox.
        recipient: RecipientId,
        /// What lies there.
        electronic: Electronic,
        /// What is printed.
        paper: Box<PaperMail>,
    },
    /// On paper, to an address alone.
    Paper(Box<PaperMail>),
}

/// Which of the contract's send bodies a draft was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The second version's, all three.
    V2,
    /// The first version's `/v1/messages/electronic`.
    V1Electronic,
    /// The first version's `/v1/messages`.
    V1Multichannel,
    /// The first version's `/v1/paper-mail-without-id`: the letter's fields at the top.
    V1Paper,
}

impl Draft {
    /// Whose mailbox it is for, unless it goes to an address alone.
    pub const fn recipient(&self) -> Option<&RecipientId> {
        match &self.channels {
            Channels::Electronic { recipient, .. } | Channels::Multichannel { recipient, .. } => Some(recipient),
            Channels::Paper(_) => None,
        }
    }

    /// The electronic part.
    pub const fn electronic(&self) -> Option<&Electronic> {
        match &self.channels {
            Channels::Electronic { electronic, .. } | Channels::Multichannel { electronic, .. } => Some(electronic),
            Channels::Paper(_) => None,
        }
    }

    /// The letter.
    pub fn paper(&self) -> Option<&PaperMail> {
        match &self.channels {
            Channels::Electronic { .. } => None,
            Channels::Multichannel { paper, .. } | Channels::Paper(paper) => Some(paper),
        }
    }

    /// Whether it may go into a mailbox and nowhere else.
    pub const fn is_electronic_only(&self) -> bool {
        matches!(self.channels, Channels::Electronic { .. })
    }

    /// Where the body names the electronic part's attachment at `index`.
    pub fn attachment_pointer(&self, index: usize) -> String {
        match self.shape {
            Shape::V2 | Shape::V1Electronic => format!("/electronic/attachments/{index}/attachmentId"),
            Shape::V1Multichannel | Shape::V1Paper => format!("/electronic/files/{index}/fileId"),
        }
    }

    /// Where the body names the letter's file.
    pub const fn letter_pointer(&self) -> &'static str {
        match self.shape {
            Shape::V2 | Shape::V1Electronic => "/paperMail/attachments/0/attachmentId",
            Shape::V1Multichannel => "/paperMail/files/0/fileId",
            Shape::V1Paper => "/files/0/fileId",
        }
    }

    /// Whether it goes as a new message when there is none of its recipient's that it answers, which the first version promised
    /// (contract 1.12, 1.17); the second refuses it.
    pub const fn starts_anew_without_its_thread(&self) -> bool {
        matches!(self.shape, Shape::V1Electronic)
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("service_code", &self.service_code)
            .finish_non_exhaustive()
    }
}

/// The electronic part: contract 1.11. Debug shows no text of the message.
#[derive(Clone, PartialEq, Eq)]
pub struct Electronic {
    /// 1-256 characters.
    pub title: String,
    /// 1-40 000 characters.
    pub body: String,
    /// How the body is to be shown.
    pub body_format: BodyFormat,
    /// 0-50 uploads, each once, in the sender's order.
    pub attachments: Vec<AttachmentId>,
    /// Ordinary or verifiable service of notice.
    pub mode: Mode,
    /// Whether the recipient may reply.
    pub reply_allowed: bool,
    /// Whether agents see it.
    pub visibility: Visibility,
    /// The end user's message that this one answers.
    pub in_reply_to: Option<MessageId>,
    /// What the notice e-mails say.
    pub notifications: Notifications,
}

impl fmt::Debug for Electronic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Electronic")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Kind of service of notice; the wire's `messageServiceType`, there `Normal` or `Verifiable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Tavallinen tiedoksianto (13/2003 s.19).
    Ordinary,
    /// Todisteellinen tiedoksianto (13/2003 s.18): nothing is shown before receipt is confirmed.
    Verifiable,
}

impl From<Mode> for ServiceMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Ordinary => Self::Ordinary,
            Mode::Verifiable => Self::Verifiable,
        }
    }
}

/// Who sees the message in the recipient's mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// The owner and the owner's agents.
    #[default]
    Normal,
    /// The owner alone.
    RecipientOnly,
}

/// What the sender wants of the notices sent about the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    /// Whether a notice names the sender.
    pub sender_details: SenderDetails,
    /// Whether an unread message is reminded of.
    pub reminder: Reminder,
    /// The sender's own words for the notice of a new message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_message: Option<NewMessageNotification>,
}

/// What a notice says about the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderDetails {
    /// Organisation and service name.
    OrganisationAndService,
    /// Nothing.
    None,
}

/// Whether the recipient of an unread message is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// At the hub's default interval.
    Default,
    /// Never.
    None,
}

/// A customised notice of a new message, plain text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessageNotification {
    /// 1-256 characters each.
    pub title: LanguageTexts,
    /// 0-1 500 characters each.
    pub content: LanguageTexts,
}

impl fmt::Debug for NewMessageNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMessageNotification").finish_non_exhaustive()
    }
}

/// One text in the three languages of the service.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageTexts {
    /// Finnish.
    pub fi: String,
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
}

impl fmt::Debug for LanguageTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LanguageTexts").finish_non_exhaustive()
    }
}
