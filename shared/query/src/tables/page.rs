//! A page of chunks as one batch of rows, and what decides which of the rows count.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use event::codec::{self, Columns, Wanted};
use event::{ProfileId, UserId, WorkspaceId};
use store::{StoredChunk, Tombstones};

use super::batch::Batch;
use super::documents::Documents;
use super::seen::hash_of;
use super::{ColumnDef, From};
use crate::QueryError;

/// What is wanted of each chunk.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) workspace: WorkspaceId,
    /// The columns, in their order.
    pub(super) columns: Vec<ColumnDef>,
    /// What they are of documents.
    pub(super) documents: Documents,
    pub(super) schema: SchemaRef,
    pub(super) tombstones: Arc<Tombstones>,
}

/// Rows, and for each of them its id and whether a deletion covers it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) batch: RecordBatch,
    pub(super) ids: Vec<u128>,
    pub(super) deleted: Vec<bool>,
}

impl Reading {
    /// What has to be decoded: the columns, the id, and whom a deletion may cover.
    fn stored(&self) -> Columns {
        let stored = self.columns.iter().map(|column| column.from.stored());
        let wanted = stored.fold(Columns::ID, Columns::and);
        if self.tombstones.is_empty() {
            wanted
        } else {
            wanted.and(Columns::USER_ID).and(Columns::ANONYMOUS_ID)
        }
    }

    /// Decodes a page.
    pub(super) fn decode(&self, chunks: &[StoredChunk]) -> Result<Page, QueryError> {
        let wanted = Wanted {
            columns: self.stored(),
            properties: self.documents.properties.as_ref(),
            device_data: self.documents.device_data.as_ref(),
        };
        let froms: Vec<From> = self.columns.iter().map(|column| column.from).collect();
        let mut batch = Batch::new(&froms);
        let (mut ids, mut deleted) = (Vec::new(), Vec::new());
        for chunk in chunks {
            let table = codec::decode_columns(&self.workspace, &chunk.blob, wanted);
            let table = table
                .map_err(|_| QueryError::Store(store::StoreError::Corrupt { what: "chunk" }))?;
            batch.push(chunk, &table);
            ids.extend(table.ids.iter().map(hash_of));
            deleted.resize(ids.len(), false);
            if !self.tombstones.is_empty() {
                let first = ids.len() - table.count;
                for (at, deleted) in deleted.iter_mut().skip(first).enumerate() {
                    *deleted = self.is_deleted(chunk, &table, at);
                }
            }
        }
        Ok(Page {
            batch: batch.finish(&self.schema, ids.len())?,
            ids,
            deleted,
        })
    }

    fn is_deleted(&self, chunk: &StoredChunk, table: &codec::Table, at: usize) -> bool {
        let id = |ids: &[Option<String>]| {
            let id = ids.get(at)?.as_deref()?;
            UserId::parse(id).ok()
        };
        let known = id(&table.user_ids).map(ProfileId::known);
        let profile = known.or_else(|| id(&table.anonymous_ids).map(ProfileId::anonymous));
        profile.is_some_and(|profile| self.tombstones.cover(&profile, chunk.meta.received_at))
    }
}
