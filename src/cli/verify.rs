//! `tiedoksi verify`: the stranger's check of a file, offline.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::evidence::bundle::{CONTAINER_LIMIT, Files};
use crate::evidence::range::{STATEMENT, is_range};
use crate::evidence::verify::{Earlier, Trust, Verdict, verify_files, verify_proof, verify_range, verify_range_files};

/// The code for a command that could not be carried out: nothing was judged.
const NOT_JUDGED: u8 = 2;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 everything holds, by the keys you gave; 3 consistent, but the keys come from the file itself;
1 something does not hold; 2 the command was wrong or a file could not be read.

Keys of witnesses, one a line in witness*.vkey, are demanded once they are there: every checkpoint in the file must carry valid cosignatures of
all of them, or of as many as the file witness.policy says (a line such as: quorum 2).

Examples:
  tiedoksi verify proof.json --trust keys-from-the-authority/
  tiedoksi verify receipt.pdf --trust keys-from-the-authority/
  tiedoksi verify tiedoksi-proof-17.asice --trust keys-from-the-authority/"
)]
pub(super) struct Verify {
    /// The file with the proof (.json, .pdf or .asice) or a range (.asice), or the folder that an .asice was unpacked into
    file: PathBuf,
    /// A folder with keys you got beforehand: *.vkey, seal*.pem, seal*.jwk, tsa*.pem, witness*.vkey
    #[arg(long, value_name = "DIR")]
    trust: Option<PathBuf>,
    /// An earlier proof or range that you kept: what it showed must stand in this range unchanged
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> ExitCode {
        match self.judge() {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                eprintln!("tiedoksi: {error:#}");
                ExitCode::from(NOT_JUDGED)
            }
        }
    }

    fn judge(&self) -> anyhow::Result<u8> {
        let trust = self.trust.as_deref().map_or_else(|| Ok(Trust::none()), keys)?;
        let verdict = self.verdict(&trust)?;
        let text = if self.json {
            let answer = serde_json::json!({
                "summary": verdict.summary(),
                "exitCode": verdict.exit_code(),
                "verdict": verdict,
            });
            serde_json::to_string_pretty(&answer)? + "\n"
        } else {
            verdict.to_string()
        };
        match io::stdout().write_all(text.as_bytes()) {
            // Who read enough may stop: the code says the same.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => other.context("the verdict cannot be written")?,
        }
        Ok(verdict.exit_code())
    }

    fn verdict(&self, trust: &Trust) -> anyhow::Result<Verdict> {
        if self.file.is_dir() {
            let names = names(&self.file)?;
            anyhow::ensure!(
                names.iter().any(|name| name == "mimetype"),
                "{} is no folder that an .asice file was unpacked into: there is no file `mimetype` in it",
                self.file.display()
            );
            if !names.iter().any(|name| name == STATEMENT) {
                self.alone()?;
                return Ok(verify_files(unpacked(&self.file, names)?, trust));
            }
            let open = |name: &str| {
                let path = self.file.join(name);
                File::open(&path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
            };
            return Ok(verify_range_files(names, open, trust, self.earlier(trust)?.as_ref()));
        }
        let Some(range) = range(&self.file)? else {
            self.alone()?;
            return Ok(verify_proof(&read(&self.file)?, trust));
        };
        Ok(verify_range(range, trust, self.earlier(trust)?.as_ref()))
    }

    fn earlier(&self, trust: &Trust) -> anyhow::Result<Option<Earlier>> {
        let Some(file) = &self.earlier else {
            return Ok(None);
        };
        anyhow::ensure!(!file.is_dir(), "--earlier names a file: {} is a folder", file.display());
        let earlier = match range(file)? {
            Some(range) => Earlier::read_range(range, trust),
            None => Earlier::read(&read(file)?, trust),
        };
        earlier.map(Some).with_context(|| file.display().to_string())
    }

    /// What is no range cannot be held to an earlier file.
    fn alone(&self) -> anyhow::Result<()> {
        let what = "--earlier compares a range with what you kept: this is the proof of one delivery";
        anyhow::ensure!(self.earlier.is_none(), what);
        Ok(())
    }
}

/// The file as a range, when it says to be one.
fn range(file: &Path) -> anyhow::Result<Option<impl Read>> {
    let unreadable = || format!("{} cannot be read", file.display());
    let mut opened = File::open(file).with_context(unreadable)?;
    let mut beginning = Vec::new();
    (&mut opened)
        .take(256)
        .read_to_end(&mut beginning)
        .with_context(unreadable)?;
    opened.rewind().with_context(unreadable)?;
    Ok(is_range(&beginning).then(|| BufReader::with_capacity(1 << 18, opened)))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// The files of a folder and the folders in it, by their names as a container has them.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let (mut names, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        let entries = std::fs::read_dir(&at).with_context(|| format!("{} cannot be read", at.display()))?;
        for entry in entries {
            let path = entry?.path();
            let kind = std::fs::symlink_metadata(&path)?;
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            anyhow::ensure!(kind.is_file(), "{} is neither a file nor a folder", path.display());
            let name = path.strip_prefix(folder)?.to_str();
            let name = name.with_context(|| format!("{} has a name that is no text", path.display()))?;
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The files that the container of one delivery was unpacked into.
fn unpacked(folder: &Path, names: Vec<String>) -> anyhow::Result<Files> {
    let (mut files, mut left) = (Files::new(), CONTAINER_LIMIT);
    for name in names {
        let path = folder.join(&name);
        left = left
            .checked_sub(std::fs::metadata(&path)?.len())
            .with_context(|| format!("{} holds more than a container may", folder.display()))?;
        files.insert(name, read(&path)?);
    }
    Ok(files)
}

fn keys(folder: &Path) -> anyhow::Result<Trust> {
    let mut files = Vec::new();
    anyhow::ensure!(
        !folder.is_file(),
        "--trust names a folder: the one that {} lies in, with all keys that you were given",
        folder.display()
    );
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        // A link counts as what it leads to: a demand must not be passed over.
        if std::fs::metadata(entry.path())
            .with_context(|| format!("{} cannot be read", entry.path().display()))?
            .is_file()
            && let Some(name) = entry.file_name().to_str()
        {
            files.push((name.to_owned(), read(&entry.path())?));
        }
    }
    files.sort();
    let trust = Trust::from_files(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))?;
    anyhow::ensure!(
        trust != Trust::none(),
        "{} holds no keys: it needs log.vkey and seal_chain.pem, got from the authority beforehand",
        folder.display()
    );
    Ok(trust)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_judged() {
        let folder = tempfile::tempdir().unwrap();
        let verify = |file: &Path, trust: Option<&Path>| Verify {
            file: file.into(),
            trust: trust.map(Into::into),
            earlier: None,
            json: false,
        };
        assert!(verify(&folder.path().join("absent"), None).judge().is_err());
        let file = folder.path().join("proof.json");
        std::fs::write(&file, "{}").unwrap();
        assert_eq!(verify(&file, None).judge().unwrap(), 1);
        let refusal = verify(&file, Some(folder.path())).judge().unwrap_err().to_string();
        assert!(refusal.contains("log.vkey"), "{refusal}");
    }
}
