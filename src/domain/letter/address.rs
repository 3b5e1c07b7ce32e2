//! Postal addresses, as the contract has them (1.11 `Address`).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Every code that the contract takes: the 249 of ISO 3166-1 alpha-2, and `XK` and `XX`; sorted.
const COUNTRIES: [&str; 251] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD",
    "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA",
    "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE",
    "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA",
    "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK",
    "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT",
    "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS",
    "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS",
    "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST",
    "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW",
    "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "XK", "XX", "YE",
    "YT", "ZA", "ZM", "ZW",
];

/// A country, by its two letters in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CountryCode(&'static str);

impl CountryCode {
    /// The country of this code; none for a code that the contract does not take.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        COUNTRIES.binary_search(&code).ok().map(|at| Self(COUNTRIES[at]))
    }

    /// The two letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Every code that may be sent.
    #[must_use]
    pub const fn all() -> &'static [&'static str] {
        &COUNTRIES
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| D::Error::custom("not a country code"))
    }
}

/// An address on a letter. Texts are kept as sent; Debug shows none of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostalAddress {
    /// Person, company or office, 1-256 characters.
    pub name: String,
    /// The second row, such as a department, 1-256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_name: Option<String>,
    /// Street or box, 1-256 characters.
    pub street_address: String,
    /// Postal code, 1-64 characters.
    pub zip_code: String,
    /// Post office, 1-256 characters.
    pub city: String,
    /// Country.
    pub country_code: CountryCode,
}

impl PostalAddress {
    /// The address in one line, as evidence names a recipient who has no other name there.
    #[must_use]
    pub fn one_line(&self) -> String {
        let rows = [
            Some(self.name.as_str()),
            self.additional_name.as_deref(),
            Some(self.street_address.as_str()),
            Some(self.zip_code.as_str()),
            Some(self.city.as_str()),
            Some(self.country_code.as_str()),
        ];
        rows.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostalAddress")
            .field("country_code", &self.country_code)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted_and_counted() {
        assert_eq!(COUNTRIES.len(), 251);
        assert!(COUNTRIES.is_sorted());
        assert_eq!(CountryCode::parse("FI").map(CountryCode::as_str), Some("FI"));
        assert!(CountryCode::parse("XK").is_some() && CountryCode::parse("XX").is_some());
        for bad in ["fi", "F", "FIN", "", "ZZ", "UK"] {
            assert_eq!(CountryCode::parse(bad), None, "{bad}");
        }
    }
}
