//! The Lambda function `workflows`.

use std::convert::Infallible;

use edge::{Runtime, run_handler};
use workflows::{Invocation, Limits, Workflows};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let workflows = Workflows::new(&runtime, workflows::secrets(&runtime), Limits::default());
    let handle =
        |invocation: Invocation| async { Ok::<_, Infallible>(workflows.handle(invocation).await) };
    run_handler(handle, &runtime).await?;
    Ok(())
}
