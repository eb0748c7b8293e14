//! Kept answers to queries: pages, each in pieces of an item's size, and who computes one.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use event::{KeyId, MetricId, Timestamp, WorkspaceId};
use policy::KeyRecord;

use crate::fields::{Fields, bytes, moment, number};
use crate::keys::item::to_record;
use crate::pause::pause;
use crate::query::key_of;
use crate::schema::metrics::{self, attribute};
use crate::schema::{Item, Key, TTL, activity, control};
use crate::store::{Consistency, condition_failed};
use crate::{Cause, SavedMetric, Store, StoreError};

const WHAT: &str = "kept answer";
/// Largest piece of a page, in bytes: an item has 400 KB at most.
const PIECE: usize = 350 * 1024;
/// Pages are written once and read a few times.
const LEVEL: i32 = 3;
/// No page is larger when unpacked, in bytes.
const MAX_PAGE: usize = 16 << 20;
/// Calls in a row that may leave everything over before the store gives up.
const MAX_IDLE_CALLS: u32 = 5;

/// A page of an answer that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// What the keeper said of it.
    pub meta: Vec<u8>,
    /// The page.
    pub body: Vec<u8>,
    /// When the answer was computed.
    pub as_of: Timestamp,
    /// From when on it counts no more.
    pub expires_at: Timestamp,
    /// The version of the saved metric that it is of; 0 where it is of none.
    pub metric_version: u64,
}

/// An answer to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewAnswer<'a> {
    /// What is to be known of each page, and the page.
    pub pages: &'a [(Vec<u8>, Vec<u8>)],
    /// When it was computed.
    pub as_of: Timestamp,
    /// From when on it counts no more.
    pub expires_at: Timestamp,
    /// The version of the saved metric that it is of; 0 where it is of none.
    pub metric_version: u64,
}

/// What is to be read at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The item of a key.
    pub key: Option<&'a KeyId>,
    /// A saved metric.
    pub metric: Option<&'a MetricId>,
    /// A page of an answer.
    pub page: Option<(u128, usize)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The key, as of now.
    pub key: Option<KeyRecord>,
    /// The saved metric, as of now.
    pub metric: Option<SavedMetric>,
    /// The page. It may have expired.
    pub page: Option<KeptPage>,
}

/// The first page may be some moments old: it says of which answer it is. The others must be those of
/// the answer that a cursor names, which may have been put just before.
const fn of_page((_, page): (u128, usize)) -> Consistency {
    match page {
        0 => Consistency::Eventual,
        _ => Consistency::Strong,
    }
}

impl Store {
    /// Reads what a query needs before it is computed, in one call: the key and the metric as they are
    /// now, the answer's first page as it was some moments ago. A page of several pieces costs a second
    /// call.
    pub async fn find_at_once(
        &self,
        workspace: &WorkspaceId,
        wanted: Wanted<'_>,
    ) -> Result<Found, StoreError> {
        let state = wanted.key.map(control::key_state);
        let metric = wanted.metric.map(|id| metrics::metric(workspace, id));
        let piece = wanted
            .page
            .map(|(answer, page)| metrics::answer_piece(workspace, answer, page, 0));
        let controlled = state.iter().chain(&metric).cloned().collect();
        let consistency = wanted.page.map_or(Consistency::Eventual, of_page);
        let mut items = self
            .get_both(controlled, piece.iter().cloned().collect(), consistency)
            .await?;
        let mut take = |key: Option<Key>| key.and_then(|key| items.remove(&key));
        let key = match (wanted.key, take(state)) {
            (Some(id), Some(item)) => Some(to_record(id, &item)?),
            (None, _) | (_, None) => None,
        };
        let metric = take(metric);
        let metric = metric.as_ref().map(crate::metrics::from_item).transpose()?;
        let page = match (wanted.page, take(piece)) {
            (Some((answer, page)), Some(item)) => {
                self.complete(workspace, answer, page, &item).await?
            }
            (None, _) | (_, None) => None,
        };
        Ok(Found { key, metric, page })
    }

    /// Keeps the answer, in place of one that was kept before.
    pub async fn keep_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
        new: &NewAnswer<'_>,
    ) -> Result<(), StoreError> {
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for (page, (meta, body)) in new.pages.iter().enumerate() {
            let packed = zstd::bulk::compress(body, LEVEL);
            let packed = packed.map_err(|_| StoreError::Corrupt { what: WHAT })?;
            // An empty page has a piece, too.
            let pieces: Vec<_> = if packed.is_empty() {
                vec![&packed[..]]
            } else {
                packed.chunks(PIECE).collect()
            };
            for (index, piece) in pieces.iter().enumerate() {
                let mut item = metrics::answer_piece(workspace, answer, page, index).into_item();
                let mut set = |name: &str, value| item.insert(name.to_owned(), value);
                set(activity::attribute::BODY, bytes(*piece));
                set(attribute::AS_OF, moment(new.as_of));
                set(TTL, number(new.expires_at.as_secs()));
                if index == 0 {
                    set(attribute::META, bytes(meta.clone()));
                    set(attribute::UNTIL, moment(new.expires_at));
                    set(attribute::METRIC_VERSION, number(new.metric_version));
                    set(attribute::PIECES, number(pieces.len()));
                }
                if (page, index) == (0, 0) {
                    first.push(item);
                } else {
                    others.push(item);
                }
            }
        }
        let table = &self.tables().activity;
        // What opens the answer is put when all the rest is there: who finds it finds the others.
        for items in [others, first] {
            self.put_all(table, workspace, items, "keeping an answer")
                .await?;
        }
        Ok(())
    }

    /// Says that this process computes the answer, unless another one does: `false`. It counts until
    /// `until`, or until [`Store::unmark_answer`].
    pub async fn mark_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut item = metrics::answer_mark(workspace, answer).into_item();
        item.insert(attribute::UNTIL.to_owned(), moment(until));
        let expires_at = until.plus(Duration::from_mins(5)).as_secs();
        item.insert(TTL.to_owned(), number(expires_at));
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().activity)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#until) OR #until <= :now")
            .expression_attribute_names("#until", attribute::UNTIL)
            .expression_attribute_values(":now", moment(now));
        match call.send().await {
            Ok(_) => Ok(true),
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(StoreError::from_sdk("marking an answer", &error)),
        }
    }

    /// Says that the answer is computed, or will not be.
    pub async fn unmark_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
    ) -> Result<(), StoreError> {
        let call = self
            .client()
            .delete_item()
            .table_name(&self.tables().activity)
            .set_key(Some(metrics::answer_mark(workspace, answer).into_item()));
        let done = call.send().await.map(drop);
        done.map_err(|error| StoreError::from_sdk("unmarking an answer", &error))
    }

    /// A page with the pieces beside its first.
    async fn complete(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
        page: usize,
        first: &Item,
    ) -> Result<Option<KeptPage>, StoreError> {
        let fields = Fields::new(first, WHAT);
        let count = |value: i64| u64::try_from(value).map_err(|_| fields.corrupt());
        let as_of = fields.moment(attribute::AS_OF)?;
        let pieces = count(fields.number(attribute::PIECES)?)?;
        let pieces = usize::try_from(pieces).map_err(|_| fields.corrupt())?;
        let mut packed = fields.bytes(activity::attribute::BODY)?.to_vec();
        if pieces > 1 {
            let keys: Vec<_> = (1..pieces)
                .map(|piece| metrics::answer_piece(workspace, answer, page, piece))
                .collect();
            let consistency = of_page((answer, page));
            let mut items = self.get_both(Vec::new(), keys.clone(), consistency).await?;
            for key in keys {
                // Somebody is writing it anew, or time has taken a part of it.
                let Some(item) = items.remove(&key) else {
                    return Ok(None);
                };
                let fields = Fields::new(&item, WHAT);
                if fields.moment(attribute::AS_OF)? != as_of {
                    return Ok(None);
                }
                packed.extend_from_slice(fields.bytes(activity::attribute::BODY)?);
            }
        }
        let body = zstd::bulk::decompress(&packed, MAX_PAGE).map_err(|_| fields.corrupt())?;
        Ok(Some(KeptPage {
            meta: fields.bytes(attribute::META)?.to_vec(),
            body,
            as_of,
            expires_at: fields.moment(attribute::UNTIL)?,
            metric_version: count(fields.number(attribute::METRIC_VERSION)?)?,
        }))
    }

    /// The items with these keys: of the control table as they are now, of the activity table as
    /// consistent as is said.
    async fn get_both(
        &self,
        controlled: Vec<Key>,
        active: Vec<Key>,
        consistency: Consistency,
    ) -> Result<HashMap<Key, Item>, StoreError> {
        const OPERATION: &str = "reading what a query needs";
        let tables = self.tables();
        let mut waiting = HashMap::new();
        for (table, keys, consistent) in [
            (&tables.control, controlled, true),
            (&tables.activity, active, consistency == Consistency::Strong),
        ] {
            if !keys.is_empty() {
                let keys = keys.into_iter().map(Key::into_item).collect();
                let wanted = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(consistent);
                let wanted = wanted
                    .build()
                    .map_err(|_| StoreError::Corrupt { what: "batch" })?;
                waiting.insert(table.clone(), wanted);
            }
        }
        let (mut found, mut idle) = (HashMap::new(), 0);
        while !waiting.is_empty() {
            let call = self
                .client()
                .batch_get_item()
                .set_request_items(Some(waiting));
            let output = call
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(OPERATION, &error))?;
            let before = found.len();
            for item in output
                .responses
                .into_iter()
                .flatten()
                .flat_map(|(_, it)| it)
            {
                found.insert(key_of(&item)?, item);
            }
            waiting = output.unprocessed_keys.unwrap_or_default();
            if found.len() == before && !waiting.is_empty() {
                idle += 1;
                if idle == MAX_IDLE_CALLS {
                    let cause = Cause::Throttled;
                    let operation = OPERATION;
                    return Err(StoreError::Unavailable { operation, cause });
                }
                pause(idle).await;
            }
        }
        Ok(found)
    }
}
