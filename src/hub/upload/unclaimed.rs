//! Bytes in the object store that no row knows yet.
//!
//! They go when the upload is refused, and when its act is dropped half-way because the sender closed the connection during the scan.

use crate::domain::id::AttachmentId;
use crate::objects::{ObjectName, Objects};

/// Written bytes without a row. Dropped, it removes them in the background.
#[derive(Debug)]
pub(crate) struct Unclaimed {
    objects: Objects,
    id: Option<AttachmentId>,
}

impl Unclaimed {
    /// To be made before the bytes become visible.
    pub(super) const fn new(objects: Objects, id: AttachmentId) -> Self {
        Self { objects, id: Some(id) }
    }

    /// Removes the bytes, and waits for it. A failure is logged: nobody can read them.
    pub(super) async fn remove(mut self) {
        if let Some(id) = self.id {
            remove_left(&self.objects, id).await;
        }
        self.id = None;
    }

    /// The bytes are about to have a row.
    pub(crate) fn claim(mut self) {
        self.id = None;
    }
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        // Without a runtime the process is ending; the bytes stay, unreadable.
        if let (Some(id), Ok(runtime)) = (self.id, tokio::runtime::Handle::try_current()) {
            let objects = self.objects.clone();
            runtime.spawn(async move { remove_left(&objects, id).await });
        }
    }
}

/// Removes the bytes of an upload that was not taken.
pub(super) async fn remove_left(objects: &Objects, id: AttachmentId) {
    if let Err(left) = objects.remove(ObjectName::Attachment(id.0)).await {
        tracing::warn!(attachment = %id, error = &left as &dyn std::error::Error, "bytes of a refused upload are left behind");
    }
}
