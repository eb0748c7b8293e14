//! What a plan may not do, and where it ends.

use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;

use crate::QueryError;

/// Joins that pair every row of one side with every row of the other, and then perhaps drop most.
const PAIRING: &[&str] = &[
    "CrossJoinExec",
    "NestedLoopJoinExec",
    "PiecewiseMergeJoinExec",
];

/// Bounds of what one query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time from the call to the answer, in milliseconds.
    pub time_ms: u64,
    /// Events read from the log.
    pub rows: u64,
    /// Stored bytes read from the log.
    pub bytes: u64,
    /// Memory of the query, in bytes.
    pub memory: usize,
    /// Memory of the whole process, in bytes, where the system says how much that is.
    pub process_memory: u64,
    /// Rows of the answer.
    pub answer_rows: usize,
    /// Bytes of the answer, all pages together.
    pub answer_bytes: usize,
    /// Rows of a page.
    pub page_rows: usize,
    /// Bytes of a page.
    pub page_bytes: usize,
}

impl Default for Limits {
    /// For a function of 2 GB behind a gateway that waits 30 seconds.
    fn default() -> Self {
        const MB: usize = 1024 * 1024;
        Self {
            time_ms: 25_000,
            rows: 20_000_000,
            bytes: 2 * 1024 * 1024 * 1024,
            memory: 700 * MB,
            process_memory: 1_700 * 1024 * 1024,
            answer_rows: 200_000,
            answer_bytes: 16 * MB,
            page_rows: 50_000,
            page_bytes: 4 * MB,
        }
    }
}

/// Refuses joins of all with all, unless one side has one row.
pub(crate) fn check_joins(plan: &dyn ExecutionPlan) -> Result<()> {
    let children = plan.children();
    let is_bounded = || children.iter().any(|child| is_one_row(child.as_ref()));
    if PAIRING.contains(&plan.name()) && !is_bounded() {
        return Err(QueryError::UnboundedJoin.into());
    }
    children
        .iter()
        .try_for_each(|child| check_joins(child.as_ref()))
}

/// Whether the plan gives one row at most.
fn is_one_row(plan: &dyn ExecutionPlan) -> bool {
    const PASSING: &[&str] = &[
        "CoalesceBatchesExec",
        "CoalescePartitionsExec",
        "CooperativeExec",
        "FilterExec",
        "ProjectionExec",
        "RepartitionExec",
    ];
    if plan.fetch() == Some(1) || plan.name() == "PlaceholderRowExec" {
        return true;
    }
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        return aggregate.group_expr().is_empty();
    }
    match plan.children().as_slice() {
        [only] if PASSING.contains(&plan.name()) => is_one_row(only.as_ref()),
        _ => false,
    }
}
