//! The write lane: acts that wait together are committed together.
//!
//! A writer takes whatever is queued (up to 64 acts), runs it in one transaction, commits, answers, and repeats: commits are shared by draining
//! the queue, never by waiting for more (`performance.md` 1). Submissions are accepted in bulk; every other act runs in turn, behind a
//! savepoint, so that its refusal undoes nothing of its neighbours. When a shared transaction fails, its acts are run again one by one.
//! Every act is answered only after the commit. An act that was taken runs to its end even when its caller is gone.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::submit::{Accepted, Submission};
use super::{ActError, Hub};
use crate::store::{StoreError, Tx};

/// Most acts in one transaction.
const BATCH: usize = 64;
/// How often an act is run again when others were in its way.
const ATTEMPTS: usize = 5;

/// One turn of an act in a transaction; true keeps what it did.
type Turn = Box<dyn for<'t> FnMut(&'t Hub, &'t mut Tx) -> BoxFuture<'t, Kept> + Send>;

/// What a turn came to.
enum Kept {
    Yes,
    No,
    /// Someone else was in the way: undo and run again.
    Again,
}

/// What a writer tells a waiting act.
#[derive(Debug)]
enum Told {
    Done,
    Failed(ActError),
}

enum Work {
    Submission(Box<Submission>, oneshot::Sender<Result<Accepted, ActError>>),
    Act(Turn, oneshot::Sender<Told>),
}

type WaitingSubmission = (Box<Submission>, oneshot::Sender<Result<Accepted, ActError>>);

/// The queue before the writers.
#[derive(Debug)]
pub struct Lane {
    queue: mpsc::Sender<Work>,
}

/// Message ids taken from the database in blocks, so that one id costs no statement.
#[derive(Debug, Default)]
pub struct MessageIds {
    block: tokio::sync::Mutex<(i64, i64)>,
}

const ID_BLOCK: i64 = 1000;

impl Lane {
    /// Makes the queue and its writers; they end when the hub is gone.
    pub(super) fn start(hub: &Weak<Hub>, writers: usize, room: usize, share: bool) -> Self {
        let (queue, work) = mpsc::channel(room);
        let work = Arc::new(tokio::sync::Mutex::new(work));
        let most = if share { BATCH } else { 1 };
        // Without shared commits (a benchmark's switch) every act has a connection of its own, as a plain server would.
        let writers = if share { writers } else { writers * 8 };
        for _ in 0..writers {
            tokio::spawn(write(hub.clone(), Arc::clone(&work), most));
        }
        Self { queue }
    }
}

async fn write(hub: Weak<Hub>, work: Arc<tokio::sync::Mutex<mpsc::Receiver<Work>>>, most: usize) {
    loop {
        let mut batch = Vec::with_capacity(most);
        {
            let mut work = work.lock().await;
            if work.recv_many(&mut batch, most).await == 0 {
                return;
            }
        }
        let Some(hub) = hub.upgrade() else { return };
        // A bug in one act must not end the writer: the batch is lost unanswered (its callers are told "unknown"), the next one runs.
        if AssertUnwindSafe(hub.run(batch)).catch_unwind().await.is_err() {
            tracing::error!(
                "an act panicked; the acts that shared its transaction are answered with an unknown outcome"
            );
        }
    }
}

impl Hub {
    /// Runs an act in a shared transaction and answers after the commit. The act may be run several times: it reads anew each time.
    pub(crate) async fn act<T, F>(&self, act: F) -> Result<T, ActError>
    where
        T: Send + 'static,
        F: for<'t> FnMut(&'t Self, &'t mut Tx) -> BoxFuture<'t, Result<T, ActError>> + Send + 'static,
    {
        if self.halted() {
            return Err(ActError::Halted);
        }
        self.act_though_halted(act).await
    }

    /// The same also while acts are refused: for what writes no record, and destroys only what was destroyed before.
    pub(super) async fn act_though_halted<T, F>(&self, mut act: F) -> Result<T, ActError>
    where
        T: Send + 'static,
        F: for<'t> FnMut(&'t Self, &'t mut Tx) -> BoxFuture<'t, Result<T, ActError>> + Send + 'static,
    {
        let answer = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&answer);
        let turn: Turn = Box::new(move |hub, tx| {
            let slot = Arc::clone(&slot);
            let running = act(hub, tx);
            Box::pin(async move {
                let result = running.await;
                let kept = match &result {
                    Ok(_) => Kept::Yes,
                    Err(ActError::Store(error)) if error.is_retryable() => Kept::Again,
                    Err(_) => Kept::No,
                };
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                kept
            })
        });
        let (tell, told) = oneshot::channel();
        self.lane
            .queue
            .try_send(Work::Act(turn, tell))
            .map_err(|_| ActError::Busy)?;
        // A writer that ended without a word may have committed.
        match told.await.map_err(|_| ActError::Unknown)? {
            Told::Done => answer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
                .unwrap_or(Err(ActError::Unknown)),
            Told::Failed(error) => Err(error),
        }
    }

    /// Queues a submission and answers after the commit.
    pub(super) async fn enqueue(&self, submission: Submission) -> Result<Accepted, ActError> {
        if self.halted() {
            return Err(ActError::Halted);
        }
        let (tell, told) = oneshot::channel();
        self.lane
            .queue
            .try_send(Work::Submission(Box::new(submission), tell))
            .map_err(|_| ActError::Busy)?;
        told.await.map_err(|_| ActError::Unknown)?
    }

    /// The next message id, unique among all processes on the database.
    pub(crate) async fn next_message_id(&self) -> Result<i64, ActError> {
        let mut block = self.ids.block.lock().await;
        if block.0 >= block.1 {
            let mut tx = self.db.write().await?;
            let first = tx.take_message_ids(ID_BLOCK).await?;
            tx.commit().await?;
            *block = (first, first + ID_BLOCK);
        }
        block.0 += 1;
        Ok(block.0 - 1)
    }

    async fn run(&self, batch: Vec<Work>) {
        let (mut submissions, mut acts) = (Vec::new(), Vec::new());
        for work in batch {
            match work {
                Work::Submission(submission, tell) => submissions.push((submission, tell)),
                Work::Act(turn, tell) => acts.push((turn, tell)),
            }
        }
        // In one order everywhere, so that two batches never wait for each other in a circle.
        submissions.sort_by(|(a, _), (b, _)| a.key().cmp(&b.key()));
        metrics::histogram!("tiedoksi_lane_batch").record((submissions.len() + acts.len()) as f64);
        let tx = match self.db.write().await {
            Ok(tx) => tx,
            Err(error) => {
                // Nothing ran, and running one by one would only make everyone wait for the same database.
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    acts = submissions.len() + acts.len(),
                    "no transaction can be opened"
                );
                submissions
                    .into_iter()
                    .for_each(|(_, tell)| drop(tell.send(Err(ActError::Busy))));
                acts.into_iter()
                    .for_each(|(_, tell)| drop(tell.send(Told::Failed(ActError::Busy))));
                return;
            }
        };
        match self.together(tx, &submissions, &mut acts).await {
            Ok((answers, kept)) => {
                for ((submission, tell), answer) in submissions.into_iter().zip(answers) {
                    let answer = match answer {
                        Err(ActError::Store(error)) if error.is_retryable() => self.submission_alone(&submission).await,
                        answer => answer,
                    };
                    tell.send(answer).ok();
                }
                for ((turn, tell), kept) in acts.into_iter().zip(kept) {
                    match kept {
                        Kept::Again => self.alone(turn, tell).await,
                        Kept::Yes | Kept::No => {
                            tell.send(Told::Done).ok();
                        }
                    }
                }
            }
            Err(StoreError::CommitUnknown(_)) => {
                tracing::error!("the outcome of a shared commit is not known");
                for (_, tell) in submissions {
                    tell.send(Err(ActError::Unknown)).ok();
                }
                for (_, tell) in acts {
                    tell.send(Told::Failed(ActError::Unknown)).ok();
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a shared transaction failed; its acts run one by one"
                );
                for (submission, tell) in submissions {
                    tell.send(self.submission_alone(&submission).await).ok();
                }
                for (turn, tell) in acts {
                    self.alone(turn, tell).await;
                }
            }
        }
        self.committed.notify_one();
    }

    /// One transaction for all. On `Ok` it is committed.
    async fn together(
        &self,
        mut tx: Tx,
        submissions: &[WaitingSubmission],
        acts: &mut [(Turn, oneshot::Sender<Told>)],
    ) -> Result<(Vec<Result<Accepted, ActError>>, Vec<Kept>), StoreError> {
        let waiting: Vec<&Submission> = submissions.iter().map(|(submission, _)| submission.as_ref()).collect();
        let answers = if waiting.is_empty() {
            Vec::new()
        } else {
            self.accept(&mut tx, &waiting).await?
        };
        let mut kept = Vec::with_capacity(acts.len());
        for (turn, _) in acts {
            tx.savepoint().await?;
            let this = turn(self, &mut tx).await;
            match this {
                Kept::Yes => tx.release().await?,
                Kept::No | Kept::Again => tx.rollback_to_savepoint().await?,
            }
            kept.push(this);
        }
        tx.commit().await?;
        Ok((answers, kept))
    }

    async fn submission_alone(&self, submission: &Submission) -> Result<Accepted, ActError> {
        let mut last = ActError::Busy;
        for _ in 0..ATTEMPTS {
            let tried = async {
                let mut tx = self.db.write().await?;
                let answers = self.accept(&mut tx, &[submission]).await?;
                tx.commit().await?;
                Ok::<_, StoreError>(answers)
            };
            match tried.await {
                Ok(mut answers) => return answers.pop().unwrap_or(Err(ActError::Unknown)),
                Err(error) if error.is_retryable() => last = ActError::from(error),
                Err(error) => return Err(error.into()),
            }
        }
        Err(last)
    }

    async fn alone(&self, mut turn: Turn, tell: oneshot::Sender<Told>) {
        let mut told = Told::Failed(ActError::Busy);
        for _ in 0..ATTEMPTS {
            let tried = async {
                let mut tx = self.db.write().await?;
                let kept = turn(self, &mut tx).await;
                if matches!(kept, Kept::Yes) {
                    tx.commit().await?;
                }
                Ok::<_, StoreError>(kept)
            };
            told = match tried.await {
                Ok(Kept::Yes | Kept::No) => Told::Done,
                Ok(Kept::Again) => continue,
                Err(error) if error.is_retryable() => continue,
                Err(error) => Told::Failed(error.into()),
            };
            break;
        }
        tell.send(told).ok();
    }
}
