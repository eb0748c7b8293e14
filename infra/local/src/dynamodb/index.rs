//! What dynoxide leaves out of its table of stream records: an index, and an end.
//!
//! Without the index each write to a table with a stream reads all records of all streams, and
//! each poll does too. Without trimming they are kept for ever; AWS keeps them for a day. Without
//! the trigger the records of a deleted table show in the stream of the next one of its name.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::{Result, clock};

const RETENTION_SECS: i64 = 24 * 60 * 60;

/// Rows removed at a time, so that requests get their turn between.
const PAGE: usize = 200;

/// A second connection to the database file.
#[derive(Debug)]
pub(crate) struct StreamIndex(Mutex<Connection>);

impl StreamIndex {
    /// Makes the indexes and the trigger that are missing.
    pub(crate) fn create(database: &str) -> Result<Self> {
        let connection = Connection::open(database)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(
            "CREATE INDEX IF NOT EXISTS stream_position ON _stream_records
                (table_name, CAST(sequence_number AS INTEGER), shard_id);
             CREATE INDEX IF NOT EXISTS stream_age ON _stream_records (created_at);
             CREATE TRIGGER IF NOT EXISTS stream_end AFTER DELETE ON _tables BEGIN
                DELETE FROM _stream_records WHERE table_name = OLD.table_name;
             END;",
        )?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Removes stream records older than a day; how many there were.
    pub(crate) fn trim(&self) -> Result<usize> {
        let oldest = clock::now_secs() - RETENTION_SECS;
        let mut trimmed = 0;
        loop {
            let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let removed = connection.execute(
                "DELETE FROM _stream_records WHERE id IN (
                    SELECT id FROM _stream_records WHERE created_at < ?1 LIMIT ?2)",
                (oldest, i64::try_from(PAGE).unwrap_or(i64::MAX)),
            )?;
            drop(connection);
            trimmed += removed;
            if removed < PAGE {
                return Ok(trimmed);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> (tempfile::TempDir, StreamIndex, dynoxide::Database) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dynamodb.sqlite");
        let path = path.to_str().unwrap();
        let database = dynoxide::Database::new(path).unwrap();
        (dir, StreamIndex::create(path).unwrap(), database)
    }

    #[test]
    fn records_older_than_a_day_are_trimmed() {
        let (_dir, index, _database) = opened();
        for (number, age) in (0..450)
            .zip(std::iter::repeat(90_000))
            .chain([(450, 80_000)])
        {
            let connection = index.0.lock().unwrap();
            let insert = "INSERT INTO _stream_records
                (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
                VALUES ('t', 'INSERT', '{}', ?1, 's', ?2)";
            connection
                .execute(insert, (number, clock::now_secs() - age))
                .unwrap();
        }
        assert_eq!(index.trim().unwrap(), 450);
        assert_eq!(index.trim().unwrap(), 0);
    }

    #[test]
    fn the_next_sequence_number_is_found_in_the_index() {
        let (_dir, index, _database) = opened();
        let connection = index.0.lock().unwrap();
        let plan: String = connection
            .query_row(
                "EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1
                 FROM _stream_records WHERE table_name = ?1",
                ["t"],
                |row| row.get("detail"),
            )
            .unwrap();
        assert!(plan.contains("stream_position"), "{plan}");
    }
}
