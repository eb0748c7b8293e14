//! Samples of what was refused: one a second and process, and the first of each key and reason in a
//! minute; kept for seven days.

use std::net::IpAddr;
use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, bytes, number};
use crate::query::{Newest, Range};
use crate::schema::activity::{self, attribute};
use crate::schema::{Item, TTL};
use crate::{Store, StoreError};

const WHAT: &str = "refused event";
/// How long samples are kept.
const RETENTION: Duration = Duration::from_hours(7 * 24);
/// Samples of other keys that a read passes over before it ends: an answer must come in time.
const MAX_PASSED: usize = 5_000;
/// Samples read at a time.
const PAGE: i32 = 500;

/// An event or a request that was refused: enough to see why, nothing of what it carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedSample {
    /// When it arrived.
    #[serde(skip)]
    pub at: Timestamp,
    /// The key it came with.
    #[serde(rename = "k")]
    pub key_id: KeyId,
    /// The code of the answer.
    #[serde(rename = "r")]
    pub reason: String,
    /// The event's name, where it could be read: at most 128 characters.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The offending member as a JSON path in the body; empty for the event or the request itself.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// What is wrong there, in words that repeat nothing of the event; empty where the code says it
    /// all.
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Where the request came from, where the workspace keeps that.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
}

impl Store {
    /// Keeps the sample.
    pub async fn put_refused(
        &self,
        workspace: &WorkspaceId,
        sample: &RefusedSample,
    ) -> Result<(), StoreError> {
        let salt: u32 = rand::rng().random();
        let mut item = activity::refused(workspace, sample.at, salt).into_item();
        let json = serde_json::to_vec(sample).map_err(|_| StoreError::Corrupt { what: WHAT })?;
        let expires_at = sample.at.plus(RETENTION);
        item.insert(attribute::BODY.to_owned(), bytes(json));
        item.insert(TTL.to_owned(), number(expires_at.as_secs()));
        self.put_activity(workspace, item, "keeping a refused event")
            .await
    }

    /// The newest samples from `from` to `to`, newest first: of one key or of all of the workspace.
    pub async fn refused_samples(
        &self,
        workspace: &WorkspaceId,
        key: Option<&KeyId>,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<RefusedSample>, StoreError> {
        let mut samples = Vec::new();
        let mut passed = 0;
        let range = |from: Timestamp, to: Timestamp| {
            let pk = activity::refused_partition(workspace, to.day());
            let (from, to) = activity::refused_range(from, to);
            Range { pk, from, to }
        };
        let mut pages = Newest::new(self, (from, to), PAGE, "reading refused events", range);
        while samples.len() < limit && passed < MAX_PASSED {
            let Some(items) = pages.next().await? else {
                break;
            };
            passed += items.len();
            for item in &items {
                let sample = from_item(item)?;
                if key.is_none_or(|key| *key == sample.key_id) {
                    samples.push(sample);
                }
            }
        }
        samples.truncate(limit);
        Ok(samples)
    }
}

fn from_item(item: &Item) -> Result<RefusedSample, StoreError> {
    let fields = Fields::new(item, WHAT);
    let body = fields.bytes(attribute::BODY)?;
    let sample: RefusedSample = serde_json::from_slice(body).map_err(|_| fields.corrupt())?;
    let at = activity::refused_at(fields.sk()?).ok_or_else(|| fields.corrupt())?;
    Ok(RefusedSample { at, ..sample })
}
