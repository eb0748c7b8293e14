//! From a question to its answer: kept from before, computed by another process just now, or here.

mod bound;
mod flights;
mod kept;

use std::time::{Duration, Instant};

use edge::Problem;
use event::{Timestamp, WorkspaceId};
use query::{Format, Limit, PageLimits, Query, QueryError, Variables};
use store::{KeptPage, NewAnswer};

pub(crate) use bound::{bind, plan};
pub(crate) use flights::Flights;
pub(crate) use kept::{Given, Meta};

use crate::MetricsQuery;
use crate::question::MAX_PAGES;

/// The pauses between two looks, the first and the longest.
const PAUSE: Duration = Duration::from_millis(40);
const MAX_PAUSE: Duration = Duration::from_millis(500);
/// A process that computes an answer may take what is left of a query's time, and some more.
const GRACE: Duration = Duration::from_secs(1);

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(crate) enum Failed {
    Query(QueryError),
    Problem(Problem),
}

impl From<QueryError> for Failed {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// A question with everything that is needed to answer it.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) workspace: WorkspaceId,
    pub(crate) sql: String,
    pub(crate) variables: Variables,
    pub(crate) format: Format,
    pub(crate) page_size: Option<usize>,
    pub(crate) digest: u128,
    /// 0 where it is of no saved metric.
    pub(crate) metric_version: u64,
    /// Whether an answer that was kept is not good enough.
    pub(crate) is_fresh: bool,
    /// When the request came, which waits for its answer no longer than a query may take.
    pub(crate) started: Instant,
    pub(crate) now: Timestamp,
}

impl Work {
    /// What a kept page gives, if it answers this question.
    pub(crate) fn given(&self, page: &KeptPage, now: Timestamp) -> Option<Given> {
        let counts = now < page.expires_at && page.metric_version == self.metric_version;
        Given::kept(page).filter(|_| counts)
    }
}

/// What a question comes to after it waited for another process.
#[derive(Debug)]
enum Turn {
    /// The answer of the other process.
    Given(Given),
    /// It is this process's turn to compute, for the time that is left.
    Ours {
        /// Whether another process had the turn before.
        has_waited: bool,
    },
}

impl MetricsQuery {
    /// The first page of the answer. Of equal questions at the same time one is computed, also where
    /// several processes are asked.
    pub(crate) async fn answer(&self, work: Work) -> Result<Given, Failed> {
        let key = (work.workspace.clone(), work.digest, work.is_fresh);
        // On the heap: it is as large as a query.
        let flight = Box::pin(async {
            if work.is_fresh {
                return self.compute(&work).await;
            }
            let has_waited = match self.wait_for_turn(&work).await? {
                Turn::Given(given) => return Ok(given),
                Turn::Ours { has_waited } => has_waited,
            };
            let outcome = self.take_turn(&work, has_waited).await;
            let unmarked = self.store.unmark_answer(&work.workspace, work.digest);
            if unmarked.await.is_err() {
                tracing::warn!("an answer stays marked until its time is over");
            }
            outcome
        });
        self.flights.join(key, flight).await
    }

    /// Waits while another process computes the answer.
    async fn wait_for_turn(&self, work: &Work) -> Result<Turn, Failed> {
        let time_ms = self.engine.limits().time_ms;
        let time = Duration::from_millis(time_ms);
        let (mut pause, mut has_waited) = (PAUSE, false);
        loop {
            let left = time.saturating_sub(work.started.elapsed());
            let now = self.clock.now();
            let until = now.plus(left).plus(GRACE);
            let (workspace, digest) = (&work.workspace, work.digest);
            let marked = self.store.mark_answer(workspace, digest, now, until);
            if marked.await.map_err(Problem::from)? {
                return Ok(Turn::Ours { has_waited });
            }
            if left.is_zero() {
                return Err(QueryError::Limit(Limit::Time(time_ms)).into());
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(MAX_PAUSE);
            has_waited = true;
            if let Some(given) = self.kept(work).await? {
                return Ok(Turn::Given(given));
            }
        }
    }

    /// The answer, now that this process has the turn. The one that had it before may have kept the answer
    /// after this one looked last.
    async fn take_turn(&self, work: &Work, has_waited: bool) -> Result<Given, Failed> {
        if has_waited && let Some(given) = self.kept(work).await? {
            return Ok(given);
        }
        self.compute(work).await
    }

    /// The answer, if it is kept by now.
    async fn kept(&self, work: &Work) -> Result<Option<Given>, Problem> {
        let page = self.store.kept_answer(&work.workspace, work.digest).await?;
        Ok(page.and_then(|page| work.given(&page, self.clock.now())))
    }

    /// Runs the query, and keeps its answer.
    async fn compute(&self, work: &Work) -> Result<Given, Failed> {
        let settings = self.workspaces.of(&work.workspace, work.now).await?;
        let query = Query {
            workspace: work.workspace.clone(),
            sql: work.sql.clone(),
            variables: work.variables.clone(),
            now: work.now,
            started: work.started,
        };
        let answer = self.engine.run(query).await?;
        let limits = self.engine.limits();
        let rows = work.page_size.unwrap_or(limits.page_rows);
        let pages = answer.pages(
            work.format,
            PageLimits {
                rows: rows.min(limits.page_rows),
                bytes: limits.page_bytes,
                total: limits.answer_bytes,
                pages: MAX_PAGES,
            },
        )?;
        let minutes = u64::from(settings.metrics_cache_ttl_minutes);
        let expires_at = work.now.plus(Duration::from_mins(minutes));
        let pages = kept::pages(&answer, work.format, pages)?;
        let new = NewAnswer {
            pages: &pages,
            as_of: work.now,
            expires_at,
            metric_version: work.metric_version,
        };
        let kept = self.store.keep_answer(&work.workspace, work.digest, &new);
        if let Err(error) = kept.await {
            // The other pages are nowhere else.
            if pages.len() > 1 {
                return Err(Problem::from(error).into());
            }
            tracing::warn!(%error, "an answer is not kept");
        }
        let first = pages.into_iter().next();
        let (meta, body) = first.ok_or(QueryError::Internal("an answer has no page"))?;
        let meta = Meta::read(&meta).ok_or(QueryError::Internal("an answer is not described"))?;
        Ok(Given {
            meta,
            body: body.into(),
            as_of: work.now,
            expires_at,
            is_kept: false,
        })
    }
}
