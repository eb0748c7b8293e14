//! A table of the log as the planner sees it.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use event::{Signal, Timestamp, WorkspaceId};
use store::{Store, Tombstones};
use tokio::runtime::Handle;

use super::documents::Documents;
use super::page::Reading;
use super::profiles::Profiles;
use super::range::Wanted;
use super::scan::{Meter, Scan};
use super::{ColumnDef, TableDef};
use crate::plan::Paths;

/// What all tables of a query share. The workspace is here and nowhere in the text: a query cannot
/// name another one.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) store: Store,
    pub(crate) io: Handle,
    pub(crate) workspace: WorkspaceId,
    pub(crate) tombstones: Arc<Tombstones>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) now: Timestamp,
    /// Where a query begins to read that does not say.
    pub(crate) since: Timestamp,
    pub(crate) parallel: usize,
    /// What the query reads of documents: known when its text was planned, before anything is scanned.
    pub(crate) paths: Arc<OnceLock<Paths>>,
}

/// One table.
#[derive(Debug)]
struct Table {
    log: Log,
    def: TableDef,
    schema: SchemaRef,
}

impl Log {
    /// The table of that definition.
    pub(crate) fn table(&self, def: TableDef) -> Arc<dyn TableProvider> {
        Arc::new(Table {
            log: self.clone(),
            schema: def.schema(),
            def,
        })
    }
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Conditions narrow what is read; what is read is still filtered.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = (0..self.def.columns.len()).collect();
        let projection = projection.unwrap_or(&all);
        let columns: Vec<ColumnDef> = projection
            .iter()
            .filter_map(|index| self.def.columns.get(*index).copied())
            .collect();
        let schema = Arc::new(self.schema.project(projection)?);
        let log = &self.log;
        let scan = Scan {
            store: log.store.clone(),
            io: log.io.clone(),
            signal: self.def.signal,
            wanted: Wanted::of(&self.def, filters, log.now, log.since),
            now: log.now,
            reading: Arc::new(Reading {
                workspace: log.workspace.clone(),
                documents: Documents::of(&columns, log.paths.get()),
                columns,
                schema: Arc::clone(&schema),
                tombstones: Arc::clone(&log.tombstones),
            }),
            meter: Arc::clone(&log.meter),
            parallel: log.parallel,
        };
        let stream: Arc<dyn PartitionStream> = if self.def.signal == Signal::Profiles {
            Arc::new(Profiles {
                scan,
                projection: projection.clone(),
                schema: Arc::clone(&schema),
            })
        } else {
            Arc::new(scan)
        };
        let exec = StreamingTableExec::try_new(schema, vec![stream], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}
