//! The two keys of evidence, held together: the seal (ES256, X.509) and the log's key (Ed25519).

use super::checkpoint::LogKey;
use super::seal::SealKey;

/// The keys with which this hub makes evidence. Debug shows nothing of them.
#[derive(Debug)]
pub struct EvidenceKeys {
    /// Seals records.
    pub seal: SealKey,
    /// Signs checkpoints.
    pub log: LogKey,
}
