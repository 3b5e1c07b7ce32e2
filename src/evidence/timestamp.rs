//! Time stamps (RFC 3161): what is asked of a time-stamping authority, and what its reply proves.
//!
//! Guarantees: a [`Stamp`] is handed out only when the authority granted it over SHA-256 of exactly these bytes, its signature holds, the signing
//! certificate is the one that the signature names (RFC 2634, RFC 5035), is for time stamps alone, and, where authorities are given, comes from
//! one of them through certificates that were all valid at the time stated. Replies are strict DER and at most [`REPLY_LIMIT`] bytes long.
//!
//! Not judged: whether a certificate was revoked, the dates of the authorities' own certificates, the authority's policy, and the accuracy it
//! claims. Signatures other than RSA (PKCS #1 v1.5, 2048 to 8192 bits) and ECDSA (P-256, P-384) are refused.

mod form;
mod signer;

use super::{Hash, checkpoint::KeyError, sha256};
use der::{
    Encode, Tag,
    asn1::{AnyRef, Null, ObjectIdentifier},
};
use form::{Reply, Signed};
use jiff::Timestamp;
use ring::rand::SecureRandom;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::{fmt, str::FromStr};

/// Longer replies are refused, in bytes. Usual ones have two to eight thousand.
pub const REPLY_LIMIT: usize = 64 * 1024;

/// SHA-256 (RFC 5754 2.2): what we have stamped.
pub(super) const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// Why a reply is no time stamp over these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Above [`REPLY_LIMIT`].
    #[error("longer than {REPLY_LIMIT} bytes")]
    TooLong,
    /// Not a reply of RFC 3161 in DER.
    #[error("not a reply of a time-stamping authority")]
    Malformed,
    /// The authority did not grant it; its status (RFC 3161 2.4.2).
    #[error("the authority granted no time stamp (status {0})")]
    Rejected(u8),
    /// Over other bytes, or over another digest than SHA-256.
    #[error("the time stamp is over something else")]
    OtherContent,
    /// The answer to another question.
    #[error("the reply answers another request")]
    OtherRequest,
    /// Given under another policy than the one asked for.
    #[error("the time stamp is under another policy than the one asked for")]
    OtherPolicy,
    /// The signature is wrong, or of a kind that is not read here.
    #[error("the signature of the time stamp is wrong, or of an unknown kind")]
    Signature,
    /// The certificate that the signature names is not in the reply, or is another's.
    #[error("the reply does not hold the certificate that its signature names")]
    NoCertificate,
    /// The certificate is not for time stamps (RFC 3161 2.3).
    #[error("the signing certificate is not for time stamps alone")]
    Purpose,
    /// The certificate does not come from a given authority, or was not valid at the time stated.
    #[error("the signing certificate does not come from a given authority, or was not valid at the time stated")]
    Chain,
    /// The system's source of randomness failed; may be retried.
    #[error("no randomness to be had")]
    Randomness,
}

/// What a verified reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The bytes existed at this time, by the authority's clock.
    pub time: Timestamp,
    /// The authority's name in its certificate.
    pub authority: String,
}

/// The certificates that time-stamping authorities' certificates must come from: each one counts, whether root or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// The certificates of a PEM file.
    ///
    /// # Errors
    /// [`KeyError::BadCertificate`] if there is none, or one that cannot be read.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let bad = |_| KeyError::BadCertificate;
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let found = found.map_err(bad)?;
        if found.is_empty() {
            return Err(KeyError::BadCertificate);
        }
        for certificate in &found {
            webpki::anchor_from_trusted_cert(certificate).map_err(|_| KeyError::BadCertificate)?;
        }
        Ok(Self(found))
    }

    /// Adds those of `others`.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A policy of a time-stamping authority: an object identifier such as `1.3.6.1.4.1.4146.2.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyId(ObjectIdentifier);

impl FromStr for PolicyId {
    type Err = StampError;

    fn from_str(text: &str) -> Result<Self, StampError> {
        ObjectIdentifier::new(text).map(Self).map_err(|_| StampError::Malformed)
    }
}

/// A request for a time stamp, and what its reply must answer.
pub struct StampRequest {
    der: Vec<u8>,
    imprint: Hash,
    nonce: [u8; 8],
    policy: Option<PolicyId>,
}

impl fmt::Debug for StampRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StampRequest").finish_non_exhaustive()
    }
}

impl StampRequest {
    /// A request over SHA-256 of `data`, with a nonce, that asks for the certificates too.
    ///
    /// # Errors
    /// [`StampError::Randomness`].
    pub fn new(data: &[u8], policy: Option<PolicyId>, rng: &dyn SecureRandom) -> Result<Self, StampError> {
        let mut nonce = [0; 8];
        rng.fill(&mut nonce).map_err(|_| StampError::Randomness)?;
        // An INTEGER in its shortest form that is not negative: the first bit unset, the second set.
        nonce[0] = nonce[0] & 0x3f | 0x40;
        let imprint = sha256(data);
        Ok(Self {
            der: encode(&imprint, &nonce, policy).map_err(|_| StampError::Malformed)?,
            imprint,
            nonce,
            policy,
        })
    }

    /// The request in DER: the body of the HTTP request (RFC 3161 3.4).
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// The stamp, once the reply answers this request and everything about it holds.
    ///
    /// # Errors
    /// [`StampError`].
    pub fn accept(&self, reply: &[u8], authorities: &Authorities) -> Result<Stamp, StampError> {
        let signed = read(reply)?;
        if signed.info.nonce != Some(&self.nonce) {
            return Err(StampError::OtherRequest);
        }
        if self.policy.is_some_and(|policy| policy.0 != signed.info.policy) {
            return Err(StampError::OtherPolicy);
        }
        check(&signed, &self.imprint, Some(authorities))
    }
}

/// Checks a reply over `data`, offline. Without authorities the certificate is whoever's: the reply is only shown to be consistent.
///
/// # Errors
/// [`StampError`].
pub fn verify_stamp(reply: &[u8], data: &[u8], authorities: Option<&Authorities>) -> Result<Stamp, StampError> {
    check(&read(reply)?, &sha256(data), authorities)
}

fn read(reply: &[u8]) -> Result<Signed<'_>, StampError> {
    if reply.len() > REPLY_LIMIT {
        return Err(StampError::TooLong);
    }
    match Reply::read(reply).map_err(|_| StampError::Malformed)? {
        Reply::Rejected(status) => Err(StampError::Rejected(status)),
        Reply::Granted(signed) => Ok(*signed),
    }
}

fn check(signed: &Signed<'_>, imprint: &Hash, authorities: Option<&Authorities>) -> Result<Stamp, StampError> {
    if signed.info.digest != SHA256 || signed.info.imprint != imprint {
        return Err(StampError::OtherContent);
    }
    let certificate = signer::certificate(signed)?;
    signer::check_signature(signed, certificate)?;
    let authority = signer::check_purpose(certificate)?;
    if let Some(authorities) = authorities {
        signer::check_chain(signed, certificate, &authorities.0)?;
    }
    Ok(Stamp {
        time: signed.info.time,
        authority,
    })
}

/// `TimeStampReq` (RFC 3161 2.4.1).
fn encode(imprint: &Hash, nonce: &[u8], policy: Option<PolicyId>) -> der::Result<Vec<u8>> {
    let algorithm = constructed(Tag::Sequence, &[SHA256.to_der()?, Null.to_der()?])?;
    let imprint = AnyRef::new(Tag::OctetString, imprint)?.to_der()?;
    let policy = policy.map_or(Ok(Vec::new()), |policy| policy.0.to_der())?;
    constructed(
        Tag::Sequence,
        &[
            1_u8.to_der()?,
            constructed(Tag::Sequence, &[algorithm, imprint])?,
            policy,
            AnyRef::new(Tag::Integer, nonce)?.to_der()?,
            true.to_der()?,
        ],
    )
}

fn constructed(tag: Tag, parts: &[Vec<u8>]) -> der::Result<Vec<u8>> {
    AnyRef::new(tag, &parts.concat())?.to_der()
}
