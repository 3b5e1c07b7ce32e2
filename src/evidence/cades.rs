//! The signature over a bundle: a detached CAdES baseline signature (ETSI EN 319 122-1, B-B) by the sealing key.
//!
//! Guarantees: what [`sign`] writes, `openssl cms -verify -cades` and [`verify`] read. The signature binds the signer's certificate by its hash
//! (RFC 5035). Certificates are pinned by the reader, as in seals; their dates and revocation are not judged, and the signing time is what the
//! signer says.

use std::time::Duration;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use jiff::Timestamp;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{GeneralizedTime, ObjectIdentifier, OctetString, SetOfVec, UintRef, UtcTime};
use x509_cert::der::{self, Any, Decode as _, Encode as _};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use super::seal::{SealError, SealKey, SealPublic};
use super::{Hash, sha256};

/// Longer signatures are refused, in bytes.
pub const SIGNATURE_LIMIT: usize = 64 * 1024;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Why a signature is refused, or could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CadesError {
    /// Not a CMS signature of the one form that is written here.
    #[error("not a signature of the expected form")]
    Form(#[from] der::Error),
    /// More or less than one signer, or an attribute that must be there is not, or stands twice.
    #[error("not a signature of the expected form: {0}")]
    Shape(&'static str),
    /// The signature is over something else.
    #[error("the signature is over something else")]
    OtherContent,
    /// None of the keys at hand is the signer's.
    #[error("signed by a key that is not among the trusted ones")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The key could not sign; may be retried.
    #[error("the key could not sign")]
    Key(#[from] SealError),
}

/// `SigningCertificateV2` (RFC 5035): a sequence of one member, the list of certificates, each an `ESSCertIDv2` of one member, the hash, with the
/// default digest SHA-256 and without the optional issuer.
type SigningCertificate = Vec<Vec<Vec<OctetString>>>;

/// A detached signature over `content`, DER, with the key's certificates in it.
///
/// # Errors
/// [`CadesError::Key`]; [`CadesError::Form`] when a certificate of the key's chain has a form of its own.
pub fn sign(content: &[u8], key: &SealKey, at: Timestamp) -> Result<Vec<u8>, CadesError> {
    sign_hash(sha256(content), key, at)
}

/// As [`sign`], over content of which only its SHA-256 is at hand.
///
/// # Errors
/// Those of [`sign`].
pub fn sign_hash(content: Hash, key: &SealKey, at: Timestamp) -> Result<Vec<u8>, CadesError> {
    let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(key.chain_pem().as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| CadesError::Shape("the key's certificates cannot be read"))?;
    let own = chain.first().ok_or(CadesError::Shape("the key has no certificate"))?;
    let signer = Certificate::from_der(own)?.tbs_certificate;
    let attributes = attributes(content, at, sha256(own))?;
    let signature = key.sign(&attributes.to_der()?).map_err(SealError::from)?;
    let (r, s) = signature.split_at(32);
    // `ECDSA-Sig-Value` (RFC 5480): a sequence of two integers.
    let signature = vec![UintRef::new(r)?, UintRef::new(s)?];
    let sha256 = AlgorithmIdentifierOwned {
        oid: SHA256,
        parameters: None,
    };
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: signer.issuer,
            serial_number: signer.serial_number,
        }),
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        },
        signature: OctetString::new(signature.to_der()?)?,
        unsigned_attrs: None,
    };
    let mut certificates = SetOfVec::new();
    for certificate in &chain {
        certificates.insert(CertificateChoices::Certificate(Certificate::from_der(certificate)?))?;
    }
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: vec![sha256].try_into()?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: DATA,
            econtent: None,
        },
        certificates: Some(CertificateSet(certificates)),
        crls: None,
        signer_infos: SignerInfos(vec![info].try_into()?),
    };
    let whole = ContentInfo {
        content_type: SIGNED_DATA,
        content: Any::encode_from(&signed)?,
    };
    Ok(whole.to_der()?)
}

fn attributes(content: Hash, at: Timestamp, certificate: Hash) -> Result<SignedAttributes, CadesError> {
    let seconds = Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default());
    // RFC 5652 11.3: UTCTime through 2049.
    let time = match UtcTime::from_unix_duration(seconds) {
        Ok(time) => Time::UtcTime(time),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_unix_duration(seconds)?),
    };
    let certificate: SigningCertificate = vec![vec![vec![OctetString::new(certificate)?]]];
    let attribute = |oid, value: Any| -> der::Result<Attribute> {
        Ok(Attribute {
            oid,
            values: vec![value].try_into()?,
        })
    };
    let all = vec![
        attribute(CONTENT_TYPE, Any::from(DATA))?,
        attribute(SIGNING_TIME, Any::encode_from(&time)?)?,
        attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(content)?)?)?,
        attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&certificate)?)?,
    ];
    Ok(all.try_into()?)
}

/// Checks a detached signature over `content`; answers when the signer says to have signed, and the key.
///
/// # Errors
/// [`CadesError`], but for [`CadesError::Key`].
pub fn verify<'k>(
    content: &[u8],
    signature: &[u8],
    keys: &'k [SealPublic],
) -> Result<(Timestamp, &'k SealPublic), CadesError> {
    verify_hash(sha256(content), signature, keys)
}

/// As [`verify`], over content of which only its SHA-256 is at hand.
///
/// # Errors
/// Those of [`verify`].
pub fn verify_hash<'k>(
    content: Hash,
    signature: &[u8],
    keys: &'k [SealPublic],
) -> Result<(Timestamp, &'k SealPublic), CadesError> {
    if signature.len() > SIGNATURE_LIMIT {
        return Err(CadesError::Shape("too long"));
    }
    let whole = ContentInfo::from_der(signature)?;
    if whole.content_type != SIGNED_DATA {
        return Err(CadesError::Shape("no signed data"));
    }
    let signed: SignedData = whole.content.decode_as()?;
    if whole.to_der()? != signature || signed.crls.is_some() {
        return Err(CadesError::Shape("more than is written here"));
    }
    let [info] = signed.signer_infos.0.as_slice() else {
        return Err(CadesError::Shape("not one signer"));
    };
    if info.unsigned_attrs.is_some() {
        return Err(CadesError::Shape("more than is signed"));
    }
    let attributes = info.signed_attrs.as_ref().ok_or(CadesError::Shape("no attributes"))?;
    if info.signature_algorithm.oid != ECDSA_WITH_SHA256 || info.digest_alg.oid != SHA256 {
        return Err(CadesError::Shape("another algorithm"));
    }
    if single::<ObjectIdentifier>(attributes, CONTENT_TYPE)? != DATA {
        return Err(CadesError::Shape("another kind of content"));
    }
    if single::<OctetString>(attributes, MESSAGE_DIGEST)?.as_bytes() != content {
        return Err(CadesError::OtherContent);
    }
    let named: SigningCertificate = single(attributes, SIGNING_CERTIFICATE_V2)?;
    let named = match named.as_slice() {
        [certificates] => certificates
            .first()
            .and_then(|certificate| match certificate.as_slice() {
                [hash] => Some(hash),
                _ => None,
            }),
        _ => None,
    };
    let named = named.ok_or(CadesError::Shape("no certificate is named"))?;
    let certificates = signed.certificates.iter().flat_map(|all| all.0.iter());
    for certificate in certificates {
        let CertificateChoices::Certificate(certificate) = certificate else {
            continue;
        };
        let bytes = CertificateDer::from(certificate.to_der()?);
        if sha256(&bytes) != named.as_bytes() {
            continue;
        }
        let theirs = SealPublic::from_certificate(&bytes).ok().flatten();
        let known = |key: &&SealPublic| {
            theirs.as_ref().is_some_and(|theirs| theirs.point == key.point)
                && key.certificate.is_none_or(|hash| hash == sha256(&bytes))
        };
        let key = keys.iter().find(known).ok_or(CadesError::UnknownKey)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.point)
            .verify(&attributes.to_der()?, info.signature.as_bytes())
            .map_err(|_| CadesError::WrongSignature)?;
        let time: Time = single(attributes, SIGNING_TIME)?;
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        let time = Timestamp::from_second(seconds).map_err(|_| CadesError::Shape("a time out of range"))?;
        return Ok((time, key));
    }
    Err(CadesError::Shape("the signer's certificate is not in it"))
}

/// The value of an attribute that stands exactly once, with one value.
fn single<T>(attributes: &SignedAttributes, oid: ObjectIdentifier) -> Result<T, CadesError>
where
    T: for<'a> der::Decode<'a>,
{
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (Some(attribute), None) = (found.next(), found.next()) else {
        return Err(CadesError::Shape("an attribute is missing or stands twice"));
    };
    let [value] = attribute.values.as_slice() else {
        return Err(CadesError::Shape("an attribute has not one value"));
    };
    Ok(T::from_der(&value.to_der()?)?)
}

#[cfg(test)]
mod tests;
