//! Profiles, as the updates in the log make them: one row for each user, with the devices that are linked
//! to it, and one for each device that is not linked.
//!
//! The rules are those of `POST /profile`: of each property the latest value counts, the first link of a
//! device wins, and what was received or dated before a deletion is gone.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, LargeBinaryBuilder, RecordBatch, StringViewBuilder, TimestampMillisecondBuilder,
};
use arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use event::{ProfileId, ProfileKind, ProfileUpdate, Properties, Provenance, Timestamp, UserId};
use futures_util::stream;
use store::{StoredChunk, Tombstones};

use super::UTC;
use super::scan::Scan;
use crate::QueryError;
use crate::value;

/// A reading of the updates, and what they come to.
pub(super) struct Profiles {
    /// Reads the updates.
    pub(super) scan: Scan,
    /// The columns that are wanted, by their places in the table.
    pub(super) projection: Vec<usize>,
    pub(super) schema: SchemaRef,
}

impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profiles")
            .field("scan", &self.scan)
            .finish_non_exhaustive()
    }
}

impl PartitionStream for Profiles {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        self.scan.asked();
        let mut pages = self.scan.pages();
        let tombstones = Arc::clone(&self.scan.reading.tombstones);
        let (schema, projection) = (Arc::clone(&self.schema), self.projection.clone());
        let reservation = MemoryConsumer::new("profiles").register(context.memory_pool());
        let batch = async move {
            let mut known = Known::default();
            while let Some(page) = pages.recv().await {
                for chunk in &page? {
                    known.read(chunk, &tombstones)?;
                    reservation.try_resize(known.bytes)?;
                }
                tokio::task::yield_now().await;
            }
            known.link();
            let batch = known.into_batch(&schema, &projection)?;
            Ok::<_, DataFusionError>(batch)
        };
        let batches = stream::once(batch);
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            batches,
        ))
    }
}

/// What is known of everybody.
#[derive(Default)]
struct Known {
    profiles: HashMap<ProfileId, Profile>,
    /// To whom a device was linked first, and when.
    links: HashMap<UserId, (Timestamp, UserId)>,
    /// About the memory that all of it takes.
    bytes: usize,
}

#[derive(Default)]
struct Profile {
    properties: Properties,
    device: Properties,
    external: Option<(Timestamp, String)>,
    devices: Vec<UserId>,
    /// The latest update.
    latest: Option<(Timestamp, Provenance)>,
}

impl Known {
    fn read(
        &mut self,
        chunk: &StoredChunk,
        tombstones: &Tombstones,
    ) -> std::result::Result<(), QueryError> {
        for event in chunk.events()? {
            self.bytes += event.size() + size_of::<Profile>();
            let update = ProfileUpdate::from_event(event);
            self.apply(&update, &chunk.provenance(), tombstones);
        }
        Ok(())
    }

    fn apply(
        &mut self,
        update: &ProfileUpdate<'_>,
        provenance: &Provenance,
        tombstones: &Tombstones,
    ) {
        let id = |id: Option<&str>| UserId::parse(id?).ok();
        let user = id(update.user_id.as_deref());
        let device = id(update.anonymous_id.as_deref());
        let whose = match (&user, &device) {
            (Some(user), _) => ProfileId::known(user.clone()),
            (None, Some(device)) => ProfileId::anonymous(device.clone()),
            (None, None) => return,
        };
        let moment = update.timestamp.min(provenance.received_at);
        if tombstones.cover(&whose, moment) {
            return;
        }
        if let (Some(user), Some(device)) = (user, device)
            && !tombstones.cover(&ProfileId::anonymous(device.clone()), moment)
        {
            let link = (provenance.received_at, user);
            let first = self.links.entry(device).or_insert_with(|| link.clone());
            if link.0 < first.0 {
                *first = link;
            }
        }
        self.profiles
            .entry(whose)
            .or_default()
            .apply(update, provenance);
    }

    /// Adds what is known of linked devices to their users.
    fn link(&mut self) {
        for (device, (_, user)) in std::mem::take(&mut self.links) {
            let linked = self.profiles.remove(&ProfileId::anonymous(device.clone()));
            let profile = self.profiles.entry(ProfileId::known(user)).or_default();
            profile.merge(linked.unwrap_or_default());
            profile.devices.push(device);
        }
    }

    fn into_batch(self, schema: &SchemaRef, projection: &[usize]) -> Result<RecordBatch> {
        let mut rows: Vec<(ProfileId, Profile)> = self.profiles.into_iter().collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut columns = Columns::default();
        for (id, profile) in rows {
            columns.push(&id, profile);
        }
        let columns = columns.finish();
        let wanted = projection
            .iter()
            .filter_map(|index| columns.get(*index).cloned());
        let rows = columns.first().map(|column| column.len());
        let options = arrow::array::RecordBatchOptions::new().with_row_count(rows);
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            wanted.collect(),
            &options,
        )?)
    }
}

impl Profile {
    fn apply(&mut self, update: &ProfileUpdate<'_>, provenance: &Provenance) {
        let at = update.timestamp;
        let object = |text: Option<&str>| {
            Properties::from_object(text.unwrap_or("{}"), at).unwrap_or_default()
        };
        self.merge(Self {
            properties: object(update.properties.as_deref()),
            device: object(update.device_data.as_deref()),
            external: update.external_id.as_deref().map(|id| (at, id.to_owned())),
            devices: Vec::new(),
            latest: Some((at, provenance.clone())),
        });
    }

    fn merge(&mut self, other: Self) {
        self.properties.merge_all(other.properties);
        self.device.merge_all(other.device);
        self.external = self.external.take().max(other.external);
        self.devices.extend(other.devices);
        let newer = |(at, from): &(Timestamp, Provenance)| (*at, from.received_at);
        if other.latest.as_ref().map(newer) > self.latest.as_ref().map(newer) {
            self.latest = other.latest;
        }
    }
}

/// The columns of the table, in their order.
#[derive(Default)]
struct Columns {
    user_id: StringViewBuilder,
    anonymous_id: StringViewBuilder,
    anonymous_ids: LargeBinaryBuilder,
    external_id: StringViewBuilder,
    timestamp: TimestampMillisecondBuilder,
    source: StringViewBuilder,
    key_id: StringViewBuilder,
    received_at: TimestampMillisecondBuilder,
    properties: LargeBinaryBuilder,
    device_data: LargeBinaryBuilder,
}

impl Columns {
    fn push(&mut self, id: &ProfileId, mut profile: Profile) {
        let text = Some(id.id.as_str());
        let is_known = id.kind == ProfileKind::Known;
        self.user_id.append_option(text.filter(|_| is_known));
        self.anonymous_id.append_option(text.filter(|_| !is_known));
        profile.devices.sort();
        put_json(
            &mut self.anonymous_ids,
            &serde_json::to_string(&profile.devices).unwrap_or_default(),
        );
        self.external_id
            .append_option(profile.external.map(|(_, id)| id));
        let latest = profile.latest.as_ref();
        self.timestamp
            .append_option(latest.map(|(at, _)| at.as_millis()));
        self.source
            .append_option(latest.map(|(_, from)| from.source.as_str()));
        self.key_id
            .append_option(latest.map(|(_, from)| from.key_id.as_str()));
        self.received_at
            .append_option(latest.map(|(_, from)| from.received_at.as_millis()));
        put_json(&mut self.properties, &profile.properties.to_json());
        put_json(&mut self.device_data, &profile.device.to_json());
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.user_id.finish()),
            Arc::new(self.anonymous_id.finish()),
            Arc::new(self.anonymous_ids.finish()),
            Arc::new(self.external_id.finish()),
            Arc::new(self.timestamp.finish().with_timezone(UTC)),
            Arc::new(self.source.finish()),
            Arc::new(self.key_id.finish()),
            Arc::new(self.received_at.finish().with_timezone(UTC)),
            Arc::new(self.properties.finish()),
            Arc::new(self.device_data.finish()),
        ]
    }
}

fn put_json(column: &mut LargeBinaryBuilder, json: &str) {
    let mut bytes = Vec::with_capacity(json.len() + 1);
    value::put_json(json.as_bytes(), &mut bytes);
    column.append_value(bytes);
}
