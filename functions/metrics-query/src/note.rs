//! Notes in the query log, written after the answer was sent.

use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::{MetricId, Timestamp, WorkspaceId};
use sha2::{Digest, Sha256};
use store::{QueryRun, QuerySource};

use crate::MetricsQuery;
use crate::asking::Given;

/// Longest text that is noted, in characters.
const MAX_TEXT_CHARS: usize = 2_000;
/// Bytes of a text's digest that are noted.
const HASH_BYTES: usize = 16;

/// A query that runs.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) workspace: WorkspaceId,
    pub(crate) sql: String,
    pub(crate) source: QuerySource,
    pub(crate) metric: Option<MetricId>,
    pub(crate) started: Instant,
    pub(crate) at: Timestamp,
}

impl MetricsQuery {
    /// Notes what became of the query. If that fails, nobody but the log is worse off.
    pub(crate) fn note(&self, note: Note, outcome: Result<&Given, &'static str>) {
        let computed = outcome.ok().filter(|given| !given.is_kept);
        let run = QueryRun {
            at: note.at,
            hash: hash(&note.sql),
            text: note.sql.chars().take(MAX_TEXT_CHARS).collect(),
            source: note.source,
            metric: note.metric,
            micros: u64::try_from(note.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            rows_scanned: computed.map_or(0, |given| given.meta.rows_scanned),
            bytes_scanned: computed.map_or(0, |given| given.meta.bytes_scanned),
            rows: outcome.map_or(0, |given| {
                u64::try_from(given.meta.rows).unwrap_or(u64::MAX)
            }),
            cached: outcome.is_ok_and(|given| given.is_kept),
            error: outcome.err().map(str::to_owned),
        };
        let (store, workspace) = (self.store.clone(), note.workspace);
        self.later.run(async move {
            if let Err(error) = store.put_query_run(&workspace, &run).await {
                tracing::warn!(%error, "a query is missing in the query log");
            }
        });
    }
}

fn hash(sql: &str) -> String {
    let digest = Sha256::digest(sql);
    BASE64_URL_SAFE_NO_PAD.encode(digest.get(..HASH_BYTES).unwrap_or_default())
}
