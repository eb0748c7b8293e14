//! A window's rows into their hours.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use sha2::{Digest, Sha256};

use super::document::Document;
use super::{RETENTION, TrafficChunk, TrafficPart};
use crate::fields::{Fields, bytes, number};
use crate::meter::{Meter, units};
use crate::pause::pause;
use crate::schema::activity::{self, attribute};
use crate::schema::{Key, TTL};
use crate::store::{Consistency, condition_failed};
use crate::{Cause, Store, StoreError};

const OPERATION: &str = "counting traffic";
/// Attempts where other shards of the stream write to the same hour.
const MAX_ATTEMPTS: u32 = 16;
/// What a write unit pays for, in bytes.
const UNIT: usize = 1024;

/// An hour as it was read.
#[derive(Default)]
struct Stored {
    document: Document,
    /// 0: there is no item yet.
    version: i64,
    /// How many windows one window stands for.
    weight: u64,
}

impl Store {
    /// Adds a window's chunks to the rows of their hour, each chunk once.
    pub async fn add_traffic(
        &self,
        part: &TrafficPart,
        chunks: &[TrafficChunk],
    ) -> Result<(), StoreError> {
        for attempt in 0..MAX_ATTEMPTS {
            let Stored {
                mut document,
                version,
                weight,
            } = self.stored_traffic(part).await?;
            let new: Vec<_> = chunks
                .iter()
                .filter(|chunk| !document.has_counted(chunk))
                .collect();
            if !new.first().is_some_and(|first| is_taken(first, weight)) {
                return Ok(());
            }
            for chunk in new {
                document.add(chunk, weight);
            }
            if self.replace_traffic(part, &document, version).await? {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable {
            operation: OPERATION,
            cause: Cause::Contended,
        })
    }

    async fn stored_traffic(&self, part: &TrafficPart) -> Result<Stored, StoreError> {
        let table = &self.tables().activity;
        let item = self
            .get(table, key(part), Consistency::Strong, OPERATION)
            .await?;
        let Some(item) = item else {
            return Ok(Stored {
                weight: 1,
                ..Stored::default()
            });
        };
        let fields = Fields::new(&item, "traffic");
        let body = fields.bytes(attribute::BODY)?;
        // What cannot be read is begun anew: it must not stop the stream.
        let document = Document::unpack(body).unwrap_or_else(|error| {
            tracing::error!(%error, "an hour of traffic is begun anew");
            Document::default()
        });
        Ok(Stored {
            document,
            version: fields.number(attribute::VERSION)?,
            weight: u64::try_from(body.len().div_ceil(UNIT)).unwrap_or(1).max(1),
        })
    }

    /// Whether the item still had that version and so has the document now.
    async fn replace_traffic(
        &self,
        part: &TrafficPart,
        document: &Document,
        version: i64,
    ) -> Result<bool, StoreError> {
        let expires_at = part.hour.plus(RETENTION);
        let meter = Meter::start(self.metrics(), &part.workspace);
        let call = self
            .client()
            .update_item()
            .table_name(&self.tables().activity)
            .set_key(Some(key(part).into_item()))
            .update_expression("SET #body = :body, #version = :next, #ttl = :ttl")
            .expression_attribute_names("#body", attribute::BODY)
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":body", bytes(document.pack()?))
            .expression_attribute_values(":next", number(version.saturating_add(1)))
            .expression_attribute_values(":ttl", number(expires_at.as_secs()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let call = if version == 0 {
            call.condition_expression("attribute_not_exists(#version)")
        } else {
            call.condition_expression("#version = :version")
                .expression_attribute_values(":version", number(version))
        };
        let call = call
            .customize()
            .interceptor(meter.throttles::<UpdateItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(true)
            }
            Err(error) if condition_failed(&error) => {
                meter.written(1.0);
                Ok(false)
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
        }
    }
}

/// Whether the window that begins with this chunk is one of those that are counted. Delivered again,
/// it is again.
fn is_taken(first: &TrafficChunk, weight: u64) -> bool {
    let hash: [u8; 32] = Sha256::digest(first.sequence.as_str()).into();
    let (hash, _) = hash.split_first_chunk().unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*hash).is_multiple_of(weight)
}

fn key(part: &TrafficPart) -> Key {
    activity::traffic(
        &part.workspace,
        &part.key_id,
        part.hour,
        part.signal,
        part.event_day,
    )
}
