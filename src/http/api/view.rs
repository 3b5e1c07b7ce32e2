//! What a program is shown of messages: the pages' own views as JSON. Times are RFC 3339 in UTC, days those of Finland.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::attachment::FileName;
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::message::Mode;
use crate::domain::name::{Language, Names};
use crate::hub::view::{AttachmentView, Correspondent, Folder, MessageSummary, Standing};

/// A name in three languages.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Names)]
pub struct NamesView {
    /// Finnish.
    fi: String,
    /// Swedish.
    sv: String,
    /// English.
    en: String,
}

impl From<Names> for NamesView {
    fn from(Names { fi, sv, en }: Names) -> Self {
        Self { fi, sv, en }
    }
}

/// The authority on the other side of a message.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Correspondent)]
pub struct CorrespondentView {
    /// The authority.
    organisation: NamesView,
    /// Its service.
    service: NamesView,
}

impl From<Correspondent> for CorrespondentView {
    fn from(correspondent: Correspondent) -> Self {
        Self {
            organisation: correspondent.organisation.into(),
            service: correspondent.service.into(),
        }
    }
}

/// How a message is served.
#[derive(Serialize, utoipa::ToSchema)]
pub enum ServiceType {
    /// 13/2003 s.19.
    Normal,
    /// 13/2003 s.18: when receipt is confirmed.
    Verifiable,
}

impl From<Mode> for ServiceType {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Ordinary => Self::Normal,
            Mode::Verifiable => Self::Verifiable,
        }
    }
}

/// Where a message stands for its recipient.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum StateName {
    /// Not opened.
    Unread,
    /// Opened; `since` says when first.
    Read,
    /// Verifiable, and its receipt can be confirmed through `confirmBy`.
    AwaitsConfirmation,
    /// Receipt was confirmed; `since` says when.
    Confirmed,
    /// Verifiable, and the time to confirm ended with `confirmBy`: it can still be confirmed and read, but this no longer counts as service.
    WindowPassed,
    /// Read after that time; `since` says when.
    ReadLate,
    /// Sent from this mailbox.
    Sent,
    /// A copy of what was sent as a letter; `since` says when it was first opened, if it was.
    OnPaper,
    /// Its content was erased, by order or because the time was over for which content is kept; `since` says when.
    Erased,
}

/// Where a message stands, and since when.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageState {
    /// Where.
    state: StateName,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// The last day on which confirming receipt counts (or counted) as service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    confirm_by: Option<Date>,
}

impl From<Standing> for MessageState {
    fn from(standing: Standing) -> Self {
        let (state, since, confirm_by) = match standing {
            Standing::Unread => (StateName::Unread, None, None),
            Standing::Read(at) => (StateName::Read, Some(at), None),
            Standing::AwaitsConfirmation(day) => (StateName::AwaitsConfirmation, None, Some(day)),
            Standing::Confirmed(at) => (StateName::Confirmed, Some(at), None),
            Standing::WindowPassed(day) => (StateName::WindowPassed, None, Some(day)),
            Standing::ReadLate(at) => (StateName::ReadLate, Some(at), None),
            Standing::Sent => (StateName::Sent, None, None),
            Standing::OnPaper(at) => (StateName::OnPaper, at, None),
            Standing::Erased(at) => (StateName::Erased, Some(at), None),
        };
        Self {
            state,
            since,
            confirm_by,
        }
    }
}

/// A row of a list of messages.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageRow {
    /// The message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// Who sent it, or to whom it was sent.
    correspondent: CorrespondentView,
    /// Title; absent before receipt is confirmed, where its service hides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// When it came, or was sent.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How it is served.
    message_service_type: ServiceType,
    /// Where it stands.
    #[serde(flatten)]
    standing: MessageState,
    /// The folder it lies in.
    folder: FolderName,
    /// When it leaves the mailbox for good, if it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    removed_on: Option<Timestamp>,
    /// The last day for appeal, once the message is served and while that day is ahead: computed, not evidence, and by the general period where
    /// the sender stated none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day_for_appeal: Option<Date>,
    /// How many attachments it has; not told before receipt of a verifiable message is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<u16>,
}

impl From<MessageSummary> for MessageRow {
    fn from(row: MessageSummary) -> Self {
        Self {
            message_id: row.id,
            correspondent: row.correspondent.into(),
            title: row.title,
            at: row.at,
            message_service_type: row.mode.into(),
            standing: row.standing.into(),
            folder: row.folder.into(),
            removed_on: row.removed_on,
            last_day_for_appeal: row.last_day.map(|it| it.day),
            attachments: row.attachments,
        }
    }
}

/// A file of a message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileOfMessage {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    attachment_id: AttachmentId,
    /// Its name, made so that it cannot mislead.
    filename: String,
    /// Its media type, by its content.
    media_type: String,
    /// Bytes.
    size: u64,
    /// SHA-256 of the bytes, in hex.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

impl From<AttachmentView> for FileOfMessage {
    fn from(file: AttachmentView) -> Self {
        Self {
            attachment_id: file.id,
            filename: FileName::parse(&file.filename).map_or_else(|_| "attachment".to_owned(), |name| name.display()),
            media_type: file.media_type,
            size: file.size,
            sha256: hex::encode(file.sha256),
        }
    }
}

/// A folder of a mailbox.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FolderName {
    /// What came.
    Inbox,
    /// What was sent.
    Sent,
    /// What was put away, received and sent.
    Archive,
    /// What was deleted; for a time it can be restored.
    Deleted,
}

impl From<Folder> for FolderName {
    fn from(folder: Folder) -> Self {
        match folder {
            Folder::Inbox => Self::Inbox,
            Folder::Sent => Self::Sent,
            Folder::Archive => Self::Archive,
            Folder::Deleted => Self::Deleted,
        }
    }
}

/// A language.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LanguageName {
    /// Finnish.
    Fi,
    /// Swedish.
    Sv,
    /// English.
    En,
}

impl From<Language> for LanguageName {
    fn from(language: Language) -> Self {
        match language {
            Language::Fi => Self::Fi,
            Language::Sv => Self::Sv,
            Language::En => Self::En,
        }
    }
}
