//! Who is asking: citizens through OpenID Connect, machine clients through tokens; and for whom a person may act, by a register outside.

pub mod assertion;
pub mod jwe;
pub mod login_keys;
pub mod mandates;
pub mod oidc;
