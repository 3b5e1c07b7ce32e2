//! Who is asking: citizens through OpenID Connect, machine clients through tokens.

pub mod assertion;
pub mod oidc;
