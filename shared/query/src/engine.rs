//! From a query to its answer, within its bounds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::parser::Statement;
use event::{Timestamp, WorkspaceId};
use futures_util::TryStreamExt;
use store::Store;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::answer::{Answer, Column};
use crate::cpu::Cpu;
use crate::fence::{self, Limits};
use crate::functions::Registry;
use crate::plan::Paths;
use crate::session::session;
use crate::sql::{self, Variables};
use crate::tables::{DEFAULT_SPAN, Log, Meter};
use crate::{Limit, QueryError, memory};

/// How long an aborted query may take to let go of its threads.
const REST: Duration = Duration::from_millis(250);
/// A workspace has events from before it was made, if somebody sent some later: so many are looked for
/// without being asked.
const BEFORE_CREATION: Duration = Duration::from_hours(7 * 24);

/// A query of one workspace.
#[derive(Debug, Clone)]
pub struct Query {
    /// Whose events it is about.
    pub workspace: WorkspaceId,
    /// The text.
    pub sql: String,
    /// The values of its variables.
    pub variables: Variables,
    /// What `now()` is.
    pub now: Timestamp,
    /// When somebody began to wait for the answer. Its time counts from here.
    pub started: Instant,
}

/// A query that may run, and the session that it may run in.
struct Planned {
    plan: Arc<dyn ExecutionPlan>,
    context: SessionContext,
}

/// Runs queries. Clones share the threads.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    registry: Registry,
    limits: Limits,
    cpu: Cpu,
}

impl Engine {
    /// An engine with as many threads as there are cores. They start with the first query.
    pub fn new(store: Store, limits: Limits) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Shared {
            store,
            registry: Registry::new(),
            limits,
            cpu: Cpu::new(threads),
        }))
    }

    /// The bounds of each query.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Runs the query. It ends within its time, also when its threads do not.
    pub async fn run(&self, query: Query) -> Result<Answer, QueryError> {
        let (shared, io, started) = (Arc::clone(&self.0), Handle::current(), query.started);
        self.fenced(started, async move { shared.answer(query, io).await })
            .await
    }

    /// The columns that the query would answer, if it can be planned. Nothing is read for it but how the
    /// workspace is set up. It is bounded as a query is: what does not depend on events is computed
    /// while it is planned.
    pub async fn check(&self, query: Query) -> Result<Vec<Column>, QueryError> {
        let (shared, io, started) = (Arc::clone(&self.0), Handle::current(), query.started);
        let planning = async move {
            let log = shared.log(&query, io).await?;
            let planned = shared.plan(&query, &log).await?;
            Ok::<_, QueryError>(Answer::columns_of(&planned.plan.schema()))
        };
        self.fenced(started, planning).await
    }

    /// Computes on the threads for that, within time and memory.
    async fn fenced<T: Send + 'static>(
        &self,
        started: Instant,
        work: impl Future<Output = Result<T, QueryError>> + Send + 'static,
    ) -> Result<T, QueryError> {
        let limits = self.0.limits;
        let time = Duration::from_millis(limits.time_ms);
        let deadline = tokio::time::sleep(time.saturating_sub(started.elapsed()));
        let task = self.0.cpu.spawn(work);
        let mut task =
            task.map_err(|_| QueryError::Internal("there are no threads for the query"))?;
        let limit = tokio::select! {
            outcome = &mut task => {
                return outcome.unwrap_or(Err(QueryError::Internal("the query ended by itself")));
            }
            () = deadline => Limit::Time(limits.time_ms),
            () = memory::exceeds(limits.process_memory) => Limit::Memory(limits.process_memory),
        };
        self.stop(task);
        Err(QueryError::Limit(limit))
    }

    /// Ends a query. If its threads do not come to rest, others get their work.
    fn stop<T: Send + 'static>(&self, task: JoinHandle<Result<T, QueryError>>) {
        task.abort();
        let shared = Arc::clone(&self.0);
        tokio::spawn(async move {
            if tokio::time::timeout(REST, task).await.is_err() {
                tracing::warn!("a query does not end: its threads are replaced");
                shared.cpu.replace();
            }
        });
    }
}

impl Shared {
    async fn answer(&self, query: Query, io: Handle) -> Result<Answer, QueryError> {
        let started = Instant::now();
        let log = self.log(&query, io).await?;
        let meter = Arc::clone(&log.meter);
        let Planned { plan, context } = self.plan(&query, &log).await?;
        let pool = u64::try_from(self.limits.memory).unwrap_or(u64::MAX);
        let running = |error: DataFusionError| QueryError::of_run(&error, pool);

        let schema = plan.schema();
        let mut stream = execute_stream(plan, context.task_ctx()).map_err(running)?;
        let (mut batches, mut rows) = (Vec::<RecordBatch>::new(), 0);
        while let Some(batch) = stream.try_next().await.map_err(running)? {
            rows += batch.num_rows();
            if rows > self.limits.answer_rows {
                return Err(QueryError::Limit(Limit::AnswerRows(
                    self.limits.answer_rows,
                )));
            }
            batches.push(batch);
        }
        Ok(Answer::new(
            &schema,
            batches,
            meter.read(),
            started.elapsed(),
            query.now,
        ))
    }

    /// The plan of a query, fenced. Nothing is read for it.
    async fn plan(&self, query: &Query, log: &Log) -> Result<Planned, QueryError> {
        let (statement, tokens) = sql::parse(&query.sql, &query.variables)?;
        let pool = u64::try_from(self.limits.memory).unwrap_or(u64::MAX);
        let planning = |error: DataFusionError| sql::planning(&error, &tokens);
        let running = |error: DataFusionError| QueryError::of_run(&error, pool);
        let context = session(&self.registry, log, self.limits.memory).map_err(running)?;
        // Not `state()`, which sets the clock anew.
        let state = context.state_ref().read().clone();
        let plan = state
            .statement_to_plan(Statement::Statement(Box::new(statement)))
            .await;
        let plan = plan.map_err(planning)?;
        let only_reading = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        only_reading.verify_plan(&plan).map_err(planning)?;
        let paths = Paths::of(&plan).map_err(planning)?;
        log.paths.get_or_init(|| paths);
        let plan = state.optimize(&plan).map_err(planning)?;
        let plan = state
            .query_planner()
            .create_physical_plan(&plan, &state)
            .await
            .map_err(planning)?;
        fence::check_joins(plan.as_ref()).map_err(planning)?;
        Ok(Planned { plan, context })
    }

    /// The log of the workspace, with what was deleted of it.
    async fn log(&self, query: &Query, io: Handle) -> Result<Log, QueryError> {
        let (store, workspace) = (self.store.clone(), query.workspace.clone());
        let asked = io.spawn(async move {
            tokio::try_join!(store.tombstones(&workspace), store.workspace(&workspace))
        });
        let asked = asked
            .await
            .map_err(|_| QueryError::Internal("the store was not asked"))?;
        let (tombstones, settings) = asked?;
        let oldest = query.now.minus(DEFAULT_SPAN);
        let made = settings.map(|settings| settings.created_at.minus(BEFORE_CREATION));
        Ok(Log {
            store: self.store.clone(),
            io,
            workspace: query.workspace.clone(),
            tombstones: Arc::new(tombstones),
            meter: Arc::new(Meter::new(self.limits.rows, self.limits.bytes)),
            now: query.now,
            since: made.map_or(oldest, |made| made.max(oldest)),
            parallel: self.cpu.threads(),
            paths: Arc::default(),
        })
    }
}
