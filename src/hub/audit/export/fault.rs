//! Which failures of an export may pass, and which end it.

use crate::evidence::cades::CadesError;
use crate::evidence::range::RangeError;
use crate::evidence::seal::SealError;
use crate::evidence::signer::SignerError;
use crate::hub::ActError;

/// Why an export can never be made; none for what may pass.
pub(super) fn lasting(error: &ActError) -> Option<&'static str> {
    match error {
        ActError::Forbidden(problem) => Some(problem),
        ActError::NotFound => Some("The authority or its service is not there any more."),
        ActError::Evidence(cause) if may_pass(cause.as_ref()) => None,
        ActError::Evidence(_) | ActError::Vault(_) => {
            Some("The evidence of the period cannot be read. The operator finds the reason in the hub's log.")
        }
        _ => None,
    }
}

/// Whether the machine or the signer is the cause, such as a disk that is full, and not what was read.
fn may_pass(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(
        cause.downcast_ref(),
        Some(RangeError::Io(_) | RangeError::Signature(CadesError::Key(_)))
    ) || matches!(cause.downcast_ref(), Some(SealError::Signer(_)))
        || cause.is::<tokio::task::JoinError>()
        || cause.is::<SignerError>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(error: RangeError) -> ActError {
        ActError::Evidence(Box::new(error))
    }

    #[test]
    fn a_full_disk_passes_and_a_broken_record_does_not() {
        let full = RangeError::Io(std::io::ErrorKind::StorageFull.into());
        let by_signer = || SealError::Signer(SignerError);
        let signed = RangeError::Signature(CadesError::Key(by_signer()));
        for error in [boxed(full), boxed(signed), ActError::Evidence(Box::new(by_signer()))] {
            assert_eq!(lasting(&error), None, "{error:?}");
        }
        for error in [boxed(RangeError::Form("x")), ActError::Evidence("x".into())] {
            assert!(lasting(&error).is_some(), "{error:?}");
        }
    }
}
