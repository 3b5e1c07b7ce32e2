//! Tiedoksi's binary: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Dependencies bring two cryptographic providers, and rustls panics when it must guess. Nothing has installed one yet.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tiedoksi::cli::main()
}
