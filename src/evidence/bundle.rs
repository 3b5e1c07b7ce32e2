//! The proof of a delivery as a container that other programs open: ASiC-E with a CAdES signature (ETSI EN 319 162-1, EN 319 122-1).
//!
//! The same facts as in [`DeliveryProof`], each in a file of its own, so that `openssl`, `jose`, `sha256sum` and a shell check them; `VERIFY.md`
//! in the container says how. Guarantees: two bundles of the same facts are equal in every file but the signature; what [`pack`] writes,
//! [`Bundle::read`] turns back into the same proof. Leaves out: documents; [ranges](super::range) are containers of their own.

mod container;
pub(in crate::evidence) mod files;
pub(in crate::evidence) mod manifest;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use self::container::{CONTAINER_LIMIT, is_container, unpack};
use super::cades::{self, CadesError};
use super::proof::DeliveryProof;
use super::receipt::{self, ReceiptError};
use super::seal::SealKey;
use super::{Hash, sha256};
use crate::domain::name::Language;

/// The media type of a bundle (ETSI EN 319 162-1), which is also the content of its first file.
pub const MEDIA_TYPE: &str = "application/vnd.etsi.asic-e+zip";
/// The end of a bundle's file name.
pub const EXTENSION: &str = "asice";

pub(in crate::evidence) const MIMETYPE: &str = "mimetype";
pub(in crate::evidence) const MANIFEST: &str = "META-INF/ASiCManifest001.xml";
const RECEIPT: &str = "receipt.pdf";
pub(in crate::evidence) const SIGNATURE: &str = "META-INF/signature001.p7s";

/// Files by the names that a container has them under.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why a bundle is refused, or could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// An event of the proof is not in the log yet; it will be in a moment.
    #[error("an event is not in the log yet")]
    Unnumbered,
    /// Not a zip file, or one that holds more than files with plain names.
    #[error("not a container: {0}")]
    Container(#[source] zip::result::ZipError),
    /// The container is too long, or has a file that none may have.
    #[error("not a container of this kind: {0}")]
    Shape(String),
    /// A file that must be there is not, or is not what its name says.
    #[error("`{name}` {why}")]
    File {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file cannot be written as JSON.
    #[error("a file cannot be written")]
    Json(#[source] serde_json::Error),
    /// The receipt could not be made.
    #[error("the receipt cannot be written")]
    Receipt(#[from] ReceiptError),
    /// The signature could not be made.
    #[error("the container could not be signed")]
    Signature(#[from] CadesError),
}

impl From<zip::result::ZipError> for BundleError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Container(error)
    }
}

/// Packs a proof and its receipt in a language, signed with a key at the time given.
///
/// # Errors
/// [`BundleError::Unnumbered`] while an event has no place in the log, and those of making files and signature.
pub fn pack(
    proof: &DeliveryProof,
    language: Language,
    (key, at): (&SealKey, Timestamp),
) -> Result<Vec<u8>, BundleError> {
    let mut files = files::write(proof)?;
    files.insert(RECEIPT.to_owned(), receipt::render(proof, language)?);
    files::explain(&mut files);
    let manifest = manifest::write(&files);
    let signature = cades::sign(manifest.as_bytes(), key, at)?;
    container::pack(&files, manifest.as_bytes(), &signature)
}

/// A container that was read: what it proves, and what its signature is over.
#[derive(Debug)]
pub struct Bundle {
    /// What the files prove; to be verified like any proof.
    pub proof: DeliveryProof,
    /// The signed manifest, which names every file with its hash.
    pub manifest: Vec<u8>,
    /// The signature over it.
    pub signature: Vec<u8>,
    /// Where the files differ from those that the proof in them is written as, in words. Empty when nothing was added, left out or changed.
    pub differences: Vec<String>,
}

impl Bundle {
    /// Reads the files of a container, or of a folder that it was unpacked into.
    ///
    /// # Errors
    /// [`BundleError::File`], [`BundleError::Json`] when no proof can be read out of it.
    pub fn read(mut all: Files) -> Result<Self, BundleError> {
        let mut take = |name: &str| {
            all.remove(name).ok_or_else(|| BundleError::File {
                name: name.to_owned(),
                why: "is missing",
            })
        };
        let (mimetype, manifest, signature) = (take(MIMETYPE)?, take(MANIFEST)?, take(SIGNATURE)?);
        let proof = files::read(&all)?;
        let mut differences = Vec::new();
        // The signed manifest is the list of the files, however the program that made the container wrote it.
        let there: BTreeMap<&str, Hash> = all.iter().map(|(name, bytes)| (name.as_str(), sha256(bytes))).collect();
        if manifest::read(&manifest).as_ref() != Some(&there) {
            differences.push(format!("`{MANIFEST}` is not the list of these files"));
        }
        match all.get(files::SUMS) {
            Some(sums) if *sums == files::sums(&all) => {}
            Some(_) => differences.push(format!("`{}` has other sums than these files", files::SUMS)),
            None => differences.push(format!("`{}` is missing", files::SUMS)),
        }
        // What carries proof has one writing.
        let written = files::write(&proof)?;
        if mimetype != MEDIA_TYPE.as_bytes() {
            differences.push(format!("`{MIMETYPE}` names another media type"));
        }
        for (name, bytes) in &written {
            match all.remove(name) {
                Some(there) if there == *bytes => {}
                Some(_) => differences.push(format!("`{name}` was changed")),
                None => differences.push(format!("`{name}` is missing")),
            }
        }
        // A container from before there were receipts has none.
        if let Some(bytes) = all.remove(RECEIPT)
            && receipt::language_of(&bytes, &proof)?.is_none()
        {
            differences.push(format!("`{RECEIPT}` is not the receipt of this proof"));
        }
        let beside = [files::SUMS, files::HOW_TO];
        let added = all.keys().filter(|name| !beside.contains(&name.as_str()));
        differences.extend(added.map(|name| format!("`{name}` was added")));
        Ok(Self {
            proof,
            manifest,
            signature,
            differences,
        })
    }
}
