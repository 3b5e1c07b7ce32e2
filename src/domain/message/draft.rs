//! The draft of an electronic message: the validated contents of `POST /v2/messages/electronic`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::deadline::ServiceMode;
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::identity::RecipientId;
use crate::domain::markup::BodyFormat;

/// A valid electronic message that no one has accepted yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sender's own name for the message, 1-256 characters, unique per system.
    pub external_id: String,
    /// Whose mailbox it is for.
    pub recipient: RecipientId,
    /// The wire's `serviceId`, 1-64 characters.
    pub service_code: String,
    /// The message itself.
    pub electronic: Electronic,
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
