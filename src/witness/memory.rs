//! What a witness remembers: of each log the checkpoint cosigned last, a file each, in a folder of the witness's own.
//!
//! Guarantees: a file is replaced whole (written beside it, fsync, rename, fsync of the folder); when [`Memory::remember`] returns, it is durable.
//! One process at a time has the folder. A file that cannot be read, or that is gone, stops the witness: forgetting would let the log fork.
//! Leaves out copies: a folder put back from an older copy has forgotten, and nothing here can tell.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::evidence::checkpoint::Checkpoint;
use crate::evidence::note::unverified_text;
use crate::evidence::sha256;

/// The file of the checkpoint cosigned last.
const CHECKPOINT: &str = "checkpoint";
/// The file that says that a log was ever cosigned: its origin.
const FOLLOWED: &str = "followed";

/// Why a witness cannot remember, or may not begin.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The folder or a file of it does not work.
    #[error("{} does not work", .0.display())]
    Io(PathBuf, #[source] io::Error),
    /// Another process has the folder.
    #[error("another witness uses {}", .0.display())]
    InUse(PathBuf),
    /// The file does not hold a checkpoint.
    #[error("{} holds no checkpoint: a witness that forgets must not go on under the same key", .0.display())]
    Unreadable(PathBuf),
    /// A log was followed here, and its checkpoint is gone.
    #[error("{} is gone: a witness that forgets must not go on under the same key", .0.display())]
    Gone(PathBuf),
}

/// The last checkpoints, on disk and at hand.
#[derive(Debug)]
pub struct Memory {
    folder: PathBuf,
    known: HashMap<String, Checkpoint>,
    /// Holds the folder for this process; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Memory {
    /// Takes the folder, which must exist, and reads it.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub fn open(folder: &Path) -> Result<Self, MemoryError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| MemoryError::Io(path, error)
        };
        let lock_file = folder.join("lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock_file)
            .map_err(at(&lock_file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(MemoryError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(MemoryError::Io(lock_file, error)),
        }
        let mut known = HashMap::new();
        for entry in std::fs::read_dir(folder).map_err(at(folder))? {
            let path = entry.map_err(at(folder))?.path();
            let kind = path.extension().and_then(|extension| extension.to_str());
            let remembered = path.with_extension(CHECKPOINT);
            if kind == Some(FOLLOWED) && !remembered.exists() {
                return Err(MemoryError::Gone(remembered));
            }
            if kind != Some(CHECKPOINT) {
                continue;
            }
            let note = std::fs::read(&path).map_err(at(&path))?;
            let checkpoint = read(&note).filter(|it| path == folder.join(file_name(&it.origin, CHECKPOINT)));
            let checkpoint = checkpoint.ok_or(MemoryError::Unreadable(path))?;
            known.insert(checkpoint.origin.clone(), checkpoint);
        }
        Ok(Self {
            folder: folder.to_owned(),
            known,
            _lock: lock,
        })
    }

    /// The tree of this log that was cosigned last; the empty one where none was.
    #[must_use]
    pub fn last(&self, origin: &str) -> Checkpoint {
        self.known.get(origin).cloned().unwrap_or_else(|| Checkpoint {
            origin: origin.to_owned(),
            size: 0,
            root: sha256(&[]),
        })
    }

    /// Remembers a checkpoint, with its note as evidence of who signed it. Durable when it returns; after an error the older one still counts.
    ///
    /// # Errors
    /// [`MemoryError::Io`].
    pub fn remember(&mut self, checkpoint: &Checkpoint, note: &str) -> Result<(), MemoryError> {
        if self.known.get(&checkpoint.origin) == Some(checkpoint) {
            return Ok(());
        }
        let file = file_name(&checkpoint.origin, CHECKPOINT);
        replace(&self.folder, &file, note.as_bytes())?;
        // After the checkpoint and before its cosignature: where this stands, there must be a checkpoint.
        let followed = file_name(&checkpoint.origin, FOLLOWED);
        if !self.folder.join(&followed).exists() {
            replace(&self.folder, &followed, checkpoint.origin.as_bytes())?;
        }
        self.known.insert(checkpoint.origin.clone(), checkpoint.clone());
        Ok(())
    }

    /// Keeps the note of a checkpoint that contradicts the one remembered, beside that one's, the first time it happens: signed both, they prove
    /// that the log lied. That it cannot be kept changes nothing.
    pub fn keep_contradiction(&self, origin: &str, note: &str) {
        let file = file_name(origin, "contradiction");
        if self.folder.join(&file).exists() {
            return;
        }
        let known = std::fs::read_to_string(self.folder.join(file_name(origin, CHECKPOINT))).unwrap_or_default();
        if let Err(error) = replace(&self.folder, &file, format!("{known}\n{note}").as_bytes()) {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the two checkpoints could not be kept"
            );
        }
    }
}

/// Writes a file of the folder whole or not at all, readable by this user alone. Durable when it returns.
///
/// # Errors
/// [`MemoryError::Io`].
pub fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<(), MemoryError> {
    let (new, path) = (folder.join(format!("{name}.new")), folder.join(name));
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| MemoryError::Io(path.clone(), error))
}

/// Origins may hold anything, so a file is named after their hash.
fn file_name(origin: &str, kind: &str) -> String {
    format!("{}.{kind}", hex::encode(sha256(origin.as_bytes())))
}

fn read(note: &[u8]) -> Option<Checkpoint> {
    let text = unverified_text(std::str::from_utf8(note).ok()?).ok()?;
    Checkpoint::parse(text).ok()
}
