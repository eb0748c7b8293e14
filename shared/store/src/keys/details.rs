//! Changes of what a key is called, whether it is in use and until when.

use event::Timestamp;
use policy::KeyState;

use super::change::KeyChange;
use super::edit::Edit;
use super::item;
use crate::fields::{moment, text};
use crate::schema::control::{self, attribute};
use crate::{Store, StoreError};

/// What of a key's details may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDetails {
    /// Unique in the workspace; 1 to 64 characters.
    pub name: String,
    /// Free words.
    pub tags: Vec<String>,
    /// From when on the key is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
}

impl Store {
    /// Enables or disables the key; its end for good is [`Store::revoke`].
    ///
    /// As every change: [`StoreError::NotFound`] where the workspace has no such key, or had it.
    pub async fn set_enabled(
        &self,
        change: &KeyChange<'_>,
        enabled: bool,
    ) -> Result<(), StoreError> {
        let state = if enabled {
            KeyState::Enabled
        } else {
            KeyState::Disabled
        };
        let edit = Edit::default().set(attribute::STATE, text(state.as_str()));
        let transaction = self.change(change, edit.clone(), edit)?;
        self.commit(change, "switching a key", transaction).await
    }

    /// Replaces name, tags and expiry; `name` is the name until now.
    ///
    /// [`StoreError::Conflict`] where another key has the new name.
    pub async fn change_details(
        &self,
        change: &KeyChange<'_>,
        name: &str,
        new: &NewDetails,
    ) -> Result<(), StoreError> {
        let until =
            Edit::default().set_or_remove(attribute::EXPIRES_AT, new.expires_at.map(moment));
        let entry = until
            .clone()
            .set(attribute::NAME, text(&new.name))
            .set(attribute::TAGS, item::tags(&new.tags));
        let mut transaction = self.change(change, until, entry)?;
        if name != new.name {
            let held = item::name_holder(change.workspace, &new.name, change.id);
            let free = control::name(change.workspace, name);
            transaction = transaction
                .put(self.put_new(held))?
                .delete(self.delete(free))?;
        }
        self.commit(change, "changing a key", transaction).await
    }
}
