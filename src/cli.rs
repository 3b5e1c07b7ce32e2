//! The command line: what can be asked of the binary, and the exit codes.
//!
//! 0 done; 1 not done, with the reason and what to do on standard error; 2 a wrong command line. `verify` has its own codes.
//! The only place for `anyhow`, and the only reader of `config` and `telemetry`.

mod admin;
mod build;
mod config;
mod demo;
mod doctor;
mod export;
mod keys;
mod login_keys;
mod migrate;
mod openapi;
mod press;
mod schema;
mod serve;
mod trust;
mod verify;
mod witness;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::config::Config;
use crate::telemetry::{self, Lines};

/// An open hub for official messages with proof of delivery.
#[derive(Debug, Parser)]
#[command(name = "tiedoksi", version, about, arg_required_else_help = true)]
#[command(after_help = "Examples:
  tiedoksi demo                                       try it: one process, sample data, nothing installed
  tiedoksi config example > tiedoksi.toml             begin a real hub
  tiedoksi config check tiedoksi.toml
  tiedoksi migrate --config tiedoksi.toml
  tiedoksi doctor  --config tiedoksi.toml
  tiedoksi serve   --config tiedoksi.toml")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve: sender API, pages, workers
    Serve(ConfigFile),
    /// Try it out: a hub with sample data and artificial persons, in one process
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    Migrate(ConfigFile),
    /// Register organisations, systems and services; issue and take back secrets
    Admin(admin::Admin),
    /// Check a configuration file, or print the example
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Check each part of an installation and say what to do
    Doctor(ConfigFile),
    /// Write the evidence of an organisation's period into one file, for an auditor
    Export(export::Export),
    /// Verify a proof offline, by keys you got beforehand
    Verify(verify::Verify),
    /// Write the public keys that verifiers need
    Trust(trust::Trust),
    /// Vouch for another's log: cosign its checkpoints as long as it only grows
    Witness(witness::WitnessCommand),
    /// Our keys at the citizens' identity provider: show, and replace
    LoginKey(login_keys::LoginKey),
    /// Write the descriptions of the two APIs
    Openapi(openapi::Openapi),
    /// Read one PDF, for the hub
    #[command(hide = true)]
    Press,
}

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
struct ConfigFile {
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "TIEDOKSI_CONFIG")]
    config: PathBuf,
}

impl ConfigFile {
    fn load(&self) -> anyhow::Result<Config> {
        Ok(Config::load(&self.config, &environment)?)
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tiedoksi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let done = |()| ExitCode::SUCCESS;
    if !matches!(command, Command::Trust(_) | Command::Openapi(_)) {
        keep_to_ourselves();
    }
    match command {
        Command::Serve(at) => asynchronously(serve::serve(at)).map(done),
        Command::Demo(demo) => asynchronously(demo.run()).map(done),
        Command::Migrate(at) => asynchronously(migrate::migrate(at)).map(done),
        Command::Admin(admin) => asynchronously(admin.run()).map(done),
        Command::Config(command) => command.run(),
        Command::Doctor(at) => asynchronously(doctor::doctor(at)),
        Command::Export(export) => asynchronously(export.run()).map(done),
        Command::Verify(verify) => Ok(verify.run()),
        Command::Trust(trust) => asynchronously(trust.run()).map(done),
        Command::Witness(witness) => asynchronously(witness.run()).map(done),
        Command::LoginKey(key) => key.run().map(done),
        Command::Openapi(openapi) => openapi.run(),
        Command::Press => press::work().map(done),
    }
}

/// What this process makes from now on, its user alone can read: databases, objects, keys.
fn keep_to_ourselves() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

fn asynchronously<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime could be started")?
        .block_on(work)
}

/// Log lines for commands that end: warnings only, for people.
fn install_quiet_telemetry() -> anyhow::Result<()> {
    Ok(telemetry::install("warn", Lines::Human, None)?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_operators_commands_are_understood() {
        for line in [
            "serve --config f",
            "demo",
            "demo --data d --listen 127.0.0.1:0",
            "migrate --config f",
            "admin --config f organisation add --business-id 0208573-0 --name-fi a --name-sv b --name-en c",
            "admin --config f system add --organisation 0208573-0 --username u",
            "admin --config f service add --system u --id s --name-fi a --name-sv b --name-en c",
            "admin --config f secret add --system u --expires 2027-01-01",
            "admin --config f secret list --system u",
            "admin --config f secret disable 01890a5d-ac96-774b-bcce-b302099a8057",
            "admin --config f organisation disable 0208573-0",
            "admin --config f service enable s",
            "admin --config f system list --json",
            "admin --config f mandate add --owner 9900002-6 --owner-name n --agent 010594Y9032 --agent-name a --role signatory",
            "admin --config f mandate add --owner 010516B903X --agent 010594Y9032 --agent-name a --role guardian --until 2030-01-01",
            "admin --config f mandate list --owner 9900002-6 --json",
            "admin --config f mandate revoke 01890a5d-ac96-774b-bcce-b302099a8057",
            "admin --config f log restart --reason r",
            "admin --config f erase message --id 12 --reason r --order H1/2026 --dry-run",
            "admin --config f erase mailbox --owner 010594Y9032 --reason r --yes",
            "admin --config f erase replay",
            "admin --config f erase scrub",
            "config check f",
            "config example",
            "doctor --config f",
            "export --config f --organisation 0208573-0 --from 2026-01-01 --to 2026-02-01T00:00:00Z --service s --reason r --out o",
            "verify f --trust d --json",
            "verify f --trust d --earlier e",
            "trust --config f --out d",
            "witness --name w --listen 127.0.0.1:0 --data d --log PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "login-key --config f show",
            "login-key --config f next",
            "login-key --config f switch",
            "openapi --check",
        ] {
            let parsed = Cli::try_parse_from(["tiedoksi"].into_iter().chain(line.split(' ')));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
        assert!(Cli::try_parse_from(["tiedoksi", "admin", "--config", "f", "secret", "enable", "x"]).is_err());
    }
}
