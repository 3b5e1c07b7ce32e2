//! Writing as a citizen, by the acts: begin a draft, add files, send.

use tiedoksi::domain::id::{AttachmentId, DraftId, MessageId};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::draft::DraftText;
use tiedoksi::hub::upload::UploadError;
use tiedoksi::hub::view::Receipt;
use tiedoksi::hub::{ActError, Hub};

pub fn text(title: &str, body: &str) -> DraftText {
    DraftText {
        title: title.into(),
        body: body.into(),
    }
}

/// Adds a file to a draft.
pub async fn add_file(
    hub: &Hub,
    citizen: &Citizen,
    draft: DraftId,
    (name, bytes): (&str, Vec<u8>),
) -> Result<AttachmentId, UploadError> {
    let bytes = futures::stream::iter([Ok::<_, UploadError>(bytes.into())]);
    hub.add_draft_file(citizen, draft, None, (name, bytes))
        .await
        .map(|file| file.id)
}

/// Replies to a message, with these files.
pub async fn reply_with(
    hub: &Hub,
    citizen: &Citizen,
    to: MessageId,
    written: DraftText,
    files: &[(&str, Vec<u8>)],
) -> Result<Receipt, ActError> {
    let draft = hub.begin_reply(citizen, to, String::new()).await?;
    for (name, bytes) in files {
        add_file(hub, citizen, draft, (name, bytes.clone())).await.unwrap();
    }
    hub.send_draft(citizen, draft, written).await
}

/// Replies to a message.
pub async fn reply(hub: &Hub, citizen: &Citizen, to: MessageId) -> Result<Receipt, ActError> {
    reply_with(hub, citizen, to, text("Vastaus", "Kiitos."), &[]).await
}
