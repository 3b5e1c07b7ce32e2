//! Tests of keys and assertions.
