//! `DuckDB`'s answers and what they cost.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::texts::all;

/// One query's answer.
#[derive(Deserialize)]
pub(crate) struct Theirs {
    pub(crate) rows: Value,
    /// CPU seconds of the process.
    pub(crate) cpu: f64,
}

/// Asks `DuckDB` all queries over the lines; `None` where there is no Python that has it.
pub(crate) fn duckdb(lines: &Path) -> Option<BTreeMap<String, Theirs>> {
    let python = std::env::var_os("WEIR_BENCH_PYTHON")?;
    let texts = all().map(|text| (text.name.to_owned(), json!(text.theirs)));
    let texts = Value::Object(texts.into_iter().collect());
    let output = Command::new(python)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/benches/queries/duckdb_beside.py"
        ))
        .arg(lines)
        .arg(texts.to_string())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
