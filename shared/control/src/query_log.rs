//! The query log, summed up: which queries ran how often, and how long they took.

use std::collections::HashMap;

use event::{MetricId, Timestamp, WorkspaceId};
use store::{QueryRun, QuerySource, Store};

use crate::ControlError;

/// Queries that a summary is made of at most, the newest.
pub const MAX_SUMMED_QUERIES: usize = 20_000;

/// The reading of the query log. Clones share the connection.
#[derive(Debug, Clone)]
pub struct QueryLog {
    store: Store,
}

/// What ran in a span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct QuerySummary {
    /// All of it together.
    pub overall: QueryFigures,
    /// Each text from each source, what ran last first.
    pub queries: Vec<SummedQuery>,
    /// Whether older ones are left out: there were more than [`MAX_SUMMED_QUERIES`].
    pub truncated: bool,
}

/// A text that ran.
#[derive(Debug, Clone, PartialEq)]
pub struct SummedQuery {
    /// Equal for equal texts.
    pub hash: String,
    /// The text, or its beginning.
    pub text: String,
    /// Where it came from.
    pub source: QuerySource,
    /// The saved metric that it is of.
    pub metric: Option<MetricId>,
    /// When it ran last.
    pub last_run_at: Timestamp,
    /// How often, and what it took.
    pub figures: QueryFigures,
}

/// How often queries ran, and what they took.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QueryFigures {
    /// How often.
    pub runs: u64,
    /// How often the answer was kept from before.
    pub cached: u64,
    /// How often there was no answer.
    pub failed: u64,
    /// Half of them took this long or less, in milliseconds.
    pub p50_ms: f64,
    /// Nine of ten took this long or less, in milliseconds.
    pub p90_ms: f64,
    /// Ninety-nine of a hundred took this long or less, in milliseconds.
    pub p99_ms: f64,
    /// Stored bytes read, all together.
    pub bytes_scanned: u64,
    /// Rows answered, all together.
    pub rows: u64,
}

impl QueryLog {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// What ran from `from` to `to`.
    pub async fn summary(
        &self,
        workspace: &WorkspaceId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<QuerySummary, ControlError> {
        let limit = MAX_SUMMED_QUERIES;
        let (runs, complete) = self.store.query_runs(workspace, from, to, limit).await?;
        Ok(QuerySummary {
            truncated: !complete,
            ..sum_up(&runs)
        })
    }
}

/// Newest first, as they come.
fn sum_up(runs: &[QueryRun]) -> QuerySummary {
    let overall = figures(&runs.iter().collect::<Vec<_>>());
    let mut groups: HashMap<(String, QuerySource, Option<MetricId>), Vec<&QueryRun>> =
        HashMap::new();
    for run in runs {
        let key = (run.hash.clone(), run.source, run.metric.clone());
        groups.entry(key).or_default().push(run);
    }
    let mut queries: Vec<_> = groups
        .into_values()
        .filter_map(|runs| {
            let newest = *runs.first()?;
            Some(SummedQuery {
                hash: newest.hash.clone(),
                text: newest.text.clone(),
                source: newest.source,
                metric: newest.metric.clone(),
                last_run_at: newest.at,
                figures: figures(&runs),
            })
        })
        .collect();
    queries.sort_by(|a, b| (b.last_run_at, &a.hash).cmp(&(a.last_run_at, &b.hash)));
    QuerySummary {
        overall,
        queries,
        truncated: false,
    }
}

fn figures(runs: &[&QueryRun]) -> QueryFigures {
    let mut times: Vec<u64> = runs.iter().map(|run| run.micros).collect();
    times.sort_unstable();
    let count = |wanted: fn(&QueryRun) -> bool| {
        u64::try_from(runs.iter().filter(|run| wanted(run)).count()).unwrap_or(u64::MAX)
    };
    QueryFigures {
        runs: count(|_| true),
        cached: count(|run| run.cached),
        failed: count(|run| run.error.is_some()),
        p50_ms: percentile(&times, 50),
        p90_ms: percentile(&times, 90),
        p99_ms: percentile(&times, 99),
        bytes_scanned: runs.iter().map(|run| run.bytes_scanned).sum(),
        rows: runs.iter().map(|run| run.rows).sum(),
    }
}

/// The smallest time that so many of a hundred do not exceed, in milliseconds.
fn percentile(sorted: &[u64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    let micros = sorted.get(rank - 1).copied().unwrap_or_default();
    // Days of microseconds are exact in a double.
    f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(at: i64, hash: &str, micros: u64) -> QueryRun {
        QueryRun {
            at: Timestamp::from_millis(at),
            hash: hash.to_owned(),
            text: format!("SELECT {hash}"),
            source: QuerySource::AdHoc,
            metric: None,
            micros,
            rows_scanned: 3,
            bytes_scanned: 10,
            rows: 1,
            cached: micros < 1_000,
            error: None,
        }
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<u64> = (1..=200).map(|time| time * 1_000).collect();
        let all = [50, 90, 99].map(|percent| percentile(&times, percent));
        assert_eq!(all.map(|ms| format!("{ms}")), ["100", "180", "198"]);
        assert_eq!(format!("{}", percentile(&[7_500], 99)), "7.5");
        assert_eq!(format!("{}", percentile(&[], 50)), "0");
    }

    #[test]
    fn each_text_is_summed_up_and_what_ran_last_comes_first() {
        let summary = sum_up(&[run(3, "a", 500), run(2, "b", 9_000), run(1, "a", 1_500)]);
        let shown: Vec<_> = summary
            .queries
            .iter()
            .map(|it| (it.hash.as_str(), it.figures.runs, it.figures.cached))
            .collect();
        assert_eq!(shown, [("a", 2, 1), ("b", 1, 0)]);
        assert_eq!(
            (summary.overall.runs, summary.overall.bytes_scanned),
            (3, 30)
        );
        assert_eq!(format!("{}", summary.overall.p50_ms), "1.5");
    }
}
