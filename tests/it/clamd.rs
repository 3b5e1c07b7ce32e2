//! ClamAV's daemon for one test, in a folder of its own, which knows one piece of malware: the EICAR test string.
//!
//! The string is put together when the test runs, so that it stands nowhere in the tree.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tiedoksi::scanner::{Scanner, ScannerAt};

use crate::process::free_port;

/// The name that the daemon gives to what it finds; a signature of one's own is marked so.
pub const SIGNATURE: &str = "Test.Eicar.UNOFFICIAL";

/// What every scanner takes for malware, and is none.
pub fn eicar() -> Vec<u8> {
    let parts = [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$",
        "EICAR-STANDARD",
        "-ANTIVIRUS-TEST",
        "-FILE!$H+H*",
    ];
    parts.concat().into_bytes()
}

/// A daemon. Dropping it ends its process and removes its folder.
pub struct Clamd {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Clamd {
    pub fn start() -> Self {
        Self::with("")
    }

    /// A daemon with further lines in its configuration.
    pub fn with(settings: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().display();
        let port = free_port();
        std::fs::create_dir(folder.path().join("signatures")).unwrap();
        let signature = format!("Test.Eicar:0:*:{}\n", hex::encode(eicar()));
        std::fs::write(folder.path().join("signatures/local.ndb"), signature).unwrap();
        let configuration = format!(
            "Foreground yes\nUser root\nLocalSocket {path}/clamd.ctl\nTCPSocket {port}\nTCPAddr 127.0.0.1\n\
             DatabaseDirectory {path}/signatures\nTemporaryDirectory {path}\n{settings}\n"
        );
        std::fs::write(folder.path().join("clamd.conf"), configuration).unwrap();
        let mut clamd = Self {
            folder,
            port,
            child: None,
        };
        clamd.run();
        clamd
    }

    /// Starts the process, again after [`Clamd::kill`]. It listens when this returns.
    pub fn run(&mut self) {
        // Not where everyone's shell looks.
        let usual = Path::new("/usr/sbin/clamd");
        let program = if usual.exists() { usual } else { Path::new("clamd") };
        let mut child = Command::new(program)
            .arg(format!(
                "--config-file={}",
                self.folder.path().join("clamd.conf").display()
            ))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("clamd ({error}): install the package clamav-daemon, as tests/run does"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        self.child = Some(child);
        // The last that it says before it serves.
        let ready = lines.by_ref().any(|line| line.unwrap().contains("Self checking"));
        assert!(ready, "clamd ended while starting");
        // Whoever is not read from stops some day.
        std::thread::spawn(move || lines.for_each(drop));
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("clamd.ctl")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// This daemon as a hub knows it.
    pub fn scanner(&self, limit: Duration) -> Scanner {
        Scanner::new(ScannerAt::Socket(self.socket()), limit)
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops it in the midst of whatever it does, as an overloaded machine may.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = Pid::from_child(self.child.as_ref().unwrap());
        kill_process(id, signal).unwrap();
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.kill();
    }
}
