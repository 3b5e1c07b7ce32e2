//! All files of a message as one zip file. It is an opening of the message, as the download of a single file is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use futures::TryStreamExt as _;

use crate::domain::attachment::ArchiveNames;
use crate::domain::id::MessageId;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::archive::{self, Archive, Broken};
use crate::http::web::deliberate::Arrival;
use crate::http::web::error::PageError;
use crate::http::web::message::message_id;
use crate::http::web::session::CitizenSession;
use crate::http::web::text::{Lang, Text, local};
use crate::hub::download::ReadableFile;
use crate::hub::{ActError, Hub};

/// `GET /messages/{id}/attachments.zip`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    arrival: Arrival,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    if arrival.foreign {
        return Ok(arrival.page(language, &citizen));
    }
    Ok(archive_of(&app, &citizen, message_id(&id)?, language).await?)
}

/// The archive of a message's files, as an answer that is packed while it is sent. Not found when it has none.
pub(in crate::http) async fn archive_of(
    app: &App,
    citizen: &Citizen,
    id: MessageId,
    language: Language,
) -> Result<Response, ActError> {
    let files = app.hub.download_all(citizen, id).await?;
    if files.is_empty() {
        return Err(ActError::NotFound);
    }
    let name = Text::new(language).with("zip-name", "id", id);
    let hub = Arc::clone(&app.hub);
    Ok(archive::answer(app.patience, &name, |archive| {
        pack(hub, files, archive)
    }))
}

async fn pack(hub: Arc<Hub>, files: Vec<ReadableFile>, mut archive: Archive) -> Result<Archive, Broken> {
    let now = local(hub.now()).datetime();
    let mut names = ArchiveNames::default();
    for file in files {
        archive.file(&names.name(&file.file.filename), now).await?;
        let mut bytes = hub.read_file(file).await?.bytes;
        while let Some(bytes) = bytes.try_next().await? {
            archive.write(&bytes).await?;
        }
    }
    Ok(archive)
}
