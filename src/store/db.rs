//! Two native drivers behind one [`Db`] and one [`Tx`]; the macro `on!` expands the same query once per driver.
//!
//! SQLite: WAL, `synchronous=FULL`, one writer connection, write transactions by BEGIN IMMEDIATE. PostgreSQL: READ COMMITTED.

use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use super::{Result, StoreError};

/// Runs `$body` with `$conn` bound to the native connection of the transaction, once per driver.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(held) => {
                let $conn = &mut **held;
                $body
            }
            $crate::store::db::Tx::Postgres(held) => {
                let $conn = &mut **held;
                $body
            }
        }
    };
}
pub(super) use on;

/// How long a transaction on PostgreSQL may wait for its next statement; acts take milliseconds.
const LONGEST_SILENCE: &str = "10s";

/// How much of an SQLite database each connection keeps in memory, in KiB, for each connection that there may be, and at most: a hub that serves many
/// at once keeps much, a command little.
const CACHE: u32 = 2000;
const MOST_CACHE: u32 = 16_000;

/// How to reach a database.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections for reading (SQLite) or for everything (PostgreSQL); 8 to 16 suit two cores.
    pub connections: u32,
    /// A pooler in transaction mode stands before PostgreSQL: no statement cache, every read in a transaction.
    pub pooler: bool,
}

/// An open database.
#[derive(Debug, Clone)]
pub enum Db {
    /// The embedded default: many readers, one writer.
    Sqlite {
        /// Readers.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// Where more than one machine serves.
    Postgres {
        /// All connections.
        pool: PgPool,
        /// See [`DbOptions::pooler`].
        pooler: bool,
    },
}

/// A connection held for one act: in a transaction when writing, bare when reading.
#[derive(Debug)]
pub enum Held<D: Database> {
    /// Reads, each statement for itself.
    Bare(PoolConnection<D>),
    /// A transaction; dropped without [`Tx::commit`] it is rolled back.
    Transaction(Transaction<'static, D>),
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;
    fn deref(&self) -> &Self::Target {
        match self {
            Self::Bare(connection) => connection,
            Self::Transaction(transaction) => transaction,
        }
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Bare(connection) => connection,
            Self::Transaction(transaction) => transaction,
        }
    }
}

/// What the methods of the store hang on.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Held<Sqlite>),
    /// On PostgreSQL.
    Postgres(Held<Postgres>),
}

impl Db {
    /// Opens the database, creating an SQLite file that is not there. Does not migrate.
    pub async fn open(options: &DbOptions) -> Result<Self> {
        if options.url.starts_with("sqlite:") {
            Self::open_sqlite(options).await
        } else if options.url.starts_with("postgres:") || options.url.starts_with("postgresql:") {
            let mut connect = PgConnectOptions::from_str(&options.url)?.application_name("tiedoksi");
            connect = if options.pooler {
                connect.statement_cache_capacity(0)
            } else {
                // A process that is frozen, or a machine that is gone, in the middle of an act must not hold its locks for ever.
                connect.options([("idle_in_transaction_session_timeout", LONGEST_SILENCE)])
            };
            let pool = PgPoolOptions::new()
                .max_connections(options.connections)
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(10))
                .test_before_acquire(false)
                .connect_with(connect)
                .await?;
            Ok(Self::Postgres {
                pool,
                pooler: options.pooler,
            })
        } else {
            Err(StoreError::UnknownDatabase)
        }
    }

    async fn open_sqlite(options: &DbOptions) -> Result<Self> {
        let cache = CACHE.saturating_mul(options.connections).min(MOST_CACHE);
        let connect = SqliteConnectOptions::from_str(&options.url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", format!("-{cache}"))
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(256);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let write = write.connect_with(connect.clone()).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_with(connect.read_only(true).create_if_missing(false))
            .await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Brings the schema up to date; append-only, safe to run from several processes at once.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Self::Postgres { pool, .. } => sqlx::migrate!("migrations/postgres").run(pool).await,
        }
        .map_err(StoreError::Migration)
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(Held::Bare(read.acquire().await?)),
            Self::Postgres { pool, pooler: false } => Tx::Postgres(Held::Bare(pool.acquire().await?)),
            Self::Postgres { pool, pooler: true } => Tx::Postgres(Held::Transaction(pool.begin().await?)),
        })
    }

    /// Opens a transaction for writing. On SQLite it waits for the one writer.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            // Differs: SQLite must take its write lock at BEGIN, or two readers that both turn writer fail.
            Self::Sqlite { write, .. } => Tx::Sqlite(Held::Transaction(write.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres { pool, .. } => Tx::Postgres(Held::Transaction(pool.begin().await?)),
        })
    }

    /// How many writers may usefully work at once: SQLite has one, PostgreSQL gains from two pipelined ones.
    pub fn writers(&self) -> usize {
        match self {
            Self::Sqlite { .. } => 1,
            Self::Postgres { .. } => 2,
        }
    }

    /// `sqlite` or `postgres`, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Closes every connection; unfinished transactions are rolled back.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the transaction durable. [`StoreError::CommitUnknown`] when no answer came.
    pub async fn commit(self) -> Result<()> {
        let done = match self {
            Self::Sqlite(Held::Transaction(transaction)) => transaction.commit().await,
            Self::Postgres(Held::Transaction(transaction)) => transaction.commit().await,
            Self::Sqlite(Held::Bare(_)) | Self::Postgres(Held::Bare(_)) => Ok(()),
        };
        done.map_err(|error| match error {
            // The database itself said no: nothing was committed.
            sqlx::Error::Database(_) => StoreError::Database(error),
            _ => StoreError::CommitUnknown(error),
        })
    }

    /// Opens a savepoint, so that one act's refusal leaves its neighbours in the same transaction untouched.
    pub async fn savepoint(&mut self) -> Result<()> {
        on!(self, conn => sqlx::query("SAVEPOINT act").execute(conn).await.map(drop)).map_err(Into::into)
    }

    /// Keeps what was done since [`Tx::savepoint`].
    pub async fn release(&mut self) -> Result<()> {
        on!(self, conn => sqlx::query("RELEASE SAVEPOINT act").execute(conn).await.map(drop)).map_err(Into::into)
    }

    /// Undoes what was done since [`Tx::savepoint`].
    pub async fn rollback_to_savepoint(&mut self) -> Result<()> {
        on!(self, conn => sqlx::query("ROLLBACK TO SAVEPOINT act").execute(conn).await.map(drop))?;
        self.release().await
    }

    /// Answers when the database answers.
    pub async fn ping(&mut self) -> Result<()> {
        on!(self, conn => sqlx::query("SELECT 1").execute(conn).await.map(drop)).map_err(Into::into)
    }
}
