//! The Lambda function `ingest`.

use edge::{Runtime, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    run(ingest::router(&runtime), &runtime).await?;
    Ok(())
}
