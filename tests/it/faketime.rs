//! Programs by another clock, which Debian's `faketime` makes.
//!
//! It keeps a semaphore in `/dev/shm` under its process number, and gives up where one of that number lies there already: left by a process that was
//! killed. What the dead left is cleared away first.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The clock as it is.
pub const NOW: &str = "+0 days";

/// When the certificates of today have long ended.
pub const TEN_YEARS_ON: &str = "+10 years";

/// The library to preload into a process that must be the test's own child, by its file name.
pub fn library(name: &str) -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    folders
        .map(|entry| entry.unwrap().path().join("faketime"))
        .chain([PathBuf::from("/usr/lib/faketime")])
        .map(|folder| folder.join(name))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: install Debian's package `faketime`, as tests/run does"))
}

/// A program whose clock runs by this much ahead (`+10 years`), or begins at a time (`2020-01-01 12:00:00`): faketime(1).
pub fn command(clock: &str, program: &str) -> Command {
    clear_away();
    let mut command = Command::new("faketime");
    command.args([clock, program]);
    command
}

/// Removes what processes that are no more left in `/dev/shm`.
fn clear_away() {
    for entry in std::fs::read_dir("/dev/shm").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = ["faketime_shm_", "sem.faketime_sem_"]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix));
        if number.is_some_and(|number| !Path::new("/proc").join(number).exists()) {
            // Another test may be faster.
            std::fs::remove_file(&path).ok();
        }
    }
}
