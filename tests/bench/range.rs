//! The export of a range of many deliveries beside one of few, by the real program beside the real server, and the stranger's check of both: what they
//! take in time, and that memory does not grow with the range.
//!
//! The peak of memory is the one that the kernel keeps for a process (VmHWM), read every few milliseconds until the process ends.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::site::{Server, Site, Switch, memory_megabytes};
use crate::table::{Goal, Table};

/// In the smaller range, about: it is sent for a time.
const FEW: u64 = 1000;
const CONNECTIONS: usize = 64;
/// How long the sealer may be behind before an export is tried again, and how often that is looked at.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(5);

/// What one process took.
struct Cost {
    seconds: f64,
    megabytes: f64,
    told: String,
}

/// Measures everything on one database, with a range of so many deliveries.
pub async fn measure(deliveries: u64, site: &Site, table: &mut Table) -> anyhow::Result<()> {
    let server = site.serve(Switch::Everything).await?;
    let folder = tempfile::TempDir::new_in(site.folder())?;
    let trust = folder.path().join("trust");
    let mut keys = program("trust", &server);
    run(keys.arg("--out").arg(&trust))?;
    let mut ranges = Vec::new();
    for wanted in [FEW, deliveries] {
        send(&server, wanted, site.kind.name()).await?;
        let file = folder.path().join(format!("{wanted}.asice"));
        let exported = export(&server, &file)?;
        let mut check = Command::new(env!("CARGO_BIN_EXE_tiedoksi"));
        let verified = run(check.arg("verify").arg(&file).arg("--trust").arg(&trust))?;
        ensure!(verified.told.contains("none missing"), "{}", verified.told);
        let sent = server.client().sent.get();
        eprintln!(
            "{:10} {sent} deliveries: exported in {:.1} s with {:.1} MB of memory, {} bytes; verified in {:.1} s with {:.1} MB",
            site.kind.name(),
            exported.seconds,
            exported.megabytes,
            std::fs::metadata(&file)?.len(),
            verified.seconds,
            verified.megabytes,
        );
        std::fs::remove_file(&file)?;
        ranges.push((exported, verified));
    }
    let [few, many] = &ranges[..] else { return Ok(()) };
    table.ratio(Goal::L5, site.kind, many.0.megabytes, few.0.megabytes);
    table.ratio(Goal::L6, site.kind, many.1.megabytes, few.1.megabytes);
    Ok(())
}

/// Sends until so many messages were accepted in all.
async fn send(server: &Server, wanted: u64, database: &str) -> anyhow::Result<()> {
    let client = server.client();
    let mut told = Instant::now();
    while client.sent.get() < wanted {
        let left = wanted - client.sent.get();
        let slice = if left > 10 * FEW { 1000 } else { 50 };
        client.run(CONNECTIONS, Duration::from_millis(slice)).await?;
        if told.elapsed() > Duration::from_secs(10) {
            eprintln!("{database:10} {} of {wanted} deliveries sent", client.sent.get());
            told = Instant::now();
        }
    }
    Ok(())
}

/// Everything of the sender, once the log has caught up.
fn export(server: &Server, file: &Path) -> anyhow::Result<Cost> {
    let began = Instant::now();
    loop {
        let mut command = program("export", server);
        command.args([
            "--organisation",
            "0208573-0",
            "--from",
            "2020-01-01",
            "--reason",
            "bench",
        ]);
        match run(command.arg("--out").arg(file)) {
            Err(error) if began.elapsed() < PATIENCE && error.to_string().contains("the log is late") => {}
            done => return done,
        }
    }
}

fn program(verb: &str, server: &Server) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiedoksi"));
    command.arg(verb).arg("--config").arg(server.config());
    command
}

/// Runs a program to its end.
fn run(command: &mut Command) -> anyhow::Result<Cost> {
    let (began, mut megabytes) = (Instant::now(), 0.0);
    let (out, err) = (tempfile::NamedTempFile::new()?, tempfile::NamedTempFile::new()?);
    command.stdin(Stdio::null()).stdout(out.reopen()?).stderr(err.reopen()?);
    let mut child = command.spawn()?;
    let status = loop {
        // Gone between the two questions: what was read last counts.
        megabytes = memory_megabytes(child.id(), "VmHWM:")
            .unwrap_or(megabytes)
            .max(megabytes);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(PAUSE);
    };
    let seconds = began.elapsed().as_secs_f64();
    let told = std::fs::read_to_string(out.path()).context("what it said")?;
    ensure!(
        status.success(),
        "{status}: {told}{}",
        std::fs::read_to_string(err.path())?
    );
    Ok(Cost {
        seconds,
        megabytes,
        told,
    })
}
