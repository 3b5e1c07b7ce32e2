//! Who is asking: citizens through OpenID Connect, machine clients through tokens.

pub mod assertion;
pub mod jwe;
pub mod login_keys;
pub mod oidc;
