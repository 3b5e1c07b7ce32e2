//! The form of a reply: from bytes to the parts that are checked (RFC 3161 2.4.2, RFC 5652 5).
//!
//! Guarantees: DER alone, nothing left over, one signer. Certificates and signed attributes stay the bytes that they were, because hashes and
//! signatures are over those. Judges nothing.

use der::{
    Decode, ErrorKind, Reader as _, Result, SliceReader, Tag, TagNumber, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier},
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rustls::pki_types::CertificateDer;

use super::SHA256;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");

/// `granted` and `grantedWithMods` (RFC 3161 2.4.2).
const GRANTED: u8 = 1;

/// What an authority answers.
pub(super) enum Reply<'a> {
    /// No stamp; its status.
    Rejected(u8),
    /// A stamp.
    Granted(Box<Signed<'a>>),
}

/// A signed `TSTInfo` with its one signer.
pub(super) struct Signed<'a> {
    /// The bytes that are signed by way of `message_digest`.
    pub(super) content: &'a [u8],
    /// What they say.
    pub(super) info: Info<'a>,
    /// Certificates beside it, in no order.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// Issuer (as DER) and serial number of the signer's certificate, where it is named by them.
    pub(super) issuer: Option<(Vec<u8>, &'a [u8])>,
    /// The digest of `content`.
    pub(super) digest: ObjectIdentifier,
    /// The signed attributes as they are signed: a SET in DER.
    pub(super) attributes: Vec<u8>,
    /// Digest of `content`, as signed.
    pub(super) message_digest: &'a [u8],
    /// Digests of the signer's certificate, as signed; at least one.
    pub(super) certificate_digests: Vec<(ObjectIdentifier, &'a [u8])>,
    /// The kind of signature.
    pub(super) algorithm: ObjectIdentifier,
    /// The signature.
    pub(super) signature: &'a [u8],
}

/// `TSTInfo`, as far as it is looked at.
pub(super) struct Info<'a> {
    pub(super) policy: ObjectIdentifier,
    pub(super) digest: ObjectIdentifier,
    pub(super) imprint: &'a [u8],
    pub(super) time: Timestamp,
    pub(super) nonce: Option<&'a [u8]>,
}

fn malformed() -> der::Error {
    ErrorKind::Failed.into()
}

fn require(holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(malformed()) }
}

const fn context(number: u8) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number as u32),
    }
}

/// The parts of a constructed value, one after the other.
struct Parts<'a>(SliceReader<'a>);

impl<'a> Parts<'a> {
    fn of(value: AnyRef<'a>, tag: Tag) -> Result<Self> {
        require(value.tag() == tag)?;
        SliceReader::new(value.value()).map(Self)
    }

    fn next<T: Decode<'a, Error = der::Error>>(&mut self) -> Result<T> {
        T::decode(&mut self.0)
    }

    /// The next part, if it has this tag.
    fn next_if(&mut self, tag: Tag) -> Result<Option<AnyRef<'a>>> {
        if self.is_at_end() || Tag::peek(&self.0)? != tag {
            return Ok(None);
        }
        self.next().map(Some)
    }

    /// The parts of the next part.
    fn inside(&mut self, tag: Tag) -> Result<Self> {
        Self::of(self.next()?, tag)
    }

    /// The content of the next part, which has no parts.
    fn bytes(&mut self, tag: Tag) -> Result<&'a [u8]> {
        let value: AnyRef<'a> = self.next()?;
        require(value.tag() == tag)?;
        Ok(value.value())
    }

    /// The first word of an `AlgorithmIdentifier`; its parameters are for the algorithm to know.
    fn algorithm(&mut self) -> Result<ObjectIdentifier> {
        self.inside(Tag::Sequence)?.next()
    }

    fn is_at_end(&self) -> bool {
        self.0.is_finished()
    }

    fn end(&self) -> Result<()> {
        require(self.is_at_end())
    }
}

impl<'a> Reply<'a> {
    /// `TimeStampResp`.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut reply = Parts::of(AnyRef::from_der(bytes)?, Tag::Sequence)?;
        let status: u8 = reply.inside(Tag::Sequence)?.next()?;
        if status > GRANTED {
            return Ok(Self::Rejected(status));
        }
        let mut token = reply.inside(Tag::Sequence)?;
        reply.end()?;
        require(token.next::<ObjectIdentifier>()? == SIGNED_DATA)?;
        let mut data = token.inside(context(0))?;
        token.end()?;
        let signed = Signed::read(data.inside(Tag::Sequence)?)?;
        data.end()?;
        Ok(Self::Granted(Box::new(signed)))
    }
}

impl<'a> Signed<'a> {
    /// `SignedData`.
    fn read(mut data: Parts<'a>) -> Result<Self> {
        let _version: u8 = data.next()?;
        data.inside(Tag::Set)?;
        let mut encapsulated = data.inside(Tag::Sequence)?;
        require(encapsulated.next::<ObjectIdentifier>()? == TST_INFO)?;
        let mut content = encapsulated.inside(context(0))?;
        let content = content.bytes(Tag::OctetString)?;
        let certificates = match data.next_if(context(0))? {
            Some(set) => certificates(Parts::of(set, context(0))?)?,
            None => Vec::new(),
        };
        data.next_if(context(1))?; // revocation lists
        let mut signers = data.inside(Tag::Set)?;
        data.end()?;
        let mut signer = signers.inside(Tag::Sequence)?;
        signers.end()?;

        let version: u8 = signer.next()?;
        let issuer = if version == 1 {
            let mut name = signer.inside(Tag::Sequence)?;
            let issuer = name.next::<AnyRef<'a>>()?;
            Some((der::Encode::to_der(&issuer)?, name.bytes(Tag::Integer)?))
        } else {
            signer.next::<AnyRef<'a>>()?; // a key identifier: the signed attributes name the certificate better
            None
        };
        let digest = signer.algorithm()?;
        let set: AnyRef<'a> = signer.next()?;
        let attributes = Attributes::read(Parts::of(set, context(0))?)?;
        let algorithm = signer.algorithm()?;
        let signature = signer.bytes(Tag::OctetString)?;
        Ok(Self {
            content,
            info: Info::read(content)?,
            certificates,
            issuer,
            digest,
            attributes: der::Encode::to_der(&AnyRef::new(Tag::Set, set.value())?)?,
            message_digest: attributes.message_digest,
            certificate_digests: attributes.certificate_digests,
            algorithm,
            signature,
        })
    }
}

fn certificates(mut set: Parts<'_>) -> Result<Vec<CertificateDer<'static>>> {
    let mut found = Vec::new();
    while !set.is_at_end() {
        let certificate: AnyRef<'_> = set.next()?;
        if certificate.tag() == Tag::Sequence {
            found.push(der::Encode::to_der(&certificate)?.into());
        }
    }
    Ok(found)
}

/// What is read of the signed attributes.
struct Attributes<'a> {
    message_digest: &'a [u8],
    certificate_digests: Vec<(ObjectIdentifier, &'a [u8])>,
}

impl<'a> Attributes<'a> {
    fn read(mut set: Parts<'a>) -> Result<Self> {
        let (mut content_type, mut message_digest, mut certificate_digests) = (None, None, Vec::new());
        let mut seen = Vec::new();
        while !set.is_at_end() {
            let mut attribute = set.inside(Tag::Sequence)?;
            let name: ObjectIdentifier = attribute.next()?;
            require(!seen.contains(&name) && seen.len() < 64)?;
            seen.push(name);
            let mut values = attribute.inside(Tag::Set)?;
            match name {
                CONTENT_TYPE => content_type = Some(values.next::<ObjectIdentifier>()?),
                MESSAGE_DIGEST => message_digest = Some(values.bytes(Tag::OctetString)?),
                SIGNING_CERTIFICATE => certificate_digests.push(named_certificate(&mut values, SHA1)?),
                SIGNING_CERTIFICATE_V2 => certificate_digests.push(named_certificate(&mut values, SHA256)?),
                _ => continue,
            }
            values.end()?;
        }
        require(content_type == Some(TST_INFO) && !certificate_digests.is_empty())?;
        Ok(Self {
            message_digest: message_digest.ok_or_else(malformed)?,
            certificate_digests,
        })
    }
}

/// The digest of the signer's certificate: the first of `SigningCertificate` (RFC 2634 5.4) or `SigningCertificateV2` (RFC 5035 3).
fn named_certificate<'a>(values: &mut Parts<'a>, digest: ObjectIdentifier) -> Result<(ObjectIdentifier, &'a [u8])> {
    let mut first = values
        .inside(Tag::Sequence)?
        .inside(Tag::Sequence)?
        .inside(Tag::Sequence)?;
    let digest = match first.next_if(Tag::Sequence)? {
        Some(algorithm) if digest == SHA256 => Parts::of(algorithm, Tag::Sequence)?.next()?,
        Some(_) => return Err(malformed()),
        None => digest,
    };
    Ok((digest, first.bytes(Tag::OctetString)?))
}

impl<'a> Info<'a> {
    /// `TSTInfo`.
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut info = Parts::of(AnyRef::from_der(bytes)?, Tag::Sequence)?;
        require(info.next::<u8>()? == 1)?;
        let policy = info.next()?;
        let mut imprint = info.inside(Tag::Sequence)?;
        let (digest, imprint) = (imprint.algorithm()?, imprint.bytes(Tag::OctetString)?);
        info.bytes(Tag::Integer)?; // the serial number
        let time = time(info.bytes(Tag::GeneralizedTime)?).ok_or_else(malformed)?;
        info.next_if(Tag::Sequence)?; // the accuracy
        info.next_if(Tag::Boolean)?; // whether stamps are ordered
        let nonce = info.next_if(Tag::Integer)?.map(AnyRef::value);
        info.next_if(context(0))?; // the authority's name, which its certificate says better
        info.next_if(context(1))?;
        info.end()?;
        Ok(Self {
            policy,
            digest,
            imprint,
            time,
            nonce,
        })
    }
}

/// `20260302100000Z`, or with a fraction of a second, which RFC 3161 allows and most readers of DER do not.
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 14..=14) || !digits(fraction, 1..=9) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| whole.get(range)?.parse::<i8>().ok();
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    let at = DateTime::new(
        whole.get(0..4)?.parse().ok()?,
        number(4..6)?,
        number(6..8)?,
        number(8..10)?,
        number(10..12)?,
        number(12..14)?,
        nanoseconds,
    );
    Some(at.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_fractions() {
        let read = |text: &str| time(text.as_bytes()).map(|time| time.to_string());
        assert_eq!(read("20260302100000Z").unwrap(), "2026-03-02T10:00:00Z");
        assert_eq!(read("20260302100000.25Z").unwrap(), "2026-03-02T10:00:00.25Z");
        for bad in [
            "",
            "Z",
            "20260302100000",
            "2026030210000Z",
            "20260302100000.Z",
            "20260302100000.0000000001Z",
            "20261302100000Z",
            "20260230100000Z",
            "20260302100000+0200",
            "+0260302100000Z",
            "2026\u{e4}02100000Z",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bad in [
            &b""[..],
            b"0",
            b"\x30\x00",
            b"\x30\x03\x02\x01\x00",
            b"\x30\x80\x00\x00",
        ] {
            assert!(Reply::read(bad).is_err());
        }
        let rejected = Reply::read(b"\x30\x05\x30\x03\x02\x01\x02");
        assert!(matches!(rejected, Ok(Reply::Rejected(2))));
    }
}
