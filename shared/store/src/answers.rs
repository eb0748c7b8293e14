//! Kept answers to queries: pages, each in pieces of an item's size, and who computes one.

mod mark;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use event::{KeyId, MetricId, Timestamp, WorkspaceId};
use policy::KeyRecord;

use crate::fields::{Fields, bytes, moment, number};
use crate::keys::item::to_record;
use crate::pause::pause;
use crate::query::key_of;
use crate::schema::metrics::{self, attribute};
use crate::schema::{Item, Key, TTL, activity, control};
use crate::store::Consistency;
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
    pub page: Option<AnswerPage>,
}

/// Which page of a kept answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerPage {
    /// The first page of the newest answer to this question.
    First(u128),
    /// Another page of the answer that was computed at that moment.
    Other {
        /// The question.
        answer: u128,
        /// Which page, from 1.
        page: usize,
        /// When the answer was computed.
        as_of: Timestamp,
    },
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

impl AnswerPage {
    /// The key of its first piece.
    fn start(self, workspace: &WorkspaceId) -> Key {
        match self {
            Self::First(answer) => metrics::answer_start(workspace, answer),
            Self::Other {
                answer,
                page,
                as_of,
            } => metrics::answer_piece(workspace, answer, as_of, page, 0),
        }
    }

    /// The first page may be some moments old: it says of which answer it is. The others may have been
    /// put just before.
    const fn consistency(self) -> Consistency {
        match self {
            Self::First(_) => Consistency::Eventual,
            Self::Other { .. } => Consistency::Strong,
        }
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
        let piece = wanted.page.map(|page| page.start(workspace));
        let controlled = state.iter().chain(&metric).cloned().collect();
        let consistency = wanted
            .page
            .map_or(Consistency::Eventual, AnswerPage::consistency);
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
            (Some(page), Some(item)) => self.complete(workspace, page, &item).await?,
            (None, _) | (_, None) => None,
        };
        Ok(Found { key, metric, page })
    }

    /// The first page of the newest answer, as it is now. It may have expired.
    pub async fn kept_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
    ) -> Result<Option<KeptPage>, StoreError> {
        let page = AnswerPage::First(answer);
        let key = page.start(workspace);
        let mut items = self
            .get_both(Vec::new(), vec![key.clone()], Consistency::Strong)
            .await?;
        match items.remove(&key) {
            Some(item) => self.complete(workspace, page, &item).await,
            None => Ok(None),
        }
    }

    /// Keeps the answer. It is the newest one then; the other pages of one that was kept before stay until
    /// their time is over, for whoever turns them.
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
                let is_start = (page, index) == (0, 0);
                let key = if is_start {
                    metrics::answer_start(workspace, answer)
                } else {
                    metrics::answer_piece(workspace, answer, new.as_of, page, index)
                };
                let mut item = key.into_item();
                let mut set = |name: &str, value| item.insert(name.to_owned(), value);
                set(activity::attribute::BODY, bytes(*piece));
                set(TTL, number(new.expires_at.as_secs()));
                if index == 0 {
                    set(attribute::AS_OF, moment(new.as_of));
                    set(attribute::META, bytes(meta.clone()));
                    set(attribute::UNTIL, moment(new.expires_at));
                    set(attribute::METRIC_VERSION, number(new.metric_version));
                    set(attribute::PIECES, number(pieces.len()));
                }
                if is_start {
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

    /// A page with the pieces beside its first.
    async fn complete(
        &self,
        workspace: &WorkspaceId,
        page: AnswerPage,
        first: &Item,
    ) -> Result<Option<KeptPage>, StoreError> {
        let fields = Fields::new(first, WHAT);
        let count = |value: i64| u64::try_from(value).map_err(|_| fields.corrupt());
        let as_of = fields.moment(attribute::AS_OF)?;
        let pieces = count(fields.number(attribute::PIECES)?)?;
        let pieces = usize::try_from(pieces).map_err(|_| fields.corrupt())?;
        let mut packed = fields.bytes(activity::attribute::BODY)?.to_vec();
        if pieces > 1 {
            let (answer, page) = match page {
                AnswerPage::First(answer) => (answer, 0),
                AnswerPage::Other { answer, page, .. } => (answer, page),
            };
            let keys: Vec<_> = (1..pieces)
                .map(|piece| metrics::answer_piece(workspace, answer, as_of, page, piece))
                .collect();
            // They were put before the first one was.
            let mut items = self
                .get_both(Vec::new(), keys.clone(), Consistency::Strong)
                .await?;
            for key in keys {
                // Time has taken a part of it.
                let Some(item) = items.remove(&key) else {
                    return Ok(None);
                };
                let fields = Fields::new(&item, WHAT);
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
