//! The whole log, for whoever rebuilds its projections.

use super::{StoredChunk, item};
use crate::schema::Item;
use crate::{Store, StoreError};

impl Store {
    /// Every chunk of every workspace, in no order: the part `segment`, counted from 0, of
    /// `segments` that may be read at the same time.
    ///
    /// Chunks written before the scan began are all in it; later ones may be.
    pub fn all_chunks(&self, segment: u16, segments: u16) -> ChunkScan {
        ChunkScan {
            store: self.clone(),
            segment: segment.into(),
            segments: segments.into(),
            at: At::Start,
        }
    }
}

/// A scan of the log.
#[derive(Debug)]
pub struct ChunkScan {
    store: Store,
    segment: i32,
    segments: i32,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Behind(Item),
    End,
}

impl ChunkScan {
    /// The next page, up to 1 MB of chunks, perhaps an empty one; `None` at the end.
    ///
    /// A page that failed is read again by the next call.
    pub async fn next(&mut self) -> Result<Option<Vec<StoredChunk>>, StoreError> {
        let start = match &self.at {
            At::Start => None,
            At::Behind(key) => Some(key.clone()),
            At::End => return Ok(None),
        };
        let call = self
            .store
            .client()
            .scan()
            .table_name(&self.store.tables().events)
            .segment(self.segment)
            .total_segments(self.segments)
            .consistent_read(true)
            .set_exclusive_start_key(start);
        let output = call
            .send()
            .await
            .map_err(|error| StoreError::from_sdk("reading the whole log", &error))?;
        let chunks = output.items.iter().flatten().map(item::to_chunk);
        let chunks = chunks.collect::<Result<Vec<_>, _>>()?;
        self.at = match output.last_evaluated_key.filter(|key| !key.is_empty()) {
            Some(key) => At::Behind(key),
            None => At::End,
        };
        Ok(Some(chunks))
    }
}
