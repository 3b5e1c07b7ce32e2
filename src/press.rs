//! Reading strangers' PDFs and composing letters, each in a process of its own.
//!
//! Why a process: the PDF library bounds what a single stream inflates to and how deep objects nest, but not how much memory and time a file
//! takes in all (a table of a hundred thousand entries that all name the same huge object, for example), and a thread cannot be ended. A child of
//! this same binary can: it has no environment, no secrets, no files, limited memory and processor time, and is killed when it takes too long.
//! Guarantees: a hostile file costs at most that, and two files are read at once, so nothing else of the hub suffers. Left out: what is read and
//! made (`domain::letter`).

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::domain::letter::PrintOrder;
use crate::domain::letter::compose::{Letter, compose};
use crate::domain::letter::pdf::{MAX_LETTER_BYTES, PdfFacts, PdfRefused, examine};

/// The first argument of the child.
pub const ARGUMENT: &str = "press";
/// Files read at once.
const TURNS: usize = 2;
/// Address space of the child, bytes; the program itself is a part of it.
const MEMORY: u64 = 1536 * 1024 * 1024;
/// Processor time of the child, seconds.
const PROCESSOR: u64 = 10;
/// How long the child may take by the clock: longer than its processor time, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// Stack of the thread that reads, bytes.
const STACK: usize = 64 * 1024 * 1024;
/// Most bytes that a child may answer: a letter with its address page.
const MOST: u64 = 2 * MAX_LETTER_BYTES as u64;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// No child could be started, or the pipes to it broke; may be retried.
    #[error("no process could be started to read a PDF")]
    Process(#[source] io::Error),
    /// The machine was too busy; may be retried.
    #[error("reading a PDF took longer than {} seconds", PATIENCE.as_secs())]
    Slow,
    /// The child ended without an answer: the file takes more memory or processor time than a letter may. Trying again gives the same.
    #[error("the PDF takes more memory or time than a letter may")]
    Exhausted,
    /// The letter could not be composed; trying again gives the same.
    #[error("the letter could not be composed: {0}")]
    Compose(String),
}

/// What a child is asked to do; the PDF follows the line.
#[derive(Debug, Serialize, Deserialize)]
enum Task {
    Examine,
    Compose(Box<PrintOrder>),
}

/// What it answers; the letter, if any, follows the line.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Examined(Result<PdfFacts, PdfRefused>),
    Composed { pages: u32, unprintable: bool },
    Failed(String),
}

/// Where children come from.
#[derive(Debug, Clone)]
pub struct Press {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

impl Press {
    /// Children of this program, which must be Tiedoksi's own binary.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            turns: Arc::new(Semaphore::new(TURNS)),
        }
    }

    /// Examines a PDF that is to be printed; see [`examine`].
    ///
    /// # Errors
    /// Those of [`PressError`] that may be retried. A file that exhausts the child is refused.
    pub async fn examine(&self, pdf: &[u8]) -> Result<Result<PdfFacts, PdfRefused>, PressError> {
        match self.ask(&Task::Examine, pdf).await {
            Ok((Answer::Examined(result), _)) => Ok(result),
            Ok(_) | Err(PressError::Exhausted) => Ok(Err(PdfRefused::broken(
                "reading it takes more memory or time than a letter may",
            ))),
            Err(error) => Err(error),
        }
    }

    /// Composes a letter; see [`compose`].
    ///
    /// # Errors
    /// [`PressError`].
    pub async fn compose(&self, pdf: &[u8], order: PrintOrder) -> Result<Letter, PressError> {
        match self.ask(&Task::Compose(Box::new(order)), pdf).await? {
            (Answer::Composed { pages, unprintable }, bytes) => Ok(Letter {
                bytes,
                pages,
                unprintable,
            }),
            (Answer::Failed(why), _) => Err(PressError::Compose(why)),
            (Answer::Examined(_), _) => Err(PressError::Exhausted),
        }
    }

    async fn ask(&self, task: &Task, pdf: &[u8]) -> Result<(Answer, Vec<u8>), PressError> {
        let closed = |_| PressError::Process(io::ErrorKind::BrokenPipe.into());
        let _turn = self.turns.acquire().await.map_err(closed)?;
        let mut head = serde_json::to_vec(task).map_err(|error| PressError::Process(error.into()))?;
        head.push(b'\n');
        let mut child = Command::new(&self.program)
            .arg(ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(PressError::Process)?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(PressError::Process(io::ErrorKind::BrokenPipe.into()));
        };
        let write = async {
            // A child that ended early is told apart by its exit code below.
            if stdin.write_all(&head).await.is_ok() && stdin.write_all(pdf).await.is_ok() {
                stdin.shutdown().await.ok();
            }
            drop(stdin);
        };
        let mut said = Vec::new();
        let read = async {
            let mut stdout = stdout.take(MOST);
            stdout.read_to_end(&mut said).await
        };
        let talk = async {
            let ((), read) = tokio::join!(write, read);
            read?;
            child.wait().await
        };
        let ended = tokio::time::timeout(PATIENCE, talk)
            .await
            .map_err(|_| PressError::Slow)?;
        if !ended.map_err(PressError::Process)?.success() {
            return Err(PressError::Exhausted);
        }
        let line = said
            .iter()
            .position(|&byte| byte == b'\n')
            .ok_or(PressError::Exhausted)?;
        let bytes = said.split_off(line + 1);
        let answer = serde_json::from_slice(&said).map_err(|_| PressError::Exhausted)?;
        Ok((answer, bytes))
    }
}

/// The child's side: limits itself, reads a task and its PDF, and writes the answer. A panic or an overflow ends the child alone.
///
/// # Errors
/// When the limits cannot be set, or the pipes are gone.
pub fn work(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    limit()?;
    let mut said = Vec::new();
    input.read_to_end(&mut said)?;
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || done(&said))?;
    let (answer, bytes) = worker
        .join()
        .map_err(|_| io::Error::other("the PDF cannot be read"))??;
    serde_json::to_writer(&mut output, &answer)?;
    output.write_all(b"\n")?;
    output.write_all(&bytes)?;
    output.flush()
}

fn done(said: &[u8]) -> io::Result<(Answer, Vec<u8>)> {
    let line = said.iter().position(|&byte| byte == b'\n').unwrap_or(said.len());
    let (head, pdf) = said.split_at(line);
    let pdf = pdf.get(1..).unwrap_or_default();
    Ok(match serde_json::from_slice(head)? {
        Task::Examine => (Answer::Examined(examine(pdf)), Vec::new()),
        Task::Compose(order) => match compose(pdf, &order) {
            Ok(letter) => (
                Answer::Composed {
                    pages: letter.pages,
                    unprintable: letter.unprintable,
                },
                letter.bytes,
            ),
            Err(error) => (Answer::Failed(error.to_string()), Vec::new()),
        },
    })
}

/// Memory, processor time, no files, no core: a core would hold the letter.
fn limit() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, PROCESSOR),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

/// This program, also after its file was replaced by a newer one.
///
/// # Errors
/// When the system does not tell.
pub fn own_program() -> io::Result<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() {
        Ok(itself)
    } else {
        std::env::current_exe()
    }
}
