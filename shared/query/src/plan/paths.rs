//! Which members of the documents a query reads: where it only follows paths into a column, nothing else
//! of it need be decoded.

use std::collections::{HashMap, HashSet};

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::functions::path_into;
use crate::value::Step;

/// The paths into columns, by their names. A column that is not among them is wanted as a whole.
#[derive(Debug, Default)]
pub(crate) struct Paths(HashMap<String, Vec<Vec<Step>>>);

impl Paths {
    /// What a plan reads, as it was made of the text. Columns of the same name are not told apart.
    pub(crate) fn of(plan: &LogicalPlan) -> Result<Self> {
        let mut found = Found::default();
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| {
                found.read(expr)?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            node.apply_subqueries(|subquery| {
                found.all |= !names_its_columns(subquery);
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        if found.all || !names_its_columns(plan) {
            return Ok(Self::default());
        }
        let Found {
            mut paths, whole, ..
        } = found;
        paths.retain(|column, _| !whole.contains(column));
        Ok(Self(paths))
    }

    /// The paths into a column; `None`: it is wanted as a whole.
    pub(crate) fn below(&self, column: &str) -> Option<&[Vec<Step>]> {
        self.0.get(column).map(Vec::as_slice)
    }
}

#[derive(Default)]
struct Found {
    paths: HashMap<String, Vec<Vec<Step>>>,
    whole: HashSet<String>,
    /// Something answers its columns without naming them.
    all: bool,
}

impl Found {
    fn read(&mut self, expr: &Expr) -> Result<()> {
        expr.apply(|expr| {
            if let Some((column, steps)) = path_into(expr) {
                let paths = self.paths.entry(column.to_owned()).or_default();
                paths.push(steps);
                return Ok(TreeNodeRecursion::Jump);
            }
            if let Expr::Column(column) = expr {
                self.whole.insert(column.name.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }
}

/// Whether what a plan answers are expressions: then `Found::read` meets every column of them.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other nodes pass on the columns of what they are made of"
)]
fn names_its_columns(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::EmptyRelation(_) => true,
        LogicalPlan::TableScan(_) => false,
        other => other.inputs().into_iter().all(names_its_columns),
    }
}
