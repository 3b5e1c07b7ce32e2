//! The OpenID Connect relying party.

/// An identity provider and our registration with it.
#[derive(Debug)]
pub struct Provider {}
