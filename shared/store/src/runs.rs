//! Runs of workflows, and the queue of what is to be done.
//!
//! A run is one item, put on condition of its version. One that has not ended is either in the table's
//! stream, which brings it until it was taken, or in the queue of what is due. Whoever works on a run
//! claims it for a while: until then nobody else touches it.

mod destinations;
mod due;
mod leases;
mod list;
mod start;

use std::time::Duration;

use aws_sdk_dynamodb::types::Put;
use event::{RunId, Timestamp, WorkspaceId};
use workflow::Run;

use crate::documents::{self, Versioned};
use crate::fields::{Fields, moment, number, text};
use crate::schema::runs::{self, attribute};
use crate::schema::{Item, Key};
use crate::store::Consistency;
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

pub use destinations::DestinationState;
pub use due::{Due, DueWork};
pub use leases::LeaseOf;
pub use list::{RunPage, RunsOf};
pub use start::{Once, Started};

const WHAT: &str = "run";
/// How long a run is kept after its last change.
const KEPT: Duration = Duration::from_hours(24 * 35);

/// A run as the table has it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// The run.
    pub run: Run,
    /// Which change of it this is.
    pub version: i64,
    /// Until when whoever works on it may do so undisturbed.
    pub claimed_until: Option<Timestamp>,
}

impl StoredRun {
    /// Which run a record of the table's stream is about; `None`: about something else.
    pub fn key_from_stream(
        image: serde_dynamo::Item,
    ) -> Result<Option<(WorkspaceId, RunId)>, StoreError> {
        let image: Item = image.into();
        let fields = Fields::new(&image, WHAT);
        Ok(runs::run_of(fields.pk()?, fields.sk()?))
    }

    fn from_item(item: &Item) -> Result<Self, StoreError> {
        let Versioned { document, version } = documents::read(item, WHAT)?;
        let fields = Fields::new(item, WHAT);
        Ok(Self {
            run: document,
            version,
            claimed_until: fields.optional_moment(attribute::CLAIMED_UNTIL)?,
        })
    }
}

/// The item of a run.
fn to_item(
    workspace: &WorkspaceId,
    run: &Run,
    version: i64,
    claimed_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Item, StoreError> {
    let key = runs::run(workspace, &run.id);
    let mut item = documents::write(key, run, version, now.plus(KEPT), WHAT)?;
    let state = if run.ended().is_some() {
        runs::ENDED
    } else {
        runs::OPEN
    };
    item.insert(attribute::STATE.to_owned(), text(state));
    if let Some(until) = claimed_until {
        item.insert(attribute::CLAIMED_UNTIL.to_owned(), moment(until));
    }
    Ok(item)
}

impl Store {
    /// The run of that id, as it is at this moment.
    pub async fn run(
        &self,
        workspace: &WorkspaceId,
        id: &RunId,
    ) -> Result<Option<StoredRun>, StoreError> {
        let key = runs::run(workspace, id);
        let table = &self.tables().runs;
        let found = self
            .get(table, key, Consistency::Strong, "reading a run")
            .await?;
        found.as_ref().map(StoredRun::from_item).transpose()
    }

    /// Records a run that was changed, and who may work on it until when. `false`: somebody else
    /// changed it meanwhile, and nothing was stored.
    pub async fn save_run(
        &self,
        workspace: &WorkspaceId,
        stored: &mut StoredRun,
        claimed_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let next = stored.version.saturating_add(1);
        let item = to_item(workspace, &stored.run, next, claimed_until, now)?;
        let saved = self
            .replace(workspace, item, stored.version, "recording a run")
            .await?;
        if saved {
            stored.version = next;
            stored.claimed_until = claimed_until;
        }
        Ok(saved)
    }

    /// The same, with the line of the audit log about it: both or neither.
    pub async fn save_noted_run(
        &self,
        workspace: &WorkspaceId,
        stored: &mut StoredRun,
        claimed_until: Option<Timestamp>,
        audit: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let next = stored.version.saturating_add(1);
        let item = to_item(workspace, &stored.run, next, claimed_until, audit.at)?;
        let put = Put::builder()
            .table_name(&self.tables().runs)
            .set_item(Some(item))
            .condition_expression("#version = :expected")
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":expected", number(stored.version));
        let transaction = Transaction::default()
            .put(put)?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "recording a run", transaction)
            .await?
        {
            Transacted::Done => {
                stored.version = next;
                stored.claimed_until = claimed_until;
                Ok(true)
            }
            Transacted::Refused(_) => Ok(false),
        }
    }

    /// Puts one item of the runs table, whatever is there.
    async fn put_listed(
        &self,
        workspace: &WorkspaceId,
        item: Item,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        self.put_all(&self.tables().runs, workspace, vec![item], operation)
            .await
    }

    async fn delete_listed(
        &self,
        workspace: &WorkspaceId,
        key: Key,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        self.delete_all(&self.tables().runs, workspace, vec![key], operation)
            .await
    }
}
