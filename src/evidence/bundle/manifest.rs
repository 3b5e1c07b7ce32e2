//! `ASiCManifest001.xml`: every file with its hash, the text that the signature is over (ETSI EN 319 162-1 A.4).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Files, SIGNATURE};
use crate::evidence::{Hash, sha256};

/// What stands before the files.
pub(in crate::evidence) fn head() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n<asic:SigReference URI=\"{SIGNATURE}\" MimeType=\"application/pkcs7-signature\"/>\n"
    )
}

/// The line of one file. Its name needs no escapes: it is made of letters, digits and `-._/`.
pub(in crate::evidence) fn line(name: &str, digest: &Hash) -> String {
    format!(
        "<asic:DataObjectReference URI=\"{name}\" MimeType=\"{}\">\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <ds:DigestValue>{}</ds:DigestValue></asic:DataObjectReference>\n",
        media_type(name),
        STANDARD.encode(digest)
    )
}

/// What stands after the files.
pub(in crate::evidence) const TAIL: &str = "</asic:ASiCManifest>\n";

/// The manifest of the files.
pub(super) fn write(files: &Files) -> String {
    let mut xml = head();
    for (name, bytes) in files {
        xml.push_str(&line(name, &sha256(bytes)));
    }
    xml.push_str(TAIL);
    xml
}

/// The hash of each file that a manifest names; none when a line is not as [`write`] makes it, or a file stands twice.
pub(super) fn read(manifest: &[u8]) -> Option<BTreeMap<&str, Hash>> {
    let mut named = BTreeMap::new();
    let lines = std::str::from_utf8(manifest).ok()?.lines();
    for line in lines.filter(|line| line.contains("DataObjectReference")) {
        let (name, rest) = line.strip_prefix("<asic:DataObjectReference URI=\"")?.split_once('"')?;
        let (_, digest) = rest.split_once("<ds:DigestValue>")?;
        let digest = digest.strip_suffix("</ds:DigestValue></asic:DataObjectReference>")?;
        let digest = STANDARD.decode(digest).ok()?.try_into().ok()?;
        if named.insert(name, digest).is_some() {
            return None;
        }
    }
    Some(named)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "json" => "application/json",
        "jws" => "application/jose",
        "jwk" => "application/jwk+json",
        "md" => "text/markdown",
        "tsr" => "application/timestamp-reply",
        "pem" => "application/pem-certificate-chain",
        "pdf" => "application/pdf",
        _ => "text/plain",
    }
}
