//! The Lambda function `metrics-query`.

use edge::{Runtime, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start().await?;
    run(metrics_query::router(&runtime), &runtime).await?;
    Ok(())
}
