//! The query log: what ran, from where, and what it cost. Kept for thirty days.

use std::time::Duration;

use event::{MetricId, Timestamp, WorkspaceId};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, bytes, number};
use crate::query::{Newest, Range};
use crate::schema::activity::attribute;
use crate::schema::{Item, TTL, metrics};
use crate::{Store, StoreError, packed};

const WHAT: &str = "query that ran";
/// How long a query that ran is told of.
const RETENTION: Duration = Duration::from_hours(30 * 24);
/// Queries read at a time.
const PAGE: i32 = 1_000;

/// A query that ran: with an answer, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryRun {
    /// When it was asked.
    #[serde(skip)]
    pub at: Timestamp,
    /// Equal for equal texts: 22 characters.
    #[serde(rename = "h")]
    pub hash: String,
    /// The text, or its beginning. Values of variables are not in it.
    #[serde(rename = "t")]
    pub text: String,
    /// Where it came from.
    #[serde(rename = "s")]
    pub source: QuerySource,
    /// The saved metric that it is of.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<MetricId>,
    /// From the request to the answer, in microseconds.
    #[serde(rename = "d")]
    pub micros: u64,
    /// Events read; 0 where the answer was kept.
    #[serde(rename = "r")]
    pub rows_scanned: u64,
    /// Stored bytes read; 0 where the answer was kept.
    #[serde(rename = "b")]
    pub bytes_scanned: u64,
    /// Rows of the answer.
    #[serde(rename = "o")]
    pub rows: u64,
    /// Whether the answer was kept from before.
    #[serde(rename = "c")]
    pub cached: bool,
    /// The code of the error, where there was no answer.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where a query came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuerySource {
    /// A saved metric was run.
    Saved,
    /// The text came with the request.
    AdHoc,
    /// A page of the dashboard asked.
    Dashboard,
}

impl QuerySource {
    /// The name in items and answers. It never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::AdHoc => "ad_hoc",
            Self::Dashboard => "dashboard",
        }
    }
}

impl Store {
    /// Notes that a query ran: one write unit, if its text is not long.
    pub async fn put_query_run(
        &self,
        workspace: &WorkspaceId,
        run: &QueryRun,
    ) -> Result<(), StoreError> {
        let salt: u32 = rand::rng().random();
        let mut item = metrics::run(workspace, run.at, salt).into_item();
        let json = serde_json::to_vec(run).map_err(|_| StoreError::Corrupt { what: WHAT })?;
        let expires_at = run.at.plus(RETENTION);
        item.insert(
            attribute::BODY.to_owned(),
            bytes(packed::pack(&json, WHAT)?),
        );
        item.insert(TTL.to_owned(), number(expires_at.as_secs()));
        self.put_activity(workspace, item, "noting a query").await
    }

    /// The newest queries that ran from `from` to `to`, newest first: `limit` at most, and whether
    /// these are all.
    pub async fn query_runs(
        &self,
        workspace: &WorkspaceId,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<(Vec<QueryRun>, bool), StoreError> {
        let mut runs = Vec::new();
        // Older ones are gone, or may be at any moment.
        let from = from.max(to.minus(RETENTION));
        let range = |from: Timestamp, to: Timestamp| {
            let pk = metrics::runs_partition(workspace, to.day());
            let (from, to) = metrics::runs_range(from, to);
            Range { pk, from, to }
        };
        let mut pages = Newest::new(self, (from, to), PAGE, "reading the query log", range);
        while let Some(items) = pages.next().await? {
            for item in &items {
                if runs.len() == limit {
                    return Ok((runs, false));
                }
                runs.push(from_item(item)?);
            }
        }
        Ok((runs, true))
    }
}

fn from_item(item: &Item) -> Result<QueryRun, StoreError> {
    let fields = Fields::new(item, WHAT);
    let body = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    let run: QueryRun = serde_json::from_slice(&body).map_err(|_| fields.corrupt())?;
    let at = metrics::run_at(fields.sk()?).ok_or_else(|| fields.corrupt())?;
    Ok(QueryRun { at, ..run })
}
