//! Runs that a clock starts.

use std::time::Duration;

use event::WorkflowId;
use serde_json::Map;
use store::{Due, DueWork};
use workflow::{Definition, Inputs, Origin, Run, Trigger, run_id};

use crate::work::Worked;
use crate::{Fault, Workflows};

/// What two starts at one time of a schedule have in common.
const MARK: &str = "schedule";

impl Workflows {
    /// Starts the run of that time, and queues the next time. Times that passed while nobody looked
    /// start one run together. A time that is none of the schedule's any more starts nothing.
    pub(crate) async fn start_by_clock(&self, due: &Due, id: &WorkflowId) -> Result<Worked, Fault> {
        let store = &self.0.store;
        let Some(workflow) = store.workflow(&due.workspace, id).await? else {
            return Ok(Worked::Over);
        };
        let definition = Definition::stored(&workflow.definition);
        let definition = definition.map_err(|_| Fault::Definition)?;
        let Trigger::Schedule(schedule) = &definition.trigger else {
            return Ok(Worked::Over);
        };
        let just_before = due.at.minus(Duration::from_millis(1));
        if !workflow.active || schedule.next(just_before) != Some(due.at) {
            return Ok(Worked::Over);
        }
        let now = self.0.clock.now();
        if let Some(at) = schedule.next(now.max(due.at)) {
            let next = Due {
                at,
                workspace: due.workspace.clone(),
                work: DueWork::Schedule(id.clone()),
                destination: None,
            };
            store.put_due(&next).await?;
        }
        let Some(first) = definition.first() else {
            return Ok(Worked::Over);
        };
        let inputs = Inputs {
            origin: Origin::Schedule,
            profile: None,
            variables: Map::new(),
            event: None,
            hops: 0,
            received_at: None,
        };
        let run = run_id(&due.workspace, id, MARK, Some(due.at));
        let run = Run::new(
            run,
            id.clone(),
            workflow.version,
            first.clone(),
            inputs,
            now,
        );
        store.start_run(&due.workspace, &run, None).await?;
        Ok(Worked::Over)
    }
}
