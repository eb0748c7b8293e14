//! The queue of what is due: runs that wait, and schedules.
//!
//! A place in the queue is put before the run that it is for is recorded as waiting, and deleted after
//! the run went on. So no run that waits is without a place; a place without a run that waits is told
//! by the run, and deleted by whoever finds it.

use std::time::Duration;

use event::{RunId, Timestamp, WorkflowId, WorkspaceId};

use super::WHAT;
use crate::fields::{Fields, number, text};
use crate::query::Range;
use crate::schema::runs::{self, DUE_SHARDS, DueOf, attribute};
use crate::schema::{Key, TTL};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// A place in the queue that nobody looked at is forgotten after this time: its run is gone then.
const KEPT: Duration = Duration::from_hours(24 * 120);

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub workspace: WorkspaceId,
    /// What.
    pub work: DueWork,
    /// To whom the run delivers, where that is what it is at.
    pub destination: Option<String>,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueWork {
    /// A run goes on.
    Run(RunId),
    /// A workflow starts by its schedule.
    Schedule(WorkflowId),
}

impl Due {
    fn key(&self) -> Key {
        match &self.work {
            DueWork::Run(run) => runs::due_run(&self.workspace, run, self.at),
            DueWork::Schedule(workflow) => runs::due_schedule(&self.workspace, workflow, self.at),
        }
    }
}

impl Store {
    /// Puts something into the queue. Again is as good as once.
    pub async fn put_due(&self, due: &Due) -> Result<(), StoreError> {
        let mut item = due.key().into_item();
        item.insert(TTL.to_owned(), number(due.at.plus(KEPT).as_secs()));
        if let Some(destination) = &due.destination {
            item.insert(attribute::DESTINATION.to_owned(), text(destination));
        }
        self.put_listed(&due.workspace, item, "queueing a run")
            .await
    }

    /// Takes something out of the queue.
    pub async fn delete_due(&self, due: &Due) -> Result<(), StoreError> {
        self.delete_listed(&due.workspace, due.key(), "taking a run out of the queue")
            .await
    }

    /// What is due until then, the longest due first in each part of the queue; of each part one page
    /// of 1 MB at most, which is some thousands.
    pub async fn due(&self, until: Timestamp) -> Result<Vec<Due>, StoreError> {
        const OPERATION: &str = "reading the queue";
        let mut due = Vec::new();
        for shard in 0..DUE_SHARDS {
            let (from, to) = runs::due_range(until);
            let range = Range {
                pk: runs::due_partition(shard),
                from,
                to,
            };
            let page = self
                .query_page(
                    &self.tables().runs,
                    &range,
                    crate::query::Order::Ascending,
                    Consistency::Strong,
                    None,
                    OPERATION,
                )
                .await?;
            for item in &page.items {
                let fields = Fields::new(item, WHAT);
                let place = runs::due(fields.sk()?).ok_or_else(|| fields.corrupt())?;
                let (at, workspace, of) = place;
                due.push(Due {
                    at,
                    workspace,
                    work: match of {
                        DueOf::Run(run) => DueWork::Run(run),
                        DueOf::Schedule(workflow) => DueWork::Schedule(workflow),
                    },
                    destination: fields
                        .optional_text(attribute::DESTINATION)?
                        .map(str::to_owned),
                });
            }
        }
        due.sort_by_key(|due| due.at);
        Ok(due)
    }
}
