//! A new secret under the same id.

use event::Timestamp;
use policy::SecretHash;

use super::change::KeyChange;
use super::edit::Edit;
use super::{SealedSecret, item};
use crate::fields::{bytes, moment};
use crate::schema::control::attribute;
use crate::{Store, StoreError};

impl Store {
    /// Gives the key a new secret. The one until now works until `previous_expires_at`, where that is
    /// given; the one before it, if it was still accepted, ends at once.
    pub async fn rotate_key(
        &self,
        change: &KeyChange<'_>,
        secret: &SecretHash,
        sealed: Option<&SealedSecret>,
        previous_expires_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let until = previous_expires_at.map(moment);
        let entry = Edit::default().set_or_remove(attribute::PREVIOUS_EXPIRES_AT, until.clone());
        let key = match until {
            Some(_) => entry
                .clone()
                .copy(attribute::PREVIOUS_SECRET, attribute::SECRET),
            None => entry.clone().remove(attribute::PREVIOUS_SECRET),
        };
        let key = key.set(attribute::SECRET, bytes(*secret.as_bytes()));
        let entry = entry.set(attribute::ROTATED_AT, moment(change.audit.at));
        let mut transaction = self.change(change, key, entry)?;
        if let Some(sealed) = sealed {
            let sealed = item::from_sealed(change.workspace, change.id, sealed);
            transaction = transaction.put(self.put(sealed))?;
        }
        self.commit(change, "rotating a key", transaction).await
    }

    /// Ends the secret before the last rotation now; done again, it changes nothing.
    pub async fn end_previous_secret(&self, change: &KeyChange<'_>) -> Result<(), StoreError> {
        let entry = Edit::default().remove(attribute::PREVIOUS_EXPIRES_AT);
        let key = entry.clone().remove(attribute::PREVIOUS_SECRET);
        let transaction = self.change(change, key, entry)?;
        self.commit(change, "ending a secret", transaction).await
    }
}
