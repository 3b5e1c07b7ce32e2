//! One insert for many rows. This is one of the places where the two databases differ: PostgreSQL takes one statement over arrays (one
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
