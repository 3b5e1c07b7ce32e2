//! Attachments, letters in the spool, and the log's second checkpoint, through the `object_store` crate: local files or S3.
//!
//! Guarantees: a finished upload is durable (local: file and folder fsynced; S3: the service's word); an unfinished one leaves nothing that is
//! ever read. Files are encrypted as they stream (`vault::file`), never whole in memory. Leaves out: which keys, and when an object goes.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, WriteMultipart};
use ring::digest;
use ring::rand::SecureRandom;

use crate::vault::file::{FileOpener, FileSealer};
use crate::vault::{DataKey, VaultError};

/// Why an object could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The object store refused or could not be reached; may be retried.
    #[error("the object store could not be used")]
    Store(#[from] object_store::Error),
    /// The stored bytes do not open.
    #[error("a stored object cannot be opened")]
    Vault(#[from] VaultError),
    /// The folder of a local store could not be made or emptied.
    #[error("the folder for objects cannot be used")]
    Folder(#[source] std::io::Error),
    /// Something else stands where an object may be written only once.
    #[error("a different object already has this name")]
    Exists,
}

/// Where objects live.
#[derive(Debug, Clone)]
pub enum ObjectsAt {
    /// A folder on this machine.
    Folder(PathBuf),
    /// A bucket that speaks the S3 protocol.
    S3(S3Options),
}

/// An S3 bucket; credentials come from the configuration or the usual `AWS_*` environment.
#[derive(Clone)]
pub struct S3Options {
    /// Bucket name.
    pub bucket: String,
    /// Key prefix inside the bucket.
    pub prefix: String,
    /// Region.
    pub region: String,
    /// Endpoint, for stores other than AWS.
    pub endpoint: Option<String>,
    /// Access key id.
    pub access_key_id: Option<String>,
    /// Secret access key.
    pub secret_access_key: Option<String>,
}

impl std::fmt::Debug for S3Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Options")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// An encrypted object by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectName {
    /// An upload.
    Attachment(uuid::Uuid),
    /// A letter in the spool, by its job.
    Letter(uuid::Uuid),
    /// The job sheet of a letter in the spool, by its job.
    JobSheet(uuid::Uuid),
    /// A part of an exported range, by the export and its own id.
    ExportPart(uuid::Uuid, uuid::Uuid),
}

impl ObjectName {
    fn path(self) -> Path {
        match self {
            Self::Attachment(id) => Path::from(format!("attachments/{id}")),
            Self::Letter(job) => Path::from(format!("spool/{job}/letter.pdf")),
            Self::JobSheet(job) => Path::from(format!("spool/{job}/job.json")),
            Self::ExportPart(export, part) => Path::from(format!("exports/{export}/{part}")),
        }
    }

    /// What the ciphertext is bound to: it opens under no other name.
    fn place(self) -> Vec<u8> {
        match self {
            Self::Attachment(id) => id.as_bytes().to_vec(),
            Self::Letter(job) => [job.as_bytes().as_slice(), b"letter.pdf"].concat(),
            Self::JobSheet(job) => [job.as_bytes().as_slice(), b"job.json"].concat(),
            Self::ExportPart(export, part) => [*export.as_bytes(), *part.as_bytes()].concat(),
        }
    }
}

/// The object store.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    part: usize,
    /// Where a local store lies.
    folder: Option<PathBuf>,
}

/// What an upload turned out to be, computed on the way.
#[derive(Debug, Clone)]
pub struct Written {
    /// Plaintext bytes.
    pub size: u64,
    /// SHA-256 of the plaintext.
    pub sha256: [u8; 32],
}

impl Objects {
    /// Opens the store; makes the folder of a local one.
    pub fn open(at: &ObjectsAt) -> Result<Self, ObjectError> {
        match at {
            ObjectsAt::Folder(folder) => {
                make_folder(folder).map_err(ObjectError::Folder)?;
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Self {
                    store: Arc::new(store),
                    part: 256 * 1024,
                    folder: Some(folder.clone()),
                })
            }
            ObjectsAt::S3(options) => {
                let mut builder = AmazonS3Builder::from_env()
                    .with_bucket_name(&options.bucket)
                    .with_region(&options.region)
                    .with_allow_http(
                        options
                            .endpoint
                            .as_deref()
                            .is_some_and(|url| url.starts_with("http://")),
                    );
                if let Some(endpoint) = &options.endpoint {
                    builder = builder.with_endpoint(endpoint);
                }
                if let Some(id) = &options.access_key_id {
                    builder = builder.with_access_key_id(id);
                }
                if let Some(secret) = &options.secret_access_key {
                    builder = builder.with_secret_access_key(secret);
                }
                let store = PrefixStore::new(builder.build()?, options.prefix.as_str());
                // S3 takes no part under 5 MiB but the last.
                Ok(Self {
                    store: Arc::new(store),
                    part: 5 * 1024 * 1024,
                    folder: None,
                })
            }
        }
    }

    /// Starts an encrypted object; nothing is visible before [`Upload::finish`].
    pub async fn upload(
        &self,
        name: ObjectName,
        key: &DataKey,
        rng: &(dyn SecureRandom + Sync),
    ) -> Result<Upload, ObjectError> {
        let multipart = self.store.put_multipart(&name.path()).await?;
        Ok(Upload {
            writer: WriteMultipart::new_with_chunk_size(multipart, self.part),
            sealer: FileSealer::new(key, &name.place(), rng)?,
            digest: digest::Context::new(&digest::SHA256),
            size: 0,
        })
    }

    /// Reads an object back as plaintext. The stream ends with an error when the object was cut short or altered.
    pub async fn read(
        &self,
        name: ObjectName,
        key: DataKey,
    ) -> Result<impl Stream<Item = Result<Bytes, ObjectError>> + Send + use<>, ObjectError> {
        let sealed = self
            .store
            .get(&name.path())
            .await?
            .into_stream()
            .map_err(ObjectError::from)
            .boxed();
        let opener = FileOpener::new(key, &name.place());
        Ok(futures::stream::try_unfold(Some((sealed, opener)), |state| async move {
            let Some((mut sealed, mut opener)) = state else {
                return Ok(None);
            };
            Ok(match sealed.try_next().await? {
                Some(bytes) => Some((Bytes::from(opener.push(&bytes)?), Some((sealed, opener)))),
                None => Some((Bytes::from(opener.finish()?), None)),
            })
        })
        .try_filter(|bytes| std::future::ready(!bytes.is_empty())))
    }

    /// Removes an object; absent is fine.
    pub async fn remove(&self, name: ObjectName) -> Result<(), ObjectError> {
        match self.store.delete(&name.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a job out of the spool; absent is fine. In a folder, what a killed process had begun to write goes with it.
    pub async fn remove_job(&self, job: uuid::Uuid) -> Result<(), ObjectError> {
        let Some(folder) = &self.folder else {
            self.remove(ObjectName::Letter(job)).await?;
            return self.remove(ObjectName::JobSheet(job)).await;
        };
        match tokio::fs::remove_dir_all(folder.join("spool").join(job.to_string())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ObjectError::Folder(error)),
            _ => Ok(()),
        }
    }

    /// Removes every part of an exported range; absent is fine. In a folder, what a killed process had begun to write goes with it.
    pub async fn remove_export(&self, export: uuid::Uuid) -> Result<(), ObjectError> {
        let Some(folder) = &self.folder else {
            for name in self.list_named(&format!("exports/{export}")).await? {
                self.remove_named(&name).await?;
            }
            return Ok(());
        };
        match tokio::fs::remove_dir_all(folder.join("exports").join(export.to_string())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ObjectError::Folder(error)),
            _ => Ok(()),
        }
    }

    /// Writes a small object that must never change: the same bytes again are fine, different bytes are [`ObjectError::Exists`]. What another removes
    /// between the attempt and the comparison is written.
    pub async fn put_once(&self, name: &str, bytes: &[u8]) -> Result<(), ObjectError> {
        let path = Path::from(name);
        loop {
            let payload = PutPayload::from(Bytes::copy_from_slice(bytes));
            match self.store.put_opts(&path, payload, PutMode::Create.into()).await {
                Ok(_) => return Ok(()),
                Err(object_store::Error::AlreadyExists { .. }) => match self.read_named(name).await? {
                    Some(there) if there == bytes => return Ok(()),
                    Some(_) => return Err(ObjectError::Exists),
                    None => {}
                },
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The names under a folder, sorted.
    pub async fn list_named(&self, folder: &str) -> Result<Vec<String>, ObjectError> {
        let mut names: Vec<String> = self
            .store
            .list(Some(&Path::from(folder)))
            .map_ok(|meta| meta.location.to_string())
            .try_collect()
            .await?;
        names.sort();
        Ok(names)
    }

    /// The bytes of a small object; none when it is not there.
    pub async fn read_named(&self, name: &str) -> Result<Option<Bytes>, ObjectError> {
        match self.store.get(&Path::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a small object.
    pub async fn get_named(&self, name: &str) -> Result<Bytes, ObjectError> {
        Ok(self.store.get(&Path::from(name)).await?.bytes().await?)
    }

    /// Removes a small object; absent is fine.
    pub async fn remove_named(&self, name: &str) -> Result<(), ObjectError> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// An upload under way; dropped without [`Upload::finish`] it leaves nothing readable.
pub struct Upload {
    writer: WriteMultipart,
    sealer: FileSealer,
    digest: digest::Context,
    size: u64,
}

impl Upload {
    /// Takes the next plaintext bytes; waits while the store is slower than the sender.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ObjectError> {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        let sealed = self.sealer.push(bytes)?;
        self.writer.wait_for_capacity(2).await?;
        self.writer.write(&sealed);
        Ok(())
    }

    /// Makes the object durable and visible.
    pub async fn finish(mut self) -> Result<Written, ObjectError> {
        let last = self.sealer.finish()?;
        self.writer.write(&last);
        self.writer.finish().await?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.digest.finish().as_ref());
        Ok(Written {
            size: self.size,
            sha256,
        })
    }

    /// Gives the upload up.
    pub async fn abort(self) {
        if let Err(error) = self.writer.abort().await {
            tracing::debug!(%error, "an abandoned upload could not be cleaned up at once");
        }
    }
}

/// Makes a folder and those above it that are missing; durable when it returns.
fn make_folder(folder: &std::path::Path) -> std::io::Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    std::fs::create_dir_all(folder)?;
    for made in missing {
        // A relative path of one word lies in the current folder.
        let above = made.parent().filter(|above| !above.as_os_str().is_empty());
        std::fs::File::open(above.unwrap_or(std::path::Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_another_removes_meanwhile_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Arc::new(Objects::open(&ObjectsAt::Folder(folder.path().to_owned())).unwrap());
        let at_once = [0, 1].map(|_| {
            let objects = Arc::clone(&objects);
            tokio::spawn(async move {
                for _ in 0..200 {
                    objects.put_once("f/1", b"x").await.unwrap();
                    objects.remove_named("f/1").await.unwrap();
                }
            })
        });
        for task in at_once {
            task.await.unwrap();
        }
        objects.put_once("f/1", b"x").await.unwrap();
        assert!(matches!(objects.put_once("f/1", b"y").await, Err(ObjectError::Exists)));
    }
}
