//! The functions that a query may call: a list, so that nothing can be called that nobody thought of.
//!
//! Left out on purpose: what makes as much as one says (`repeat`, `lpad`, `generate_series`), what is not
//! the same twice (`random`, `uuid`), and what looks at the system (`version`). What makes
//! much out of its arguments is `bounded`.

mod bounded;
mod concat;
mod convert;
mod dates;
mod growth;
mod json;
mod property;
mod size;
mod typed;

use std::sync::Arc;

use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::functions_window::all_default_window_functions;
use datafusion::logical_expr::{AggregateUDF, Expr, ScalarUDF, WindowUDF};
use datafusion::{functions, functions_nested};

pub(crate) use bounded::bounded;
pub(crate) use concat::concat_of;
pub(crate) use convert::{Target, convert};
pub(crate) use property::property;
use typed::{Prefers, typed};

use crate::value::Step;

/// The column into which the expression is a path, and its steps.
pub(crate) fn path_into(expr: &Expr) -> Option<(&str, Vec<Step>)> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    property::path_into(function).or_else(|| json::path_into(function))
}

const MATH: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "cbrt", "ceil", "cos", "degrees", "exp", "floor",
    "gcd", "isnan", "iszero", "ln", "log", "log10", "log2", "nanvl", "pi", "power", "radians",
    "round", "signum", "sin", "sqrt", "tan", "trunc",
];
const TEXT: &[&str] = &[
    "ascii",
    "bit_length",
    "btrim",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "contains",
    "ends_with",
    "find_in_set",
    "initcap",
    "left",
    "levenshtein",
    "lower",
    "ltrim",
    "octet_length",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "to_hex",
    "translate",
    "upper",
];
const PEERS: &[&str] = &["coalesce", "greatest", "least", "nullif", "nvl", "nvl2"];
const DATES: &[&str] = &[
    "current_date",
    "date_bin",
    "date_part",
    "date_trunc",
    "make_date",
    "now",
    "to_char",
    "to_date",
    "to_local_time",
    "to_timestamp",
];
const NUMBERED_DATES: &[&str] = &["to_timestamp_millis", "to_timestamp_seconds"];
const LISTS: &[&str] = &[
    "array_distinct",
    "array_element",
    "array_has",
    "array_length",
    "array_max",
    "array_min",
    "array_position",
    "array_sort",
    "array_to_string",
    "cardinality",
    "make_array",
];
const AGGREGATES: &[&str] = &[
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "stddev",
    "stddev_pop",
    "string_agg",
    "sum",
    "var",
    "var_pop",
];
const WINDOWS: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// Every function that a query may call.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    pub(crate) scalar: Vec<Arc<ScalarUDF>>,
    pub(crate) aggregate: Vec<Arc<AggregateUDF>>,
    pub(crate) window: Vec<Arc<WindowUDF>>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        let known: Vec<Arc<ScalarUDF>> = functions::all_default_functions()
            .into_iter()
            .chain(functions_nested::all_default_nested_functions())
            .collect();
        let families = [
            (MATH, Prefers::Number),
            (TEXT, Prefers::Text),
            (PEERS, Prefers::Peers),
            (DATES, Prefers::Text),
            (NUMBERED_DATES, Prefers::Number),
            (LISTS, Prefers::Peers),
        ];
        let mut scalar: Vec<Arc<ScalarUDF>> = families
            .into_iter()
            .flat_map(|(names, prefers)| {
                known
                    .iter()
                    .filter(move |function| names.contains(&function.name()))
                    .map(move |function| typed(Arc::clone(function), prefers))
            })
            .collect();
        scalar.extend(json::functions());
        scalar.extend(dates::functions());
        let mut aggregate: Vec<Arc<AggregateUDF>> = all_default_aggregate_functions()
            .into_iter()
            .filter(|function| AGGREGATES.contains(&function.name()))
            .collect();
        for function in &mut aggregate {
            // As Trino names it.
            if function.name() == "approx_percentile_cont" {
                let named = function
                    .as_ref()
                    .clone()
                    .with_aliases(["approx_percentile"]);
                *function = Arc::new(named);
            }
        }
        let window = all_default_window_functions()
            .into_iter()
            .filter(|function| WINDOWS.contains(&function.name()))
            .collect();
        Self {
            scalar,
            aggregate,
            window,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_on_the_lists_is_a_function() {
        let registry = Registry::new();
        let scalar: Vec<&str> = registry
            .scalar
            .iter()
            .map(|function| function.name())
            .collect();
        for name in [MATH, TEXT, PEERS, DATES, NUMBERED_DATES, LISTS]
            .into_iter()
            .flatten()
        {
            assert!(scalar.contains(name), "{name}");
        }
        let aggregate: Vec<&str> = registry
            .aggregate
            .iter()
            .map(|function| function.name())
            .collect();
        for name in AGGREGATES {
            assert!(aggregate.contains(name), "{name}");
        }
        let window: Vec<&str> = registry
            .window
            .iter()
            .map(|function| function.name())
            .collect();
        for name in WINDOWS {
            assert!(window.contains(name), "{name}");
        }
    }

    #[test]
    fn what_makes_much_of_little_or_looks_around_cannot_be_called() {
        let registry = Registry::new();
        let callable = |name: &str| {
            registry.scalar.iter().any(|function| {
                function.name() == name || function.aliases().iter().any(|alias| alias == name)
            })
        };
        for name in [
            "repeat",
            "lpad",
            "rpad",
            "array_repeat",
            "range",
            "generate_series",
            "random",
            "uuid",
            "version",
            "arrow_typeof",
            "input_file_name",
        ] {
            assert!(!callable(name), "{name}");
        }
        assert!(callable("length") && callable("strpos") && callable("from_unixtime"));
    }
}
