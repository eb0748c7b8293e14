//! AWS on loopback, with Weir's tables and its first workspace in it.
#![expect(
    clippy::print_stdout,
    reason = "the one line of output says where everything is"
)]

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use control::{Bootstrapped, bootstrap};
use edge::SystemClock;
use event::WorkspaceId;
use local::stream::{Deliverer, Options as Delivery, Target, Timer};
use local::{Ports, StandIn};
use secrets::{SESSION_KEYS, SecretNames, Secrets, SessionKeys, TOKEN_SIGNING_KEYS, TokenKeys};
use store::{Store, Tables, create_tables};
use telemetry::{LogFormat, init_tracing};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};

use crate::data::Data;
use crate::once::{Maker, Once};
use crate::ready::{Aws, Keys, Metrics, REGION, Ready, environment};
use crate::{people, sdk};

const WORKSPACE: &str = "demo";
/// As in the template: how long the projector's events are gathered.
const WINDOW: Duration = Duration::from_secs(1);
/// How often workflows look for what is due.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder that outlives a run
    #[arg(long)]
    data: PathBuf,
    /// The loopback port where the functions answer
    #[arg(long)]
    gateway: u16,
    /// Forget what earlier runs stored
    #[arg(long)]
    fresh: bool,
}

/// Serves until the process is asked to end.
pub(crate) async fn run(options: &Options) -> Result<()> {
    // A refused request is an answer like any other, to DynamoDB too.
    init_tracing(LogFormat::Human, "warn,dynoxide=error")?;
    let data = Data::claim(&options.data, options.fresh)?;
    let stand_in = StandIn::on_disk(data.folder(), Ports::default()).await?;
    let tables = Tables::with_prefix("weir");
    let (first, once) = seed(&stand_in, &tables, &data).await?;
    let ready = Ready {
        workspace_id: first.workspace.to_string(),
        keys: Keys::of(&first.keys),
        metrics: Metrics::of(&first.metrics, &once),
        admin_api_key: once.admin_api_key,
        aws: Aws::at(stand_in.endpoints()),
        oidc: people::let_in(stand_in.issuer(), &first.workspace),
        environment: environment(stand_in.endpoints(), &tables, options.gateway),
    };
    println!("{}", serde_json::to_string(&ready)?);
    let events = deliver(
        &stand_in,
        &tables.events,
        "projector",
        &data,
        options.gateway,
    );
    let runs = deliver(&stand_in, &tables.runs, "workflows", &data, options.gateway);
    tokio::select! {
        () = events => {}
        () = runs => {}
        () = sweep(options.gateway) => {}
        stopped = stop_signal() => stopped?,
    }
    stand_in.shutdown().await;
    Ok(())
}

/// Makes the tables, the sealing, session and token signing keys, the workspace, its keys and its first admin, each
/// unless it exists; what was shown once is the one of an earlier run, if that is still good.
async fn seed(stand_in: &StandIn, tables: &Tables, data: &Data) -> Result<(Bootstrapped, Once)> {
    let endpoints = stand_in.endpoints();
    let dynamodb = store::client(&sdk::config(&endpoints.dynamodb).await);
    create_tables(&dynamodb, tables).await?;
    let metrics = telemetry::Metrics::off();
    let store = Store::new(dynamodb, tables.clone(), metrics);
    let manager = secrets::client(&sdk::config(&endpoints.secrets_manager).await);
    let session_keys = SessionKeys::new(manager.clone(), SESSION_KEYS);
    session_keys.create_if_missing().await?;
    let token_keys = TokenKeys::new(manager.clone(), TOKEN_SIGNING_KEYS);
    token_keys.create_if_missing().await?;
    let secrets = Secrets::new(manager, SecretNames::default());
    let workspace = WorkspaceId::parse(WORKSPACE)?;
    let first = bootstrap(&store, &secrets, &SystemClock, &workspace, "Demo").await;
    let first = first.context("the first workspace cannot be made")?;
    let maker = Maker {
        store: &store,
        secrets: &secrets,
        clock: &SystemClock,
    };
    let once = Once::complete(&maker, &first, &data.path("once.json")).await;
    let once = once.context("what is shown once cannot be made")?;
    Ok((first, once))
}

/// Brings a table's stream to its function, from where an earlier run stopped.
async fn deliver(stand_in: &StandIn, table: &str, function: &str, data: &Data, gateway: u16) {
    until_it_listens(gateway).await;
    let target = Target::lambda(&format!("http://127.0.0.1:{gateway}"), function);
    let position = match function {
        "projector" => "stream-position.json".to_owned(),
        other => format!("stream-position-{other}.json"),
    };
    let options = Delivery {
        window: WINDOW,
        position_file: Some(data.path(&position)),
        region: REGION.to_owned(),
        ..Delivery::default()
    };
    let database = stand_in.database().clone();
    let deliverer = Deliverer::new(database, table, target, options);
    deliverer.run(std::future::pending()).await;
}

/// The gateway starts after this program, which tells it where the tables are.
async fn until_it_listens(gateway: u16) {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, gateway))
        .await
        .is_err()
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The clock of workflows. Oftener than when deployed and for no longer than needed: here one process
/// takes both the clock's invocations and the stream's.
async fn sweep(gateway: u16) {
    until_it_listens(gateway).await;
    let timer = Timer::new(
        Target::lambda(&format!("http://127.0.0.1:{gateway}"), "workflows"),
        serde_json::json!({"sweep": {"seconds": 0}}),
        SWEEP_EVERY,
    );
    timer.run().await;
}

async fn stop_signal() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
