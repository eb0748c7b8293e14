//! A function that a clock invokes, as a scheduled rule does.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::invoke::{Failure, Target};

/// Invokes a function over and over with the same payload.
#[derive(Debug)]
pub struct Timer {
    target: Target,
    payload: Value,
    every: Duration,
}

impl Timer {
    /// Nothing is invoked before [`run`](Self::run).
    pub const fn new(target: Target, payload: Value, every: Duration) -> Self {
        Self {
            target,
            payload,
            every,
        }
    }

    /// Invokes for ever; one invocation at a time, so a long one puts the next off.
    pub async fn run(self) {
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.target.invoke(self.payload.clone()).await {
                // A function that is being built is not there yet.
                Ok(_) | Err(Failure::Unreachable(_)) => {}
                Err(Failure::Function(reason)) => {
                    tracing::warn!(reason, "a function that a clock invokes failed");
                }
            }
        }
    }
}
