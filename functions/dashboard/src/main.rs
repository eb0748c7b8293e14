//! The Lambda function `dashboard`.

use dashboard::{Clients, Dashboard, Settings};
use edge::{Runtime, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let settings = Settings::from_env()?;
    let dashboard = Dashboard::new(&runtime, Clients::new(&runtime.aws), settings);
    dashboard.warm_up().await;
    run(dashboard.router(), &runtime).await?;
    Ok(())
}
