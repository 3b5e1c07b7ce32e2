//! Somebody who has the master key and a byte copy of everything, and opens whatever opens: each wrapped key at its place, and with every key found
//! each ciphertext of the database and each file of the object store. Knows nothing of what should be readable.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, PgConnection, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _,
};
use tiedoksi::vault::file::FileOpener;
use tiedoksi::vault::{DataKey, PartyKey, Place, Vault};
use uuid::Uuid;

use crate::harness::Site;

/// A value as it lies in a row.
#[derive(Debug, Clone)]
enum Cell {
    Bytes(Vec<u8>),
    Number(i64),
    Text(String),
    Nothing,
}

struct TableRow {
    table: &'static str,
    cells: Vec<(&'static str, Cell)>,
}

/// Everything that there is.
pub struct Copy {
    vault: Vault,
    rows: Vec<TableRow>,
    /// By name under the folder of objects.
    objects: BTreeMap<String, Vec<u8>>,
}

/// Everything that opens, and what it was opened with.
pub struct Opened {
    /// Plaintexts by `table.column`, those of files by `object`.
    texts: Vec<(String, Vec<u8>)>,
    /// How many data keys.
    pub keys: usize,
}

impl Opened {
    /// Whether these words, or bytes, can be read anywhere.
    pub fn finds(&self, needle: &[u8]) -> bool {
        self.texts.iter().any(|(_, text)| holds(text, needle))
    }

    /// How many ciphertexts of a column open.
    pub fn count(&self, column: &str) -> usize {
        self.texts.iter().filter(|(at, _)| at == column).count()
    }
}

fn holds(text: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(text, needle).is_some()
}

/// A name of the schema, which lives as long as the test.
fn kept(name: &str) -> &'static str {
    name.to_owned().leak()
}

impl Copy {
    /// Copies a site. Of SQLite the files are copied and the copy is read.
    pub async fn of(site: &Site) -> Self {
        let rows = match site.database.strip_prefix("sqlite:") {
            Some(file) => rows_of_copy(Path::new(file)).await,
            None => rows_of_postgres(&site.database).await,
        };
        let mut objects = BTreeMap::new();
        let folder = site.folder().join("objects");
        for file in files_under(&folder) {
            let name = file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            objects.insert(name, std::fs::read(&file).unwrap());
        }
        Self {
            vault: Vault::from_base64(&site.master_key).unwrap(),
            rows,
            objects,
        }
    }

    /// Every wrapped key, with its table and column.
    pub fn wrapped_keys(&self) -> Vec<(String, Vec<u8>)> {
        let cells = self
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().map(move |cell| (row.table, cell)));
        cells
            .filter_map(|(table, (column, cell))| match cell {
                Cell::Bytes(bytes) if is_key(column) && !bytes.is_empty() => {
                    Some((format!("{table}.{column}"), bytes.clone()))
                }
                _ => None,
            })
            .collect()
    }

    /// How many objects lie under a folder of the object store.
    pub fn objects_in(&self, folder: &str) -> usize {
        self.objects.keys().filter(|name| name.starts_with(folder)).count()
    }

    /// Opens all that opens.
    pub fn open(&self) -> Opened {
        let mut parties = vec![self.vault.hub().clone()];
        parties.extend(self.rows.iter().filter_map(|row| self.party(row)));
        let mut keys = Vec::new();
        for (place, bytes) in self.cells(is_key) {
            let opens = |party: &PartyKey| party.unwrap(place.of(), bytes).ok();
            keys.extend(parties.iter().filter_map(opens));
        }
        let mut texts = Vec::new();
        for (place, bytes) in self.cells(|column| column.ends_with("_sealed")) {
            let by_key = keys.iter().filter_map(|key: &DataKey| key.open(place.of(), bytes).ok());
            let by_party = parties.iter().filter_map(|party| party.open(place.of(), bytes).ok());
            texts.extend(by_key.chain(by_party).map(|text| (place.name(), text)));
        }
        for (name, bytes) in &self.objects {
            let opens = |key: &DataKey| open_file(key, name, bytes);
            texts.extend(keys.iter().filter_map(opens).map(|text| ("object".to_owned(), text)));
            // What is not encrypted is read as it is.
            texts.push(("plain object".to_owned(), bytes.clone()));
        }
        for row in &self.rows {
            for (column, cell) in &row.cells {
                if let Cell::Text(text) = cell {
                    texts.push((format!("plain {}.{column}", row.table), text.clone().into_bytes()));
                }
            }
        }
        Opened {
            texts,
            keys: keys.len(),
        }
    }

    fn party(&self, row: &TableRow) -> Option<PartyKey> {
        let wrapped = row.cells.iter().find(|(column, _)| *column == "party_key")?;
        let Cell::Bytes(wrapped) = &wrapped.1 else { return None };
        let names = names_of(row);
        let place = |name: &[u8]| self.vault.party(Place::new(row.table, "party_key", name), wrapped).ok();
        names.iter().find_map(|name| place(name))
    }

    /// The cells of some columns, each once for every name that its row may go by.
    fn cells(&self, wanted: impl Fn(&str) -> bool) -> Vec<(At, &[u8])> {
        let mut found = Vec::new();
        for row in &self.rows {
            let names = names_of(row);
            for (column, cell) in &row.cells {
                let Cell::Bytes(bytes) = cell else { continue };
                if bytes.is_empty() || !wanted(column) {
                    continue;
                }
                let at = |name: &Vec<u8>| At {
                    table: row.table,
                    column,
                    row: name.clone(),
                };
                found.extend(names.iter().map(|name| (at(name), bytes.as_slice())));
            }
        }
        found
    }
}

/// Where a cell lies.
struct At {
    table: &'static str,
    column: &'static str,
    row: Vec<u8>,
}

impl At {
    fn of(&self) -> Place<'_> {
        Place::new(self.table, self.column, &self.row)
    }

    fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

fn is_key(column: &str) -> bool {
    column.starts_with("key_") && column != "key_digest" || column == "party_key"
}

/// What a row may be called where something is bound to it: any of its short values, and any two of them in a row.
fn names_of(row: &TableRow) -> Vec<Vec<u8>> {
    let short: Vec<Vec<u8>> = row
        .cells
        .iter()
        .filter_map(|(_, cell)| match cell {
            Cell::Number(number) => Some(number.to_be_bytes().to_vec()),
            Cell::Bytes(bytes) if bytes.len() <= 32 && !bytes.is_empty() => Some(bytes.clone()),
            _ => None,
        })
        .collect();
    let mut names = short.clone();
    for first in &short {
        names.extend(short.iter().map(|second| [first.as_slice(), second].concat()));
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn open_file(key: &DataKey, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut steps = name.split('/').skip(1);
    let id: Uuid = steps.next()?.parse().ok()?;
    let place = [id.as_bytes().as_slice(), steps.next().unwrap_or_default().as_bytes()].concat();
    let mut opener = FileOpener::new(key.clone(), &place);
    let mut text = opener.push(bytes).ok()?;
    text.extend(opener.finish().ok()?);
    Some(text)
}

pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(files_under(&path)),
            false => files.push(path),
        }
    }
    files
}

async fn rows_of_copy(file: &Path) -> Vec<TableRow> {
    let folder = tempfile::tempdir().unwrap();
    for end in ["", "-wal", "-shm"] {
        let name = format!("{}{end}", file.file_name().unwrap().to_str().unwrap());
        let from = file.with_file_name(&name);
        if from.exists() {
            std::fs::copy(from, folder.path().join(name)).unwrap();
        }
    }
    let copy = folder.path().join(file.file_name().unwrap());
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", copy.display()))
        .await
        .unwrap();
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let found: Vec<SqliteRow> = sqlx::query(AssertSqlSafe(format!("SELECT * FROM \"{table}\"")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let table = kept(&table);
        rows.extend(found.iter().map(|row| {
            TableRow {
                table,
                cells: row
                    .columns()
                    .iter()
                    .map(|column| (kept(column.name()), sqlite_cell(row, column.ordinal())))
                    .collect(),
            }
        }));
    }
    connection.close().await.unwrap();
    rows
}

fn sqlite_cell(row: &SqliteRow, at: usize) -> Cell {
    let raw = row.try_get_raw(at).unwrap();
    let kind = raw.type_info().name().to_owned();
    match kind.as_str() {
        _ if raw.is_null() => Cell::Nothing,
        "BLOB" => Cell::Bytes(row.get(at)),
        "INTEGER" => Cell::Number(row.get(at)),
        "TEXT" => Cell::Text(row.get(at)),
        _ => Cell::Nothing,
    }
}

async fn rows_of_postgres(url: &str) -> Vec<TableRow> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let found: Vec<PgRow> = sqlx::query(AssertSqlSafe(format!("SELECT * FROM \"{table}\"")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let table = kept(&table);
        rows.extend(found.iter().map(|row| {
            TableRow {
                table,
                cells: row
                    .columns()
                    .iter()
                    .map(|column| (kept(column.name()), postgres_cell(row, column.ordinal())))
                    .collect(),
            }
        }));
    }
    connection.close().await.unwrap();
    rows
}

fn postgres_cell(row: &PgRow, at: usize) -> Cell {
    let raw = row.try_get_raw(at).unwrap();
    let kind = raw.type_info().name().to_owned();
    match kind.as_str() {
        _ if raw.is_null() => Cell::Nothing,
        "BYTEA" => Cell::Bytes(row.get(at)),
        "UUID" => Cell::Bytes(row.get::<Uuid, _>(at).as_bytes().to_vec()),
        "INT8" => Cell::Number(row.get(at)),
        "TEXT" => Cell::Text(row.get(at)),
        _ => Cell::Nothing,
    }
}
