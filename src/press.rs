//! Reading strangers' PDFs and composing letters, each in a process of its own.
//!
//! Why a process: the PDF library bounds what a single stream inflates to and how deep objects nest, but not how much memory and time a file
//! takes in all (a table of a hundred thousand entries that all name the same huge object, for example), and a thread cannot be ended. A child of
//! this same binary can: it has no environment, no secrets, no files, limited memory and processor time, and is killed when it takes too long.
//! Guarantees: a hostile file costs at most that; two files are read at once for sends, which wait in a short line of their own, and one for the
//! spool, so that nothing else of the hub suffers. Left out: what is read and made (`domain::letter`).

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::domain::letter::PrintOrder;
use crate::domain::letter::compose::{Letter, compose};
use crate::domain::letter::pdf::{MAX_LETTER_BYTES, PdfFacts, PdfRefused, examine};

/// The first argument of the child.
pub const ARGUMENT: &str = "press";
/// Files read at once for sends.
const TURNS: usize = 2;
/// Sends that may wait for their turn; one more is told that the hub is busy.
const WAITING: usize = 32;
/// Address space of the child of a send, bytes; the program itself is a part of it.
const MEMORY: u64 = 1536 * 1024 * 1024;
/// Processor time of the child of a send, seconds.
const PROCESSOR: u64 = 10;
/// How many times as much the child of the spool may take: what passed its trial must not fail for want of room.
const AMPLE: u64 = 2;
/// The child's exit code when it could not even begin.
const NOT_BEGUN: i32 = 3;
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
    /// Too many wait for their turn; may be retried.
    #[error("too many PDFs wait to be read")]
    Busy,
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
    Try(Box<PrintOrder>),
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
    line: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    spool: Arc<Semaphore>,
}

/// A turn at the press; held while a PDF is fetched and read.
#[derive(Debug)]
pub struct Turn<'a> {
    _place: SemaphorePermit<'a>,
    _turn: SemaphorePermit<'a>,
}

impl Press {
    /// Children of this program, which must be Tiedoksi's own binary.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            line: Arc::new(Semaphore::new(TURNS + WAITING)),
            turns: Arc::new(Semaphore::new(TURNS)),
            spool: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for a turn. Take it before the PDF is fetched: those who wait hold no file in memory.
    ///
    /// # Errors
    /// [`PressError::Busy`] when too many wait already.
    pub async fn turn(&self) -> Result<Turn<'_>, PressError> {
        let place = self.line.try_acquire().map_err(|_| PressError::Busy)?;
        let turn = self.turns.acquire().await.map_err(|_| PressError::Busy)?;
        Ok(Turn {
            _place: place,
            _turn: turn,
        })
    }

    /// Whether this PDF can be printed as it is ordered: examines it and composes the letter for a trial; see [`examine`] and [`compose`]. What
    /// passes can be composed later, when more room is given.
    ///
    /// # Errors
    /// Those of [`PressError`] that may be retried. A file that exhausts the child, or cannot be completed, is refused.
    pub async fn try_letter(
        &self,
        _turn: &Turn<'_>,
        pdf: &[u8],
        order: PrintOrder,
    ) -> Result<Result<PdfFacts, PdfRefused>, PressError> {
        match self.ask(&Task::Try(Box::new(order)), pdf).await {
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
        let _turn = self.spool.acquire().await.map_err(|_| PressError::Busy)?;
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
        match ended.map_err(PressError::Process)?.code() {
            Some(0) => {}
            Some(NOT_BEGUN) => return Err(PressError::Process(io::Error::other("its limits could not be set"))),
            _ => return Err(PressError::Exhausted),
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
    let mut said = Vec::new();
    input.read_to_end(&mut said)?;
    let ample = if said.starts_with(b"{\"Compose\"") { AMPLE } else { 1 };
    if limit(ample).is_err() {
        std::process::exit(NOT_BEGUN);
    }
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
        Task::Try(mut order) => {
            let examined = examine(pdf).and_then(|facts| {
                order.pages = facts.pages;
                let completed = compose(pdf, &order).map(|_| facts);
                completed.map_err(|_| PdfRefused::broken("it cannot be completed to a letter"))
            });
            (Answer::Examined(examined), Vec::new())
        }
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
fn limit(ample: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limits = [
        (Resource::As, ample * MEMORY),
        (Resource::Cpu, ample * PROCESSOR),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        // Where the system allows less already, that holds.
        let most = getrlimit(resource).maximum.map_or(most, |hard| hard.min(most));
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
