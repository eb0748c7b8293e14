//! The Lambda function `metrics-token`.

use edge::{Runtime, run};
use metrics_token::MetricsToken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let metrics_token = MetricsToken::new(&runtime, metrics_token::clients(&runtime));
    metrics_token.warm_up().await;
    run(metrics_token.router(), &runtime).await?;
    Ok(())
}
