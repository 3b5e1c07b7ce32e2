//! Programs by another clock: the library of Debian's `faketime`, preloaded.
//!
//! Not its command: that gives up where a process that was killed left its semaphore in `/dev/shm` under a process number that has come round again. The
//! library takes what it finds there.

use std::path::PathBuf;
use std::process::Command;

/// The clock as it is.
pub const NOW: &str = "+0";

/// When the certificates of today have long ended.
pub const TEN_YEARS_ON: &str = "+10y";

/// The preloaded library, by its file name.
pub fn library(name: &str) -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    folders
        .map(|entry| entry.unwrap().path().join("faketime"))
        .chain([PathBuf::from("/usr/lib/faketime")])
        .map(|folder| folder.join(name))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: install Debian's package `faketime`, as tests/run does"))
}

/// A program whose clock runs by this much ahead (`+10y`), or begins at a time (`@2020-01-01 12:00:00`): faketime(1), "advanced features".
pub fn command(clock: &str, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("LD_PRELOAD", library("libfaketime.so.1"))
        .env("FAKETIME", clock);
    command
}
