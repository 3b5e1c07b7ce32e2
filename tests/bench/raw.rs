//! What SQLite does by itself: the same three rows, one durable transaction each, one thread, nothing in between.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::people;

const TABLES: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, kind TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS idempotency (system INTEGER NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (system, external_id)) STRICT;";

/// Transactions per second.
pub fn rate(folder: &Path, time: Duration) -> anyhow::Result<f64> {
    let mut connection = Connection::open(folder.join("raw.sqlite"))?;
    connection.execute_batch(TABLES)?;
    let before: i64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?;
    let mut number = before;
    let began = Instant::now();
    while began.elapsed() < time {
        let external_id = format!("bench-raw-{number}");
        let tx = connection.transaction()?;
        tx.prepare_cached("INSERT INTO message (mailbox, body) VALUES (?1, ?2)")?
            .execute(params![number % 1000, people::BODY.as_str()])?;
        tx.prepare_cached("INSERT INTO event (mailbox, kind, time) VALUES (?1, 'accepted', ?2)")?
            .execute(params![number % 1000, number])?;
        tx.prepare_cached("INSERT INTO idempotency (system, external_id) VALUES (1, ?1)")?
            .execute(params![external_id])?;
        tx.commit()?;
        number += 1;
    }
    Ok((number - before) as f64 / began.elapsed().as_secs_f64())
}
