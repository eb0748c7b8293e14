//! The file behind the metrics: one JSON line per metric and minute, added to as samples come.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::bucket::{Bucket, Ordered};
use super::series::MetricId;
use crate::{Error, Result, files};

/// Samples of one metric in one minute.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "n")]
    namespace: String,
    #[serde(rename = "m")]
    name: String,
    #[serde(rename = "d")]
    dimensions: Vec<(String, String)>,
    #[serde(rename = "u")]
    unit: String,
    #[serde(rename = "t")]
    pub(super) minute: i64,
    /// Count, sum, minimum, maximum.
    #[serde(rename = "s")]
    statistics: [f64; 4],
    /// Values and how often each was seen.
    #[serde(rename = "v")]
    values: Option<Vec<(f64, f64)>>,
}

impl Entry {
    pub(super) fn new(id: &MetricId, unit: &str, minute: i64, bucket: &Bucket) -> Self {
        Self {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
            dimensions: id.dimensions.clone(),
            unit: unit.to_owned(),
            minute,
            statistics: [bucket.count, bucket.sum, bucket.minimum, bucket.maximum],
            values: bucket.values.as_ref().map(|values| {
                values
                    .iter()
                    .map(|(value, count)| (value.0, *count))
                    .collect()
            }),
        }
    }

    pub(super) fn into_parts(self) -> (MetricId, String, i64, Bucket) {
        let [count, sum, minimum, maximum] = self.statistics;
        let values = self.values.map(|values| {
            values
                .into_iter()
                .map(|(value, count)| (Ordered(value), count))
                .collect()
        });
        let id = MetricId {
            namespace: self.namespace,
            name: self.name,
            dimensions: self.dimensions,
        };
        (
            id,
            self.unit,
            self.minute,
            Bucket {
                count,
                sum,
                minimum,
                maximum,
                values,
            },
        )
    }
}

#[derive(Debug)]
pub(super) struct Journal(File);

impl Journal {
    /// Reads each entry. The last line may be half a line: the process was killed while writing it.
    pub(super) fn read(path: &Path, mut each: impl FnMut(Entry)) -> Result<()> {
        let Some(content) = files::read(path)? else {
            return Ok(());
        };
        let mut lines = content.split(|byte| *byte == b'\n').enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(entry) => each(entry),
                Err(error) if lines.peek().is_none() => {
                    tracing::warn!(%error, "the last metric was only half written");
                }
                Err(error) => {
                    let reason = format!("line {}: {error}", number + 1);
                    return Err(Error::Damaged {
                        path: path.to_owned(),
                        reason,
                    });
                }
            }
        }
        Ok(())
    }

    /// Replaces the file by these entries and opens it for more.
    pub(super) fn rewrite(path: &Path, entries: impl Iterator<Item = Entry>) -> Result<Self> {
        let mut entries = entries;
        files::replace(path, |file| {
            entries.try_for_each(|entry| {
                serde_json::to_writer(&mut *file, &entry)?;
                file.write_all(b"\n")
            })
        })
        .map_err(|source| Error::File {
            path: PathBuf::from(path),
            source,
        })?;
        files::append(path).map(Self)
    }

    pub(super) fn append(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        self.0.write_all(&lines)
    }
}
