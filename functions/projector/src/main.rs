//! The Lambda function `projector`.

use std::convert::Infallible;

use edge::{Runtime, run_handler};
use projector::Projector;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let projector = Projector::new(&runtime);
    let handle = |batch| async { Ok::<_, Infallible>(projector.handle(batch).await) };
    run_handler(handle, &runtime).await?;
    Ok(())
}
