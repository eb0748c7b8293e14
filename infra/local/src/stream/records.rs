//! Records of a table's stream, in the form Lambda delivers them.

use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::streams;
use serde_json::{Value, json};

use crate::dynamodb::Shared;
use crate::{Database, Error, Result};

/// Lambda's limit for an event is 6 MB; the rest is for what surrounds the records.
const MAX_BYTES: usize = 6 * 1024 * 1024 - 64 * 1024;

/// A record and where it stands.
#[derive(Debug, Clone)]
pub(super) struct StreamRecord {
    pub(super) sequence_number: String,
    pub(super) event_name: String,
    pub(super) event: Value,
    bytes: usize,
}

/// The stream of one table.
#[derive(Debug)]
pub(super) struct Stream {
    database: Shared,
    table: String,
    arn: String,
    region: String,
}

impl Stream {
    pub(super) fn open(database: Database, table: &str, region: &str) -> Result<Self> {
        let none = || Error::NoStream {
            table: table.to_owned(),
        };
        let request = DescribeTableRequest {
            table_name: table.to_owned(),
        };
        let description = database.describe_table(request).map_err(|_| none())?.table;
        let arn = description.latest_stream_arn.ok_or_else(none)?;
        Ok(Self {
            database: Shared(database),
            table: table.to_owned(),
            arn,
            region: region.to_owned(),
        })
    }

    /// As the records carry it.
    pub(super) fn arn(&self) -> String {
        let library = format!(":{}:", streams::LOCAL_REGION);
        self.arn
            .replacen(&library, &format!(":{}:", self.region), 1)
    }

    /// Up to `most` records after a position.
    pub(super) fn read(&self, after: Option<&str>, most: usize) -> Result<Vec<StreamRecord>> {
        let arn = self.arn();
        let records = self.records(after, most)?;
        records
            .iter()
            .map(|record| self.as_delivered(record, &arn))
            .collect()
    }

    /// How many records there are after a position, counted up to `most`.
    pub(super) fn count(&self, after: Option<&str>, most: usize) -> Result<usize> {
        Ok(self.records(after, most)?.len())
    }

    fn records(&self, after: Option<&str>, most: usize) -> Result<Vec<Record>> {
        let iterator = self
            .database
            .0
            .get_shard_iterator(GetShardIteratorRequest {
                stream_arn: self.arn.clone(),
                shard_id: streams::shard_id(&self.table),
                shard_iterator_type: match after {
                    Some(_) => "AFTER_SEQUENCE_NUMBER".into(),
                    None => "TRIM_HORIZON".into(),
                },
                sequence_number: after.map(str::to_owned),
            })?;
        let request = GetRecordsRequest {
            shard_iterator: iterator.shard_iterator.unwrap_or_default(),
            limit: Some(most),
        };
        Ok(self.database.0.get_records(request)?.records)
    }

    fn as_delivered(&self, record: &Record, arn: &str) -> Result<StreamRecord> {
        let mut event = serde_json::to_value(record)
            .map_err(|error| Error::Database(format!("stream record: {error}")))?;
        if let Some(event) = event.as_object_mut() {
            event.insert("awsRegion".into(), json!(self.region));
            event.insert("eventSourceARN".into(), json!(arn));
        }
        // Lambda writes whole seconds without a fraction.
        if let Some(time) = event.pointer_mut("/dynamodb/ApproximateCreationDateTime") {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole seconds since the epoch"
            )]
            let secs = time.as_f64().unwrap_or_default() as i64;
            *time = json!(secs);
        }
        Ok(StreamRecord {
            sequence_number: record.dynamodb.sequence_number.clone(),
            event_name: record.event_name.clone(),
            bytes: usize::try_from(record.dynamodb.size_bytes).unwrap_or(0) + 512,
            event,
        })
    }
}

/// How many of the records, from the first on, an event holds; at least one.
pub(super) fn fitting(records: &[StreamRecord]) -> usize {
    let mut bytes = 0;
    let fit = records.iter().take_while(|record| {
        bytes += record.bytes;
        bytes <= MAX_BYTES
    });
    fit.count().max(1)
}

#[cfg(test)]
impl StreamRecord {
    /// A record of this sequence number and nothing else.
    pub(super) fn numbered(sequence_number: &str) -> Self {
        Self {
            sequence_number: sequence_number.to_owned(),
            event_name: "INSERT".into(),
            event: Value::Null,
            bytes: MAX_BYTES / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_below_the_invocation_limit() {
        let records: Vec<_> = ["1", "2", "3"].map(StreamRecord::numbered).into();
        assert_eq!(fitting(&records), 2);
        let large = StreamRecord {
            bytes: 2 * MAX_BYTES,
            ..StreamRecord::numbered("1")
        };
        assert_eq!(fitting(&[large]), 1);
    }
}
