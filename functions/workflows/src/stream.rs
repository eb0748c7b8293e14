//! New runs, as the stream of the runs table brings them.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use edge::stream::failures;
use event::{RunId, WorkspaceId};
use store::{StoreError, StoredRun};
use tokio::task::JoinSet;

use crate::Workflows;
use crate::places::Places;
use crate::work::Lane;

/// Longer than a batch takes: its runs wait for no more than the patience, each a few times.
const LONGEST: Duration = Duration::from_secs(20);

impl Workflows {
    /// Works on the runs of a batch, all at the same time, for no longer than the patience of the
    /// stream. Names the records that failed: the stream brings them again.
    pub async fn stream(&self, batch: Event) -> DynamoDbEventResponse {
        let lane = Lane::stream(&self.0.limits);
        let places = Places::new(self, LONGEST);
        let mut failed = BTreeSet::new();
        let mut works = JoinSet::new();
        for (place, record) in batch.records.iter().enumerate() {
            match new_run(record) {
                Ok(None) => {}
                Ok(Some((workspace, run))) => {
                    let (workflows, places) = (self.clone(), places.clone());
                    works.spawn(async move {
                        let worked = workflows.work(&workspace, &run, lane, &places).await;
                        (place, worked)
                    });
                }
                Err(error) => {
                    tracing::error!(%error, "a record of the stream cannot be read");
                    failed.insert(place);
                }
            }
        }
        while let Some(worked) = works.join_next().await {
            match worked {
                Ok((_, Ok(_))) => {}
                Ok((place, Err(error))) => {
                    tracing::warn!(%error, "a run could not be worked on");
                    failed.insert(place);
                }
                // Nobody knows which: everything comes again.
                Err(_) => {
                    failed.insert(0);
                }
            }
        }
        places.give_back().await;
        failures(&batch, &failed)
    }
}

/// The run that came into being, if that is what the record says.
fn new_run(record: &EventRecord) -> Result<Option<(WorkspaceId, RunId)>, StoreError> {
    if record.event_name != "INSERT" {
        return Ok(None);
    }
    StoredRun::key_from_stream(record.change.new_image.clone())
}
