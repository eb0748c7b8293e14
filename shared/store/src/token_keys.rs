//! The public keys of access tokens: published before the first token that needs them, and for a while.

use event::Timestamp;

use crate::fields::{Fields, bytes, moment};
use crate::query::Range;
use crate::schema::control::attribute as control_attribute;
use crate::schema::metrics::{self, TOKEN_KEYS, attribute};
use crate::schema::{Item, LAST};
use crate::store::Consistency;
use crate::{Store, StoreError};

const WHAT: &str = "public key of access tokens";

/// A public key of access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// As the headers of tokens name it.
    pub id: String,
    /// The key itself.
    pub public: Vec<u8>,
    /// From when on nothing that it signed counts, unless it is published anew.
    pub until: Timestamp,
}

impl Store {
    /// Publishes a key until its time, whether or not it was published before: an id follows from its key
    /// and never stands for another.
    pub async fn publish_token_key(
        &self,
        key: &TokenKey,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = metrics::token_key(&key.id).into_item();
        let public = attribute::PUBLIC_KEY.to_owned();
        item.insert(public, bytes(key.public.clone()));
        item.insert(control_attribute::CREATED_AT.to_owned(), moment(now));
        item.insert(attribute::UNTIL.to_owned(), moment(key.until));
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().control)
            .set_item(Some(item));
        let done = call.send().await.map(drop);
        done.map_err(|error| StoreError::from_sdk("publishing a key of tokens", &error))
    }

    /// Every key that was published until some time, which may be over. What an earlier version of Weir
    /// published for ever is none of them: those that still sign are published anew.
    pub async fn token_keys(&self) -> Result<Vec<TokenKey>, StoreError> {
        let range = Range {
            pk: TOKEN_KEYS.to_owned(),
            from: String::from("0"),
            to: LAST.to_string(),
        };
        let (table, operation) = (&self.tables().control, "reading the keys of tokens");
        let items = self
            .query_all(table, &range, Consistency::Strong, operation)
            .await?;
        let keys = items.iter().filter_map(|item| from_item(item).transpose());
        keys.collect()
    }
}

fn from_item(item: &Item) -> Result<Option<TokenKey>, StoreError> {
    let fields = Fields::new(item, WHAT);
    let Some(until) = fields.optional_moment(attribute::UNTIL)? else {
        return Ok(None);
    };
    Ok(Some(TokenKey {
        id: fields.sk()?.to_owned(),
        public: fields.bytes(attribute::PUBLIC_KEY)?.to_vec(),
        until,
    }))
}
