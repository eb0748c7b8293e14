//! Sealed texts.

use event::{KeyId, WorkspaceId};

use super::{KeyEntry, SealedSecret, item};
use crate::fields::Fields;
use crate::schema::Item;
use crate::schema::control;
use crate::store::Consistency;
use crate::{Store, StoreError};

impl Store {
    /// The key's text as it was sealed; `None` for kinds that cannot be revealed and revoked keys.
    pub async fn sealed_secret(&self, id: &KeyId) -> Result<Option<SealedSecret>, StoreError> {
        let key = control::sealed(id);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a sealed secret")
            .await?;
        item.as_ref().map(item::to_sealed).transpose()
    }

    /// The key as its workspace's list has it, and its text as it was sealed, in one call; `None`
    /// where the key is revoked or another workspace's.
    pub async fn sealed_key(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
    ) -> Result<Option<(KeyEntry, Option<SealedSecret>)>, StoreError> {
        let entry = control::index(workspace, id);
        let sealed = control::sealed(id);
        let entry_sk = entry.sk.clone();
        let table = &self.tables().control;
        let items = self
            .get_all(table, vec![entry, sealed], "reading a sealed secret")
            .await?;
        let is_entry = |item: &&Item| {
            let sk = Fields::new(item, "key in a list").sk();
            sk.is_ok_and(|sk| sk == entry_sk)
        };
        let Some(entry) = items.iter().find(is_entry) else {
            return Ok(None);
        };
        let sealed = items.iter().find(|item| !is_entry(item));
        let sealed = sealed.map(item::to_sealed).transpose()?;
        Ok(Some((item::to_entry(entry)?, sealed)))
    }
}
