//! One act on many rows. This is one of the places where the two databases differ: PostgreSQL takes one statement over arrays (one
//! round trip, one constant text), SQLite the prepared single-row statement once per row (no round trip to save).

/// Inserts every row of a slice. Columns are listed once: `column = "$n" : expression over the row`. The row count is not checked.
macro_rules! insert_all {
    ($tx:expr, $table:literal, $row:ident in $rows:expr,
     $first:ident = $place:literal : $value:expr $(, $column:ident = $more:literal : $other:expr)* $(,)?) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(held) => {
                for $row in $rows {
                    sqlx::query(concat!(
                        "INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, ") VALUES (", $place $(, ", ", $more)*, ")"
                    ))
                    .bind($value)$(.bind($other))*
                    .execute(&mut **held)
                    .await?;
                }
            }
            $crate::store::db::Tx::Postgres(held) => {
                sqlx::query(concat!(
                    "INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, ") SELECT * FROM UNNEST(", $place $(, ", ", $more)*, ")"
                ))
                .bind($rows.iter().map(|$row| $value).collect::<Vec<_>>())
                $(.bind($rows.iter().map(|$row| $other).collect::<Vec<_>>()))*
                .execute(&mut **held)
                .await?;
            }
        }
    };
}
pub(super) use insert_all;

/// Changes the row of each id; how many were changed. The statement ends with the name of the id's column; its own parameters begin with `$2`.
macro_rules! update_each {
    ($tx:expr, $statement:literal, $ids:expr $(, $bound:expr)* $(,)?) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(held) => {
                let mut changed = 0;
                for id in $ids {
                    let query = sqlx::query(concat!($statement, " = $1")).bind(id)$(.bind($bound))*;
                    changed += query.execute(&mut **held).await?.rows_affected();
                }
                changed
            }
            $crate::store::db::Tx::Postgres(held) => sqlx::query(concat!($statement, " = ANY($1)"))
                .bind($ids)
                $(.bind($bound))*
                .execute(&mut **held)
                .await?
                .rows_affected(),
        }
    };
}
pub(super) use update_each;

/// The row of each id, in any order; ids without one are left out. The statement ends as that of `update_each`.
macro_rules! select_each {
    ($tx:expr, $statement:literal, $ids:expr $(, $bound:expr)* $(,)?) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(held) => {
                let mut rows = Vec::with_capacity($ids.len());
                for id in $ids {
                    let query = sqlx::query_as(concat!($statement, " = $1")).bind(id)$(.bind($bound))*;
                    rows.extend(query.fetch_optional(&mut **held).await?);
                }
                rows
            }
            $crate::store::db::Tx::Postgres(held) => {
                sqlx::query_as(concat!($statement, " = ANY($1)"))
                    .bind($ids)
                    $(.bind($bound))*
                    .fetch_all(&mut **held)
                    .await?
            }
        }
    };
}
pub(super) use select_each;
