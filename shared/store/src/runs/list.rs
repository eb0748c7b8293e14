//! Lists of runs: of a workflow, of a profile, of those that are dead.

use std::collections::HashMap;

use event::{ProfileId, RunId, Timestamp, WorkflowId, WorkspaceId};
use workflow::Run;

use super::{KEPT, StoredRun, WHAT};
use crate::fields::{Fields, number};
use crate::query::{Order, Range};
use crate::schema::TTL;
use crate::schema::runs;
use crate::store::Consistency;
use crate::{Store, StoreError};

/// Whose runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunsOf {
    /// Those of a workflow, by their beginning.
    Workflow(WorkflowId),
    /// Those about a profile, by their beginning.
    Profile(ProfileId),
    /// Those that failed, by their end.
    Dead,
}

/// Some runs, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<Run>,
    /// What to ask for to get the next ones; `None`: these are the last.
    pub next: Option<String>,
}

impl RunsOf {
    fn partition(&self, workspace: &WorkspaceId) -> String {
        match self {
            Self::Workflow(workflow) => runs::of_workflow(workspace, workflow),
            Self::Profile(profile) => runs::of_profile(workspace, profile),
            Self::Dead => runs::of_dead(workspace),
        }
    }
}

impl Store {
    /// Some runs, the newest first, from behind `cursor` on.
    pub async fn runs(
        &self,
        workspace: &WorkspaceId,
        of: &RunsOf,
        cursor: Option<&str>,
        limit: u16,
    ) -> Result<RunPage, StoreError> {
        const OPERATION: &str = "listing runs";
        let (from, mut to) = runs::whole_list();
        if let Some(cursor) = cursor {
            if runs::listed_run(cursor).is_none() || cursor < from.as_str() {
                return Err(StoreError::InvalidCursor);
            }
            // Just before the last one that was shown.
            cursor.clone_into(&mut to);
        }
        let range = Range {
            pk: of.partition(workspace),
            from,
            to,
        };
        let (table, limit) = (&self.tables().runs, usize::from(limit));
        let mut places = Vec::new();
        let mut start = None;
        loop {
            // One for the cursor's own place, one to tell whether there is more.
            let order = Order::Descending(i32::try_from(limit + 2).unwrap_or(i32::MAX));
            let page = self
                .query_page(table, &range, order, Consistency::Strong, start, OPERATION)
                .await?;
            for item in &page.items {
                let sk = Fields::new(item, WHAT).sk()?;
                if Some(sk) != cursor {
                    places.push(sk.to_owned());
                }
            }
            start = page.next;
            if places.len() > limit || start.is_none() {
                break;
            }
        }
        let more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().filter(|_| more).cloned();
        let ids: Vec<_> = places
            .iter()
            .filter_map(|sk| runs::listed_run(sk))
            .collect();
        let keys = ids.iter().map(|id| runs::run(workspace, id)).collect();
        let mut found = HashMap::new();
        for item in &self.get_all(table, keys, OPERATION).await? {
            let StoredRun { run, .. } = StoredRun::from_item(item)?;
            found.insert(run.id.clone(), run);
        }
        // One whose time is over is left out.
        let runs = ids.iter().filter_map(|id| found.remove(id)).collect();
        Ok(RunPage { runs, next })
    }

    /// Puts a run that failed into the list of the dead.
    pub async fn list_dead(
        &self,
        workspace: &WorkspaceId,
        run: &RunId,
        ended_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = runs::listed(runs::of_dead(workspace), ended_at, run).into_item();
        item.insert(TTL.to_owned(), number(ended_at.plus(KEPT).as_secs()));
        self.put_listed(workspace, item, "listing a dead run").await
    }

    /// Takes a run out of the list of the dead.
    pub async fn unlist_dead(
        &self,
        workspace: &WorkspaceId,
        run: &RunId,
        ended_at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = runs::listed(runs::of_dead(workspace), ended_at, run);
        self.delete_listed(workspace, key, "listing a dead run")
            .await
    }
}
