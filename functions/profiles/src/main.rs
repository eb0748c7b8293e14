//! The Lambda function `profiles`.

use edge::{Runtime, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    run(profiles::router(&runtime), &runtime).await?;
    Ok(())
}
