//! Mail as it arrives: in the site's own folder, or at a real mail server (Debian's aiosmtpd), a process of its own on loopback.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tiedoksi::mailer::{MailerAt, Privacy, SmtpServer};

use crate::harness::Site;
use crate::process::free_port;

/// A mail server. Dropping it ends its process and removes its folder.
pub struct MailServer {
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
    child: Option<Child>,
}

/// A mail that the server took.
#[derive(Debug)]
pub struct Taken {
    pub to: String,
    pub bytes: String,
    pub tls: bool,
}

impl MailServer {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A server with further arguments of the script's.
    pub fn with(arguments: &[&str]) -> Self {
        let mut server = Self {
            folder: TempDir::new().unwrap(),
            port: free_port(),
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
            child: None,
        };
        server.behave("well");
        server.run();
        server
    }

    /// Starts the process, again after [`MailServer::kill`]. It listens when this returns.
    pub fn run(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/smtp_server.py");
        // The system's Python, which sees the system's packages whatever else stands on the path.
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(self.folder.path())
            .arg(self.port.to_string())
            .args(&self.arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.child = Some(child);
        assert_eq!(
            line, "ready\n",
            "install the package python3-aiosmtpd, as tests/run does"
        );
    }

    /// How it answers from now on: `well`, `refuse`, `later`, `break off`, `break off after`.
    pub fn behave(&self, mode: &str) {
        std::fs::write(self.folder.path().join("mode"), mode).unwrap();
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// This server as a hub on the same machine knows it.
    pub fn plain(&self) -> MailerAt {
        MailerAt::Smtp(self.known(Privacy::Plain))
    }

    pub fn known(&self, privacy: Privacy) -> SmtpServer {
        SmtpServer {
            host: "localhost".into(),
            port: self.port,
            privacy,
            login: None,
            authorities: None,
        }
    }

    /// Every mail that it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        let files = files(self.folder.path(), "json");
        let read = |file: PathBuf| {
            let mail: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            Taken {
                to: mail["to"][0].as_str().unwrap().to_owned(),
                bytes: mail["bytes"].as_str().unwrap().to_owned(),
                tls: mail["tls"].as_bool().unwrap(),
            }
        };
        files.into_iter().map(read).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|it| it.unwrap().path())
        .filter(|it| it.extension().is_some_and(|it| it == extension))
        .collect();
    files.sort();
    files
}

/// The mails that a site laid into its folder for one address, oldest first.
pub fn mails_to(site: &Site, address: &str) -> Vec<String> {
    let mut files = files(&site.folder().join("mail"), "eml");
    files.sort_by_key(|it| std::fs::metadata(it).unwrap().modified().unwrap());
    let texts = files.into_iter().map(|it| std::fs::read_to_string(it).unwrap());
    texts
        .filter(|it| it.contains(&format!("\r\nTo: {address}\r\n")))
        .collect()
}

/// The code in a mail: the first six digits of its text.
pub fn code_in(mail: &str) -> String {
    let (_, text) = mail.split_once("\r\n\r\n").unwrap();
    let mut runs = text.split(|c: char| !c.is_ascii_digit()).filter(|it| it.len() == 6);
    runs.next().unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
}

/// Sends what waits, and the last code that came to an address.
pub async fn code_for(site: &Site, address: &str) -> String {
    site.hub.send_mail().await.unwrap();
    code_in(mails_to(site, address).last().unwrap())
}
