//! The verdict over a container: that the proof in it holds, that no file was added, left out or changed, and who signed it.

use super::{Outcome, Trust, Verdict, verify_delivery};
use crate::evidence::bundle::{Bundle, BundleError, Files};
use crate::evidence::cades;

/// Verifies what the files of a container claim.
pub(super) fn verify(files: Result<Files, BundleError>, trust: &Trust, verdict: &mut Verdict) {
    let bundle = match files.and_then(Bundle::read) {
        Ok(bundle) => bundle,
        Err(error) => {
            let cause = std::error::Error::source(&error).filter(|_| !matches!(error, BundleError::Container(_)));
            let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
            verdict.push("file", Outcome::Fails, format!("{error}{cause}"));
            return;
        }
    };
    let keys = verify_delivery(&bundle.proof, trust, verdict);
    verdict.conclude(
        "container",
        bundle.differences,
        "the manifest names every file as it is, and no other file is there",
    );
    match cades::verify(&bundle.manifest, &bundle.signature, &keys.seal_keys) {
        Ok((at, _)) => verdict.push(
            "signature",
            Outcome::Holds,
            format!("the manifest is signed by a known key, on {at} as the signer says"),
        ),
        Err(error) => {
            let cause = std::error::Error::source(&error);
            let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
            verdict.push("signature", Outcome::Fails, format!("{error}{cause}"));
        }
    }
}

#[cfg(test)]
mod tests;
