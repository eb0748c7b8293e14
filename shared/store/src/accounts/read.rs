//! Reading service accounts and their keys.

use event::{ServiceAccountId, WorkspaceId};

use super::{AccountKey, ServiceAccount, item};
use crate::query::Range;
use crate::schema::LAST;
use crate::schema::control::{self, ACCOUNT_PREFIX};
use crate::store::Consistency;
use crate::{Store, StoreError};

impl Store {
    /// The workspace's service accounts in the order of their ids, the deleted ones too.
    pub async fn accounts(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<ServiceAccount>, StoreError> {
        let items = self
            .accounts_range(workspace, ACCOUNT_PREFIX, "listing service accounts")
            .await?;
        let account = |found| item::to_account(workspace, found);
        items.iter().map(account).collect()
    }

    /// One service account; `None` where there is none in this workspace.
    pub async fn account(
        &self,
        workspace: &WorkspaceId,
        id: &ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, StoreError> {
        let key = control::account(workspace, id);
        let table = &self.tables().control;
        let found = self
            .get(table, key, Consistency::Strong, "reading a service account")
            .await?;
        found
            .as_ref()
            .map(|found| item::to_account(workspace, found))
            .transpose()
    }

    /// The account's API keys in the order of their ids, the revoked ones too.
    pub async fn account_keys(
        &self,
        workspace: &WorkspaceId,
        id: &ServiceAccountId,
    ) -> Result<Vec<AccountKey>, StoreError> {
        let prefix = control::account_keys(id);
        let items = self
            .accounts_range(workspace, &prefix, "listing a service account's keys")
            .await?;
        items.iter().map(item::to_key).collect()
    }

    async fn accounts_range(
        &self,
        workspace: &WorkspaceId,
        prefix: &str,
        operation: &'static str,
    ) -> Result<Vec<crate::schema::Item>, StoreError> {
        let range = Range {
            pk: control::workspace_partition(workspace),
            from: prefix.to_owned(),
            to: format!("{prefix}{LAST}"),
        };
        let table = &self.tables().control;
        self.query_all(table, &range, Consistency::Strong, operation)
            .await
    }
}
