//! The only users of SQL: one file per noun, one statement per method, the same text on both databases.
//!
//! Guarantees: a method that writes takes part in the transaction its caller opened and nothing is durable before [`Tx::commit`] returns.
//! Leaves out: rules (they are in `domain`), encryption (`vault`) and the order of an act's steps (`hub`).

pub mod access;
pub mod attachment;
pub mod audit;
mod bulk;
pub mod consent;
pub mod contact;
pub mod content_request;
pub mod cosigned;
pub mod db;
pub mod draft;
pub mod ended_log;
pub mod erasure;
pub mod event;
pub mod evidence_key;
pub mod folder;
pub mod log;
pub mod mail;
pub mod mailbox;
pub mod mandate;
pub mod message;
pub mod opening;
pub mod print_house;
pub mod print_job;
pub mod range;
pub mod range_export;
pub mod registry;
pub mod schema;
pub mod scrub;
pub mod search;
pub mod session;
pub mod submission;
pub mod system_key;
pub mod timestamp;
pub mod topic;

pub use db::{Db, DbOptions, Tx};
pub use schema::SchemaVersion;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached; a read may be retried, of a write the outcome is known to be "not done".
    #[error("the database could not be used")]
    Database(#[source] sqlx::Error),
    /// COMMIT was sent and no answer came: the act may or may not have happened.
    #[error("it is not known whether the transaction was committed")]
    CommitUnknown(#[source] sqlx::Error),
    /// Someone else changed the same row first; running the act again settles it.
    #[error("another act changed the same thing at the same time")]
    Conflict,
    /// A row that must exist does not, or holds what this version cannot read.
    #[error("the database holds no usable {0}")]
    Missing(&'static str),
    /// The schema of the database is not the one this program was built for.
    #[error("the database schema could not be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Neither `sqlite:` nor `postgres:`.
    #[error("unknown database address: it must start with sqlite: or postgres:")]
    UnknownDatabase,
}

impl StoreError {
    /// Whether the same act may succeed when it is simply run again (deadlock, serialisation failure, lost update, busy file).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Database(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
            }
            _ => false,
        }
    }

    /// Whether repeating cannot help: what is stored is not what must be there.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Missing(_))
    }

    /// Whether a UNIQUE rule refused the row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// What every method of the store answers.
pub type Result<T> = std::result::Result<T, StoreError>;
