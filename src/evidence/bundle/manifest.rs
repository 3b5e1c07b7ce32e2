//! `ASiCManifest001.xml`: every file with its hash, the text that the signature is over (ETSI EN 319 162-1 A.4).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Files, SIGNATURE};
use crate::evidence::sha256;

/// The manifest of the files. Their names need no escapes: they are made of letters, digits and `-._/`.
pub(super) fn write(files: &Files) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n<asic:SigReference URI=\"{SIGNATURE}\" MimeType=\"application/pkcs7-signature\"/>\n"
    );
    for (name, bytes) in files {
        let digest = STANDARD.encode(sha256(bytes));
        // Writing to a string cannot fail.
        let _ = writeln!(
            xml,
            "<asic:DataObjectReference URI=\"{name}\" MimeType=\"{}\">\
             <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
             <ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>",
            media_type(name)
        );
    }
    xml.push_str("</asic:ASiCManifest>\n");
    xml
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "json" => "application/json",
        "jws" => "application/jose",
        "jwk" => "application/jwk+json",
        "md" => "text/markdown",
        "tsr" => "application/timestamp-reply",
        "pem" => "application/pem-certificate-chain",
        _ => "text/plain",
    }
}
