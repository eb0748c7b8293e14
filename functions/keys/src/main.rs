//! The Lambda function `keys`.

use edge::{Runtime, behind_front, run_handler};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let runtime = Runtime::start()?;
    let secrets = keys::secrets(&runtime);
    tokio::join!(runtime.warm_up(), secrets.warm_up());
    let routes = behind_front(keys::router(&runtime, secrets.clone()), &runtime.config);
    let handle = |payload| Box::pin(keys::handle(routes.clone(), &runtime, &secrets, payload));
    run_handler(handle, &runtime).await?;
    Ok(())
}
