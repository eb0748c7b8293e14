//! The Lambda function `rotation`.

use edge::{Runtime, run_handler};
use rotation::{Rings, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let rings = Rings::new(&runtime, Settings::from_env());
    run_handler(|request| Box::pin(rings.handle(request)), &runtime).await?;
    Ok(())
}
