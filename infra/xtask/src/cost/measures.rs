//! What the benches measured, by name.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The figures of docs/performance.md.
const PUBLISHED: &str = include_str!("measures.json");

#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Measures(BTreeMap<String, f64>);

impl Measures {
    pub(crate) fn published() -> Result<Self> {
        serde_json::from_str(PUBLISHED).context("the published measures")
    }

    /// The same, but for what was measured anew.
    pub(crate) fn replaced_by(mut self, newer: Self) -> Self {
        self.0.extend(newer.0);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Result<f64> {
        let value = self.0.get(name).copied();
        value.with_context(|| format!("there is no measure \"{name}\""))
    }
}
