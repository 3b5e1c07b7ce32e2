//! `tiedoksi openapi`: the descriptions of the two APIs, as files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::http::openapi::documents;

#[derive(Debug, Args)]
pub(super) struct Openapi {
    /// The folder of the descriptions
    #[arg(long, value_name = "DIR", default_value = "api-spec")]
    out: PathBuf,
    /// Write nothing; exit with 1 when a file differs
    #[arg(long)]
    check: bool,
}

impl Openapi {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut same = true;
        for (name, text) in documents().map_err(anyhow::Error::from_boxed)? {
            let file = self.out.join(name);
            if self.check {
                let there = std::fs::read_to_string(&file).unwrap_or_default();
                if there != text {
                    same = false;
                    println!("{} differs: run `tiedoksi openapi`", file.display());
                }
            } else {
                std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
                std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
                println!("{}", file.display());
            }
        }
        Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
