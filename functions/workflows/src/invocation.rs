//! What the function is invoked with: records of the stream, or the clock.

use std::time::Duration;

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use serde::{Deserialize, Serialize};

use crate::{Sweep, Workflows};

/// An invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Invocation {
    /// The clock: `{"sweep": {"seconds": 50}}`.
    Clock {
        /// How long to look for what is due.
        sweep: Seconds,
    },
    /// Records of the stream of the runs table.
    Stream(Event),
}

/// How long a sweep lasts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seconds {
    /// In seconds; what is under way then is finished.
    pub seconds: u64,
}

/// The answer to an invocation.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Which records have to come again.
    Stream(DynamoDbEventResponse),
    /// How many runs a sweep worked on.
    Swept {
        /// How many.
        worked: u64,
    },
}

impl Workflows {
    /// Answers an invocation.
    pub async fn handle(&self, invocation: Invocation) -> Answer {
        match invocation {
            Invocation::Stream(batch) => Answer::Stream(Box::pin(self.stream(batch)).await),
            Invocation::Clock { sweep } => {
                let sweep = Sweep {
                    budget: Duration::from_secs(sweep.seconds),
                };
                let worked = Box::pin(self.sweep(sweep)).await;
                Answer::Swept { worked }
            }
        }
    }
}
