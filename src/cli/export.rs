//! `tiedoksi export`: the evidence of one organisation between two times, as one file for an auditor.

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use clap::Args;
use jiff::Timestamp;

use super::admin::time;
use super::{ConfigFile, build, install_quiet_telemetry};
use crate::domain::time::{Clock as _, SystemClock};
use crate::evidence::range::RangeWriter;
use crate::evidence::record::Actor;
use crate::hub::ActError;
use crate::hub::range::{RangeExport, RangeRequest};

/// Connections for reading an SQLite database.
const FEW: u32 = 2;

#[derive(Debug, Args)]
#[command(
    after_help = "The file is a signed container (ASiC-E): events with their seals, the tiles of the log that they stand in, and the two tallies
between which none is missing. It reaches from tally to tally, so that records before and after the period stand in it too, without seals and without
identities. Records of the period tell whose they are: citizens' identity codes lie in it in clear, unless --without-identities leaves out all but the
authority's. VERIFY.md in it prints how to check it; so does `tiedoksi verify FILE --trust DIR`. The export itself is recorded, with
the reason, before anything is written; the reason must hold nothing personal.

It works beside a hub that serves, and without one. Exit codes: 0 written; 1 not written, with the reason.

Example:
  tiedoksi export --config tiedoksi.toml --organisation 0208573-0 --from 2026-01-01 --to 2026-02-01 --reason 'audit 2026/17' \\
      --out january.asice"
)]
pub(super) struct Export {
    #[command(flatten)]
    at: ConfigFile,
    /// The organisation: its Business ID, or its id
    #[arg(long, value_name = "ORGANISATION")]
    organisation: String,
    /// Records from this time on: a date (its start, UTC) or an RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Timestamp,
    /// Records before this time, which is not part of the period: --to 2026-02-01 ends with January. Now, when none is given
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<Timestamp>,
    /// One service of the organisation, by its code: records of others are then shown by their hashes alone
    #[arg(long, value_name = "CODE")]
    service: Option<String>,
    /// Disclose no identity but the authority's, as for somebody who is not of the authority
    #[arg(long)]
    without_identities: bool,
    /// Why: recorded with the export, for ever: nothing personal
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The file to write; one that is there is never overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        anyhow::ensure!(
            std::fs::symlink_metadata(&self.out).is_err(),
            "{} is there already: name another file",
            self.out.display()
        );
        let folder = self.folder();
        // Beside its own name, so that it is renamed and not copied at the end.
        anyhow::ensure!(
            folder.is_dir(),
            "{} is no folder that is there: make it first, or name another file",
            folder.display()
        );
        let begun = tempfile::NamedTempFile::new_in(folder)
            .with_context(|| format!("nothing can be written into {}", folder.display()))?;
        let mut config = self.at.load()?;
        if build::sqlite_file(&config).is_some() {
            // It reads one thing after the other: more connections would only keep more pages in memory.
            config.database.connections = FEW;
        }
        install_quiet_telemetry()?;
        let built = build::build(&config, Arc::new(SystemClock)).await?;
        let written = self.write(&built.hub, begun).await;
        // The lease of sealing, if nobody else sealed.
        built.hub.release_log().await.ok();
        built.close().await;
        written
    }

    async fn write(&self, hub: &Arc<crate::hub::Hub>, begun: tempfile::NamedTempFile) -> anyhow::Result<()> {
        hub.prepare_log().await?;
        let request = RangeRequest {
            organisation: self.organisation.clone(),
            service: self.service.clone(),
            from: self.from,
            to: self.to.unwrap_or_else(|| SystemClock.now()),
            reason: self.reason.clone(),
            by: Actor {
                identifier: format!("operator, user {}", rustix::process::getuid().as_raw()),
                acr: None,
                auth_time: None,
            },
            identities: !self.without_identities,
        };
        let mut export = hub.export_range(&request).await.map_err(|error| self.told(error))?;
        let (mut progress, total) = (Progress::new(), export.total());
        let mut writer = RangeWriter::begin(BufWriter::with_capacity(1 << 18, begun), scratch(self.folder())?)?;
        while let Some(files) = export.next().await? {
            for (name, bytes) in files {
                writer.file(&name, &bytes)?;
            }
            progress.tell(export.done(), total);
        }
        let begun = writer.finish(|manifest| export.sign(manifest))?;
        let begun = begun.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        begun.as_file().sync_all()?;
        begun
            .persist_noclobber(&self.out)
            .with_context(|| format!("{} cannot be written", self.out.display()))?;
        progress.end();
        println!("{}", said(&export, &self.out));
        Ok(())
    }

    /// The folder that the file is written into.
    fn folder(&self) -> &Path {
        let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new("."))
    }

    fn told(&self, error: ActError) -> anyhow::Error {
        match error {
            ActError::NotFound => match &self.service {
                Some(service) => anyhow!(
                    "there is no organisation {} with a service `{service}`: `admin organisation list` and `admin service list` show what is registered",
                    self.organisation
                ),
                None => anyhow!(
                    "there is no organisation {}: `admin organisation list` shows what is registered",
                    self.organisation
                ),
            },
            ActError::Busy => anyhow!("the log is late: is a hub sealing it? Try again when its health is ready"),
            error => error.into(),
        }
    }
}

fn said(export: &RangeExport, out: &Path) -> String {
    let statement = export.statement();
    format!(
        "{}: {} records of {}, from the count before {} to the one after {}",
        out.display(),
        export.total(),
        statement.organisation,
        statement.from,
        statement.to
    )
}

/// Files without a name, where there is room for the one that is written: in memory there may not be.
fn scratch(folder: &Path) -> anyhow::Result<[File; 3]> {
    let file = || tempfile::tempfile_in(folder).context("no temporary file can be made");
    Ok([file()?, file()?, file()?])
}

/// How far it has come, on standard error: a bar on a terminal, elsewhere a line now and then.
struct Progress {
    terminal: bool,
    last: Instant,
}

impl Progress {
    /// Between two lines where there is no terminal.
    const PAUSE: Duration = Duration::from_secs(10);
    const WIDTH: u64 = 40;

    fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            last: Instant::now(),
        }
    }

    fn tell(&mut self, done: u64, total: u64) {
        let pause = if self.terminal {
            Duration::from_millis(100)
        } else {
            Self::PAUSE
        };
        if self.last.elapsed() < pause && done < total {
            return;
        }
        if self.terminal {
            let full = (Self::WIDTH * done).checked_div(total).unwrap_or(Self::WIDTH);
            let bar: String = (0..Self::WIDTH).map(|at| if at < full { '#' } else { '.' }).collect();
            eprint!("\r[{bar}] {done} of {total} records");
            std::io::stderr().flush().ok();
        } else if self.last.elapsed() >= pause {
            eprintln!("{done} of {total} records");
        } else {
            return;
        }
        self.last = Instant::now();
    }

    fn end(&self) {
        if self.terminal {
            eprintln!();
        }
    }
}
