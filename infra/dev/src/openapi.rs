//! The OpenAPI document of all functions.
#![expect(clippy::print_stdout, reason = "the output is the document")]

mod metrics_query;

use anyhow::Result;

/// Prints the document as it is committed.
pub(crate) fn run() -> Result<()> {
    let document = edge::openapi::merge([
        ingest::openapi(),
        profiles::openapi(),
        keys::openapi(),
        metrics_query::openapi(),
        metrics_token::openapi(),
    ]);
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
