//! The streams of the tables, brought to their functions.

use std::time::Duration;

use local::stream::{Deliverer, Options, Target};
use serde_json::Value;
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::{Client, Function};

/// How long the stream collects: short, so that tests need not wait.
const WINDOW: Duration = Duration::from_millis(50);
/// The longest pause after a failure, for the same reason.
const MAX_BACKOFF: Duration = Duration::from_millis(200);

/// How records come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// With borders that shift and with redelivery: every timeline that a test reads has seen both.
    Disturbed,
    /// Each once, in full batches.
    Kept,
}

/// Delivers for as long as the runtime lives.
pub(crate) fn start(
    cloud: &Cloud,
    table: &str,
    (function, order): (Function, Order),
    client: Client,
    alive: &watch::Sender<bool>,
) {
    let alive = alive.subscribe();
    let target =
        Target::handler(move |event| deliver(function, client.clone(), alive.clone(), event));
    let options = Options {
        window: WINDOW,
        max_backoff: MAX_BACKOFF,
        seed: (order == Order::Disturbed).then_some(7),
        ..Options::default()
    };
    let database = cloud.stand_in.database();
    let deliverer = Deliverer::new(database.clone(), table, target, options);
    tokio::spawn(deliverer.run(std::future::pending()));
}

/// One invocation. It fails when the function is killed under it, as Lambda lets it fail; the local
/// gateway would wait for an answer for ever.
async fn deliver(
    function: Function,
    client: Client,
    mut alive: watch::Receiver<bool>,
    event: Value,
) -> Result<Value, String> {
    if !*alive.borrow_and_update() {
        return Err("the function is not there".to_owned());
    }
    tokio::select! {
        _ = alive.changed() => Err("the function was killed".to_owned()),
        answer = client.try_invoke(function.name(), &event) => match answer {
            Ok((200, text)) => serde_json::from_str(&text).map_err(|error| error.to_string()),
            Ok((_, text)) => Err(text),
            Err(error) => Err(error.to_string()),
        },
    }
}
