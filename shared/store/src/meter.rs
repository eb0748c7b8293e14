//! What every write reports: units, time, throttles.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use aws_sdk_dynamodb::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::{BoxError, ProvideErrorMetadata};
use aws_sdk_dynamodb::types::{AttributeValue, ConsumedCapacity};
use event::WorkspaceId;
use telemetry::Metrics;

use crate::error::is_throttle;
use crate::schema::Item;

/// Measures one write, from before it is sent to its last answer.
pub(crate) struct Meter {
    metrics: Metrics,
    workspace: WorkspaceId,
    started: Instant,
    throttles: Arc<AtomicU32>,
}

impl Meter {
    pub(crate) fn start(metrics: &Metrics, workspace: &WorkspaceId) -> Self {
        Self {
            metrics: metrics.clone(),
            workspace: workspace.clone(),
            started: Instant::now(),
            throttles: Arc::default(),
        }
    }

    /// Counts the attempts that were throttled, also those that a retry made good. `E` is the error
    /// of the operation.
    pub(crate) fn throttles<E>(&self) -> ThrottleCount<E> {
        ThrottleCount {
            throttles: Arc::clone(&self.throttles),
            error: PhantomData,
        }
    }

    /// The database took the write, or refused it by its condition: it bills both.
    pub(crate) fn written(self, units: f64) {
        let throttles = self.throttles.load(Ordering::Relaxed);
        self.metrics
            .database_write(&self.workspace, units, self.started.elapsed(), throttles);
    }

    /// The write failed. Only the throttles are worth a record.
    pub(crate) fn failed(self) {
        if self.throttles.load(Ordering::Relaxed) > 0 {
            self.written(0.0);
        }
    }
}

/// The units of one answer.
pub(crate) fn units(capacity: Option<&ConsumedCapacity>) -> f64 {
    capacity
        .and_then(ConsumedCapacity::capacity_units)
        .unwrap_or_default()
}

/// The units of an answer about several tables or items.
pub(crate) fn sum_of_units(capacities: &[ConsumedCapacity]) -> f64 {
    capacities
        .iter()
        .filter_map(ConsumedCapacity::capacity_units)
        .sum()
}

/// What DynamoDB bills for a put of this item that its condition refuses; the refusal itself does
/// not say. Sizes of numbers are not exact, which matters at a boundary of 1 KB only.
pub(crate) fn units_of_put(item: &Item) -> f64 {
    let size: usize = item
        .iter()
        .map(|(name, value)| name.len() + size(value))
        .sum();
    f64::from(u32::try_from(size.div_ceil(1024)).unwrap_or(u32::MAX))
}

fn size(value: &AttributeValue) -> usize {
    if let AttributeValue::B(bytes) = value {
        bytes.as_ref().len()
    } else if let AttributeValue::S(text) = value {
        text.len()
    } else {
        8
    }
}

/// An interceptor that counts throttled attempts.
pub(crate) struct ThrottleCount<E> {
    throttles: Arc<AtomicU32>,
    error: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for ThrottleCount<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ThrottleCount")
    }
}

impl<E> Intercept for ThrottleCount<E>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        "ThrottleCount"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Err(error)) = context.output_or_error() {
            let error = error
                .as_operation_error()
                .and_then(|error| error.downcast_ref::<E>());
            if error.is_some_and(|error| is_throttle(error.code())) {
                self.throttles.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}
