//! The keys of a workspace, sorted, a page at a time.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::{KeyId, Timestamp, WorkspaceId};
use policy::KeyKind;
use serde::{Deserialize, Serialize};
use store::KeyEntry;

use super::Keys;
use crate::ControlError;

/// Which keys are wanted, and in which order.
#[derive(Debug, Clone)]
pub struct KeyQuery {
    /// Of that kind alone.
    pub kind: Option<KeyKind>,
    /// By what they are sorted.
    pub sort: KeySort,
    /// The greatest first.
    pub descending: bool,
    /// So many at most.
    pub limit: usize,
    /// Where an earlier page ended.
    pub cursor: Option<String>,
}

/// By what keys are sorted; keys that are equal there, by their ids. Texts are sorted whatever the case
/// of their letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeySort {
    /// By what their kind is called.
    Kind,
    /// By the name of who made them.
    Creator,
    /// By when they were made.
    Created,
    /// By when they were used last; those never used come first.
    LastUsed,
    /// By their names.
    Name,
}

/// A key in a list.
#[derive(Debug, Clone)]
pub struct ListedKey {
    /// What the store knows of it.
    pub entry: KeyEntry,
    /// When it was used last, to the hour.
    pub last_used_at: Option<Timestamp>,
}

/// Some keys.
#[derive(Debug, Clone)]
pub struct KeyPage {
    /// In the order asked for.
    pub keys: Vec<ListedKey>,
    /// Where the next page starts; `None`: there is no more.
    pub next: Option<String>,
}

/// What a key is sorted by, and the end of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(Value, KeyId);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Moment(Option<i64>),
    Text(String),
}

/// The end of a page, and of which list.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor(KeySort, bool, Place);

impl Keys {
    /// The workspace's keys without those of service accounts: two queries, whatever their number.
    ///
    /// [`ControlError::InvalidCursor`] where the cursor is not one of this list and this order.
    pub async fn list(
        &self,
        workspace: &WorkspaceId,
        query: &KeyQuery,
    ) -> Result<KeyPage, ControlError> {
        let after = query.after()?;
        let (entries, mut last_used) = tokio::try_join!(
            self.store.list_keys(workspace),
            self.store.last_used(workspace),
        )?;
        let wanted = |entry: &KeyEntry| match query.kind {
            None => entry.kind != KeyKind::ServiceAccount,
            Some(kind) => entry.kind == kind && kind != KeyKind::ServiceAccount,
        };
        let listed = |entry: KeyEntry| ListedKey {
            last_used_at: last_used.remove(&entry.id),
            entry,
        };
        let mut keys: Vec<_> = entries
            .into_iter()
            .filter(wanted)
            .map(listed)
            .map(|key| (query.place(&key), key))
            .filter(|(place, _)| {
                let behind = |after| query.order(place, after) == Ordering::Greater;
                after.as_ref().is_none_or(behind)
            })
            .collect();
        keys.sort_by(|(one, _), (other, _)| query.order(one, other));
        let more = keys.len() > query.limit;
        keys.truncate(query.limit);
        let next = match keys.last() {
            Some((place, _)) if more => Some(query.cursor_at(place)?),
            Some(_) | None => None,
        };
        let keys = keys.into_iter().map(|(_, key)| key).collect();
        Ok(KeyPage { keys, next })
    }
}

impl KeyQuery {
    fn place(&self, key: &ListedKey) -> Place {
        let ListedKey {
            entry,
            last_used_at,
        } = key;
        let value = match self.sort {
            KeySort::Kind => Value::Text(entry.kind.label().to_lowercase()),
            KeySort::Creator => Value::Text(entry.details.creator.to_string().to_lowercase()),
            KeySort::Created => Value::Moment(Some(entry.details.created_at.as_millis())),
            KeySort::LastUsed => Value::Moment(last_used_at.map(Timestamp::as_millis)),
            KeySort::Name => Value::Text(entry.details.name.to_lowercase()),
        };
        Place(value, entry.id.clone())
    }

    fn order(&self, one: &Place, other: &Place) -> Ordering {
        let ascending = one.cmp(other);
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }

    fn cursor_at(&self, place: &Place) -> Result<String, ControlError> {
        let cursor = Cursor(self.sort, self.descending, place.clone());
        let json = serde_json::to_vec(&cursor).map_err(|_| ControlError::InvalidCursor)?;
        Ok(URL_SAFE_NO_PAD.encode(json))
    }

    fn after(&self) -> Result<Option<Place>, ControlError> {
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let read = || {
            let json = URL_SAFE_NO_PAD.decode(text).ok()?;
            let Cursor(sort, descending, place) = serde_json::from_slice(&json).ok()?;
            (sort == self.sort && descending == self.descending).then_some(place)
        };
        read().map(Some).ok_or(ControlError::InvalidCursor)
    }
}
