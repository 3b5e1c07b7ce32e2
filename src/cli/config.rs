//! `tiedoksi config`: check a file, print the example.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::environment;
use crate::config::{Config, EXAMPLE};

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Check a configuration file: every problem, with its key and what to do
    Check {
        /// The configuration file
        file: PathBuf,
    },
    /// Print the commented example, which documents every key and its default
    Example,
}

impl ConfigCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check { file } => {
                Config::load(&file, &environment)?;
                println!("{}: OK", file.display());
            }
            Self::Example => std::io::stdout().write_all(EXAMPLE.as_bytes())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
