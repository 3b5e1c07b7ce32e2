//! Who signed a time stamp: the certificate, what it is for, where it comes from, and the signature itself.

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use ring::digest::{self, Algorithm};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, ring as kinds};
use x509_parser::certificate::X509Certificate;

use super::StampError;
use super::form::Signed;

/// 1.3.6.1.5.5.7.3.8, id-kp-timeStamping (RFC 3161 2.3).
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// The certificate whose digests are signed. SHA-1 is good enough here: the signature covers the digest, and another certificate with the same one
/// would have to hold the same key.
pub(super) fn certificate<'s>(signed: &'s Signed<'_>) -> Result<&'s CertificateDer<'static>, StampError> {
    let is_named = |certificate: &&CertificateDer<'static>| {
        signed.certificate_digests.iter().all(|(name, wanted)| {
            digest_of(*name, true).is_some_and(|algorithm| digest::digest(algorithm, certificate).as_ref() == *wanted)
        })
    };
    let found = signed
        .certificates
        .iter()
        .find(is_named)
        .ok_or(StampError::NoCertificate)?;
    if let Some((issuer, serial)) = &signed.issuer {
        let parsed = parse(found)?;
        if parsed.issuer().as_raw() != issuer || parsed.raw_serial() != *serial {
            return Err(StampError::NoCertificate);
        }
    }
    Ok(found)
}

/// That the certificate's key signed the attributes, and these name the content.
pub(super) fn check_signature(signed: &Signed<'_>, certificate: &CertificateDer<'_>) -> Result<(), StampError> {
    let digest = digest_of(signed.digest, false).ok_or(StampError::Signature)?;
    if digest::digest(digest, signed.content).as_ref() != signed.message_digest {
        return Err(StampError::Signature);
    }
    let key = EndEntityCert::try_from(certificate).map_err(|_| StampError::NoCertificate)?;
    let holds = kinds_of(signed.algorithm, digest).iter().any(|kind| {
        key.verify_signature(*kind, &signed.attributes, signed.signature)
            .is_ok()
    });
    if holds { Ok(()) } else { Err(StampError::Signature) }
}

/// That the certificate is for time stamps alone, and says so critically (RFC 3161 2.3); its holder's name.
pub(super) fn check_purpose(certificate: &CertificateDer<'_>) -> Result<String, StampError> {
    let parsed = parse(certificate)?;
    let purpose = parsed.extended_key_usage().ok().flatten().ok_or(StampError::Purpose)?;
    let it = purpose.value;
    let others = it.any
        || it.server_auth
        || it.client_auth
        || it.code_signing
        || it.email_protection
        || it.ocsp_signing
        || !it.other.is_empty();
    let usage = parsed.key_usage().map_err(|_| StampError::Purpose)?;
    // As `openssl ts -verify` has it: where uses are named, a signature is one of them and nothing else is.
    let signs = usage.is_none_or(|usage| matches!(usage.value.flags, 1..=3));
    if !purpose.critical || !it.time_stamping || others || !signs {
        return Err(StampError::Purpose);
    }
    let name = parsed.subject().iter_common_name().next();
    let name = name.and_then(|name| name.as_str().ok()).map(ToOwned::to_owned);
    Ok(name.unwrap_or_else(|| parsed.subject().to_string()))
}

/// That the certificate comes from one of the authorities, by certificates that were all valid at the time stated.
pub(super) fn check_chain(
    signed: &Signed<'_>,
    certificate: &CertificateDer<'_>,
    authorities: &[CertificateDer<'static>],
) -> Result<(), StampError> {
    let anchors: Result<Vec<_>, _> = authorities.iter().map(webpki::anchor_from_trusted_cert).collect();
    let seconds = u64::try_from(signed.info.time.as_second()).map_err(|_| StampError::Chain)?;
    EndEntityCert::try_from(certificate)
        .and_then(|end| {
            end.verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &anchors?,
                &signed.certificates,
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                // webpki asks the same of authorities between, which need not name a use (RFC 5280 4.2.1.12); that the last one does is
                // `check_purpose`'s business.
                KeyUsage::required_if_present(TIME_STAMPING),
                None,
                None,
            )
            .map(drop)
        })
        .map_err(|_| StampError::Chain)
}

fn parse<'c>(certificate: &'c CertificateDer<'_>) -> Result<X509Certificate<'c>, StampError> {
    match x509_parser::parse_x509_certificate(certificate) {
        Ok((_, parsed)) => Ok(parsed),
        Err(_) => Err(StampError::NoCertificate),
    }
}

/// The digest of this name; SHA-1 only `to_name` a certificate.
fn digest_of(name: ObjectIdentifier, to_name: bool) -> Option<&'static Algorithm> {
    match name.to_string().as_str() {
        "1.3.14.3.2.26" if to_name => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        "2.16.840.1.101.3.4.2.1" => Some(&digest::SHA256),
        "2.16.840.1.101.3.4.2.2" => Some(&digest::SHA384),
        "2.16.840.1.101.3.4.2.3" => Some(&digest::SHA512),
        _ => None,
    }
}

/// The kinds of signature that a name may mean (RFC 5754 3). Plain `rsaEncryption` takes its digest from beside it.
fn kinds_of(name: ObjectIdentifier, digest: &Algorithm) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    match name.to_string().as_str() {
        "1.2.840.113549.1.1.1" if *digest == digest::SHA256 => vec![kinds::RSA_PKCS1_2048_8192_SHA256],
        "1.2.840.113549.1.1.1" if *digest == digest::SHA384 => vec![kinds::RSA_PKCS1_2048_8192_SHA384],
        "1.2.840.113549.1.1.1" => vec![kinds::RSA_PKCS1_2048_8192_SHA512],
        "1.2.840.113549.1.1.11" => vec![kinds::RSA_PKCS1_2048_8192_SHA256],
        "1.2.840.113549.1.1.12" => vec![kinds::RSA_PKCS1_2048_8192_SHA384],
        "1.2.840.113549.1.1.13" => vec![kinds::RSA_PKCS1_2048_8192_SHA512],
        "1.2.840.10045.4.3.2" => vec![kinds::ECDSA_P256_SHA256, kinds::ECDSA_P384_SHA256],
        "1.2.840.10045.4.3.3" => vec![kinds::ECDSA_P256_SHA384, kinds::ECDSA_P384_SHA384],
        _ => Vec::new(),
    }
}
