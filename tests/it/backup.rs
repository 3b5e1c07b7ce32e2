//! Backups as an operator makes them: `VACUUM INTO` for SQLite, `pg_dump` and `pg_restore` for PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::Connection as _;
use tempfile::TempDir;

/// The copy of a database.
pub struct Backup {
    folder: TempDir,
}

impl Backup {
    /// Copies the database at this address; the hub may be at work on it.
    pub async fn of(url: &str) -> Self {
        let backup = Self {
            folder: TempDir::new().unwrap(),
        };
        let file = backup.file();
        if url.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            let statement = format!("VACUUM INTO '{}'", file.display());
            let query = sqlx::query(sqlx::AssertSqlSafe(statement));
            query.execute(&mut connection).await.unwrap();
        } else {
            run(Command::new("pg_dump")
                .arg("--format=custom")
                .arg("--file")
                .arg(file)
                .arg(url));
        }
        backup
    }

    /// Puts the copy in the place of the database at this address, which nothing may use.
    pub fn restore(&self, url: &str) {
        let Some(path) = url.strip_prefix("sqlite:") else {
            let restore = ["--clean", "--if-exists", "--no-owner", "--dbname", url];
            return run(Command::new("pg_restore").args(restore).arg(self.file()));
        };
        for end in ["-wal", "-shm"] {
            std::fs::remove_file(format!("{path}{end}")).ok();
        }
        std::fs::copy(self.file(), Path::new(path)).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("copy")
    }
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
