//! All projections again, from the event log.
#![expect(clippy::print_stdout, reason = "a command says what it did")]

use anyhow::Result;
use edge::Runtime;

/// Rebuilds in the store that the environment names.
pub(crate) async fn run() -> Result<()> {
    let runtime = Runtime::start()?;
    let rebuilt = projector::rebuild::run(&runtime.store, runtime.clock.now()).await?;
    println!(
        "rebuilt from {} chunks: {} events in timelines, {} profile updates, {} days of usage",
        rebuilt.chunks, rebuilt.events, rebuilt.profile_updates, rebuilt.usage_days
    );
    Ok(())
}
