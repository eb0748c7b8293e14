//! A session for one query: its tables, the functions it may call, its bounds.

use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::common::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::optimizer::Analyzer;
use datafusion::prelude::SessionConfig;

use crate::functions::Registry;
use crate::plan::{Bounds, DynamicTypes, Operators};
use crate::tables::{Log, TABLES};

/// A session that knows the tables of one workspace and nothing else.
pub(crate) fn session(registry: &Registry, log: &Log, memory: usize) -> Result<SessionContext> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(memory)))
        .with_disk_manager_builder(
            DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
        )
        .build_arc()?;
    let mut analyzer = Analyzer::new();
    analyzer.rules.insert(0, Arc::new(Bounds));
    analyzer.rules.insert(0, Arc::new(DynamicTypes));
    let mut planners = SessionStateDefaults::default_expr_planners();
    planners.insert(0, Arc::new(Operators));
    let now = chrono::DateTime::from_timestamp_millis(log.now.as_millis()).unwrap_or_default();
    let state = SessionStateBuilder::new()
        .with_config(SessionConfig::from(options(log.parallel)))
        .with_runtime_env(runtime)
        .with_analyzer_rules(analyzer.rules)
        .with_expr_planners(planners)
        .with_scalar_functions(registry.scalar.clone())
        .with_aggregate_functions(registry.aggregate.clone())
        .with_window_functions(registry.window.clone())
        .with_execution_props(ExecutionProps::new().with_query_execution_start_time(now))
        .build();
    let context = SessionContext::new_with_state(state);
    for def in TABLES {
        let table = log.table(def);
        for name in def.names {
            context.register_table(TableReference::bare(*name), Arc::clone(&table))?;
        }
    }
    Ok(context)
}

fn options(partitions: usize) -> ConfigOptions {
    let mut options = ConfigOptions::new();
    options.catalog.information_schema = false;
    options.execution.target_partitions = partitions;
    options.execution.enable_recursive_ctes = false;
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.collect_spans = true;
    options
}
