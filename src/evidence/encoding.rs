//! How hashes, salts and times stand in JSON: one strict spelling each.
//!
//! Hashes that a person compares with `sha256sum` are 64 lowercase hexadecimal digits; salts and identity references are
//! base64url without padding (RFC 4648 5); times are UTC with exactly three decimals and `Z`. Any other spelling is refused,
//! so that a value has one encoding and a changed byte never goes unnoticed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::temporal::DateTimePrinter};

static TIME: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// `time` as evidence writes it: `2026-11-02T08:00:00.123Z`. What is finer than a millisecond is cut off, never rounded up.
#[must_use]
pub fn format_time(time: Timestamp) -> String {
    let mut out = String::with_capacity(24);
    // Writing into a String cannot fail; were it to, the empty text would be refused by every reader.
    if TIME.print_timestamp(&time, &mut out).is_err() {
        out.clear();
    }
    out
}

/// The time of `text`, or `None` unless it is spelt exactly as [`format_time`] would spell it.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    if text.len() != 24 {
        return None;
    }
    let time: Timestamp = text.parse().ok()?;
    (format_time(time) == text).then_some(time)
}

/// 32 bytes as base64url without padding: 43 characters.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text without padding; `None` for any other spelling.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Serde: 32 bytes as base64url without padding.
pub mod base64url32 {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    /// Writes 43 characters.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0; 43];
        URL_SAFE_NO_PAD
            .encode_slice(value, &mut text)
            .map_err(ser::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text).map_err(ser::Error::custom)?)
    }

    /// Reads 43 characters.
    ///
    /// # Errors
    /// Any other spelling.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(&text).map_err(de::Error::custom)?;
        bytes.try_into().map_err(|_| de::Error::custom("not 32 bytes"))
    }
}

/// Serde: 32 bytes as 64 lowercase hexadecimal digits.
pub mod hex32 {
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    /// Writes 64 digits.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0; 64];
        hex::encode_to_slice(value, &mut text).map_err(ser::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text).map_err(ser::Error::custom)?)
    }

    /// Reads 64 lowercase digits.
    ///
    /// # Errors
    /// Any other spelling, capitals included.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut out = [0; 32];
        hex::decode_to_slice(&text, &mut out).map_err(de::Error::custom)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(de::Error::custom("capital hexadecimal digits"));
        }
        Ok(out)
    }
}

/// Serde: as [`hex32`], absent when `None`.
pub mod hex32_option {
    use serde::{Deserializer, Serializer};

    /// Writes the value; use with `skip_serializing_if = "Option::is_none"`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Option<[u8; 32]>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::hex32::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a present value; use with `default`.
    ///
    /// # Errors
    /// Any other spelling, null included.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
        super::hex32::deserialize(deserializer).map(Some)
    }
}

/// Serde: a time with exactly three decimals.
pub mod time3 {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes 24 characters.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::format_time(*value))
    }

    /// Reads 24 characters.
    ///
    /// # Errors
    /// Any other spelling.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse_time(&text).ok_or_else(|| de::Error::custom("time is not `YYYY-MM-DDThh:mm:ss.mmmZ`"))
    }
}

/// Serde: as [`time3`], absent when `None`.
pub mod time3_option {
    use jiff::Timestamp;
    use serde::{Deserializer, Serializer};

    /// Writes the value; use with `skip_serializing_if = "Option::is_none"`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::time3::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a present value; use with `default`.
    ///
    /// # Errors
    /// Any other spelling, null included.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        super::time3::deserialize(deserializer).map(Some)
    }
}

/// Serde: bytes as base64 (RFC 4648 4, padded).
pub mod base64_bytes {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes the value.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(value))
    }

    /// Reads the value.
    ///
    /// # Errors
    /// Any other spelling.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(&text).map_err(de::Error::custom)
    }
}

/// Serde: as [`base64_bytes`], absent when `None`.
pub mod base64_option {
    use serde::{Deserializer, Serializer};

    /// Writes the value; use with `skip_serializing_if = "Option::is_none"`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::base64_bytes::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a present value; use with `default`.
    ///
    /// # Errors
    /// Any other spelling, null included.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        super::base64_bytes::deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_spelling() {
        let time: Timestamp = "2026-11-02T08:00:00.123999Z".parse().unwrap();
        assert_eq!(format_time(time), "2026-11-02T08:00:00.123Z");
        assert_eq!(
            format_time("2026-11-02T08:00:00Z".parse().unwrap()),
            "2026-11-02T08:00:00.000Z"
        );
        assert!(parse_time("2026-11-02T08:00:00.123Z").is_some());
        for bad in [
            "2026-11-02T08:00:00Z",
            "2026-11-02T08:00:00.1Z",
            "2026-11-02t08:00:00.123z",
            "2026-11-02 08:00:00.123Z",
            "2026-11-02T08:00:60.000Z",
            "",
        ] {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
    }
}
