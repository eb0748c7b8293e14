//! The Lambda function `metrics-query`.

use edge::{Runtime, run};
use metrics_query::{MetricsQuery, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let settings = Settings::from_env()?;
    let manager = secrets::client(&runtime.aws);
    let metrics_query = MetricsQuery::new(&runtime, manager, settings);
    run(metrics_query.router(), &runtime).await?;
    Ok(())
}
