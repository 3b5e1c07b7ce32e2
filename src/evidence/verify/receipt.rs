//! The verdict over a receipt: that the proof in it holds, and that its pages say what the proof says and nothing else.

use super::{Outcome, Trust, Verdict, verify_delivery};
use crate::evidence::proof::DeliveryProof;
use crate::evidence::receipt::{evidence_in, language_of};

/// Verifies what a receipt claims.
pub(super) fn verify(bytes: &[u8], trust: &Trust, verdict: &mut Verdict) {
    let Some(evidence) = evidence_in(bytes) else {
        let why = "no proof lies in this PDF as in a receipt: it is none, or another program wrote it anew. Take out what is embedded \
                   (pdfdetach -saveall) and verify that";
        verdict.push("file", Outcome::Fails, why);
        return;
    };
    let proof = match DeliveryProof::parse(evidence) {
        Ok(proof) => proof,
        Err(error) => {
            verdict.push("file", Outcome::Fails, format!("the embedded proof: {error}"));
            return;
        }
    };
    verify_delivery(&proof, trust, verdict);
    match language_of(bytes, &proof) {
        Ok(Some(language)) => {
            let code = language.code();
            let holds = format!("the pages are to the byte what the embedded proof gives in this language: {code}");
            verdict.push("pages", Outcome::Holds, holds);
        }
        Ok(None) => verdict.push(
            "pages",
            Outcome::Fails,
            "the pages are not what the embedded proof gives: what they say may be another thing than what is proved",
        ),
        Err(error) => verdict.push("pages", Outcome::Fails, error.to_string()),
    }
}

#[cfg(test)]
mod tests;
