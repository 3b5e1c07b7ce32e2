//! Logging in and out; written by the login slice.
