//! Runs come into being, each once.

use aws_sdk_dynamodb::types::{Put, Update};
use event::{Timestamp, WorkspaceId};
use workflow::{MAX_LIFE, Run, Window};

use super::{KEPT, to_item};
use crate::fields::{moment, number};
use crate::schema::runs::{self, attribute};
use crate::schema::{Item, TTL};
use crate::store::absent;
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

/// What another start would have in common with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once<'a> {
    /// The mark of the call.
    pub mark: &'a str,
    /// How long another call with it starts nothing.
    pub window: Window,
    /// When the call was received.
    pub received_at: Timestamp,
}

/// What became of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// The run is there now.
    New,
    /// It was there already, or a call that is the same started one.
    Before,
}

impl Store {
    /// Stores a new run that somebody asked for, with its places in the lists and the line of the audit
    /// log: all of it or nothing.
    pub async fn start_noted_run(
        &self,
        workspace: &WorkspaceId,
        run: &Run,
        audit: &AuditEntry,
    ) -> Result<Started, StoreError> {
        let transaction = self
            .new_run(workspace, run)?
            .put(self.audit_put(workspace, audit)?)?;
        self.start(workspace, transaction).await
    }

    /// Stores a new run with its places in the lists, and `once` with it: all of it or nothing.
    pub async fn start_run(
        &self,
        workspace: &WorkspaceId,
        run: &Run,
        once: Option<Once<'_>>,
    ) -> Result<Started, StoreError> {
        let mut transaction = self.new_run(workspace, run)?;
        if let Some(once) = once {
            let length = once.window.length();
            let update = Update::builder()
                .table_name(&self.tables().runs)
                .set_key(Some(runs::once(workspace, once.mark).into_item()))
                .update_expression("SET #at = :at, #ttl = :ttl")
                .condition_expression("attribute_not_exists(#at) OR #at <= :before")
                .expression_attribute_names("#at", attribute::AT)
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":at", moment(once.received_at))
                .expression_attribute_values(":before", moment(once.received_at.minus(length)))
                .expression_attribute_values(
                    ":ttl",
                    number(once.received_at.plus(length.saturating_mul(2)).as_secs()),
                );
            transaction = transaction.update(update)?;
        }
        self.start(workspace, transaction).await
    }

    /// The run, if it is not there, and its places in the lists.
    fn new_run(&self, workspace: &WorkspaceId, run: &Run) -> Result<Transaction, StoreError> {
        let table = &self.tables().runs;
        let put = |item: Item| Put::builder().table_name(table).set_item(Some(item));
        let item = to_item(workspace, run, 1, None, run.created_at)?;
        let mut transaction =
            Transaction::default().put(put(item).condition_expression(absent()))?;
        for partition in lists(workspace, run) {
            let mut item = runs::listed(partition, run.created_at, &run.id).into_item();
            let expires_at = run.created_at.plus(MAX_LIFE).plus(KEPT);
            item.insert(TTL.to_owned(), number(expires_at.as_secs()));
            transaction = transaction.put(put(item))?;
        }
        Ok(transaction)
    }

    async fn start(
        &self,
        workspace: &WorkspaceId,
        transaction: Transaction,
    ) -> Result<Started, StoreError> {
        match self
            .transact(workspace, "starting a run", transaction)
            .await?
        {
            Transacted::Done => Ok(Started::New),
            Transacted::Refused(_) => Ok(Started::Before),
        }
    }
}

/// The partitions of the lists in which the run stands.
fn lists(workspace: &WorkspaceId, run: &Run) -> Vec<String> {
    let profile = run.inputs.profile.as_ref();
    let of_profile = profile.map(|profile| runs::of_profile(workspace, profile));
    let of_workflow = runs::of_workflow(workspace, &run.workflow);
    of_profile.into_iter().chain([of_workflow]).collect()
}
