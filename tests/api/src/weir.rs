//! A whole Weir, running.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use local::{Fault, Injected, Recorded};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, watch};

use crate::binaries::Binaries;
use crate::cloud::Cloud;
use crate::delivery::Order;
use crate::gateway::Gateway;
use crate::guard::Guarded;
use crate::{Client, Emulator, Function, Invocation, Tenant, delivery, log};

/// Longer than built programs take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// The stand-ins and what belongs to them live here, for a test's own runtime ends with the test.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// A running Weir. Dropping it ends every process; so does the end of the test program.
#[derive(Debug)]
pub struct Weir {
    // Dropped in this order: those who call before those who are called.
    functions: Mutex<BTreeMap<Function, Vec<Guarded>>>,
    gateway_process: Guarded,
    gateway: Gateway,
    /// Whether the functions of the streams run: without them, nothing is delivered.
    projector_lives: watch::Sender<bool>,
    workflows_live: watch::Sender<bool>,
    cloud: Cloud,
    binaries: Binaries,
    folder: TempDir,
}

/// A Weir that no other test uses meanwhile: its AWS may fail and its functions may stop.
#[derive(Debug)]
pub struct Exclusive(tokio::sync::MutexGuard<'static, Weir>);

impl Weir {
    /// The Weir that all tests share, started by the first of them.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Weir> = OnceCell::const_new();
        let start = || Self::started(Order::Disturbed);
        SHARED.get_or_init(start).await
    }

    /// A Weir to which streams are brought as they are: each record once, in full batches. For measures.
    pub async fn undisturbed() -> Self {
        Self::started(Order::Kept).await
    }

    /// A second Weir, for one test at a time; whole again, whatever the test before did to it.
    pub async fn exclusive() -> Exclusive {
        static EXCLUSIVE: OnceCell<tokio::sync::Mutex<Weir>> = OnceCell::const_new();
        let start = || async { tokio::sync::Mutex::new(Self::started(Order::Disturbed).await) };
        let weir = EXCLUSIVE.get_or_init(start).await.lock().await;
        let weir = Exclusive(weir);
        weir.heal();
        for function in Function::ALL {
            if !weir.functions().contains_key(&function) {
                weir.start(function).await;
            }
        }
        weir
    }

    async fn started(order: Order) -> Self {
        let started = RUNTIME
            .spawn(Self::launch(order))
            .await
            .expect("the start of Weir");
        started.unwrap_or_else(|error| panic!("{error:#}"))
    }

    async fn launch(order: Order) -> Result<Self> {
        let binaries = Binaries::find(&Function::ALL.map(Function::name))?;
        let folder = tempfile::tempdir()?;
        let cloud = Cloud::start().await?;
        let (gateway_process, gateway) = Gateway::start(&binaries, folder.path())?;
        let functions = Mutex::default();
        let weir = Self {
            functions,
            gateway_process,
            gateway,
            projector_lives: watch::Sender::new(true),
            workflows_live: watch::Sender::new(true),
            cloud,
            binaries,
            folder,
        };
        weir.until_the_gateway_listens().await?;
        for function in Function::ALL {
            weir.spawn(function)?;
        }
        for function in Function::ALL {
            weir.until_it_answers(function).await?;
        }
        for function in [Function::Projector, Function::Workflows] {
            let tables = weir.cloud.tables();
            let of_runs = function == Function::Workflows;
            let table = if of_runs {
                &tables.runs
            } else {
                &tables.events
            };
            let client = weir.client();
            let alive = weir.lives(function).expect("a stream");
            delivery::start(&weir.cloud, table, (function, order), client, alive);
        }
        Ok(weir)
    }

    /// A workspace of its own, with a write-only and a read & write key.
    pub async fn tenant(&self) -> Tenant<'_> {
        Tenant::create(self).await
    }

    /// A client without a key.
    pub fn client(&self) -> Client {
        Client::new(self.gateway)
    }

    /// The gateway's `host:port`.
    pub fn authority(&self) -> String {
        self.gateway.authority()
    }

    /// A function under Lambda's runtime interface emulator, on the same AWS.
    pub async fn emulate(&self, function: Function, timeout: Duration) -> Emulator {
        let environment = self.environment();
        let binary = self.binaries.deployed(function.name());
        let started = Emulator::start(function, &binary, &environment, timeout).await;
        started.unwrap_or_else(|error| panic!("{error:#}"))
    }

    pub(crate) const fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// What the processes of a function have printed.
    pub fn printed(&self, function: Function) -> String {
        let functions = self.functions();
        functions
            .get(&function)
            .and_then(|processes| processes.first())
            .map_or_else(
                String::new,
                // They share one file.
                Guarded::printed,
            )
    }

    fn functions(&self) -> MutexGuard<'_, BTreeMap<Function, Vec<Guarded>>> {
        self.functions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What a function needs to know.
    fn environment(&self) -> BTreeMap<String, String> {
        let mut environment = self.cloud.environment();
        let dashboard = format!("{}/dashboard", self.gateway.base());
        environment.insert("WEIR_DASHBOARD_URL".to_owned(), dashboard);
        environment
    }

    fn spawn(&self, function: Function) -> Result<()> {
        let environment = self.environment();
        let folder = self.folder.path();
        let processes = function.start(&self.binaries, self.gateway, &environment, folder)?;
        self.functions().insert(function, processes);
        Ok(())
    }

    /// Whether a function to which a stream is brought runs.
    const fn lives(&self, function: Function) -> Option<&watch::Sender<bool>> {
        match function {
            Function::Projector => Some(&self.projector_lives),
            Function::Workflows => Some(&self.workflows_live),
            Function::Ingest
            | Function::Profiles
            | Function::Keys
            | Function::Dashboard
            | Function::MetricsToken
            | Function::MetricsQuery
            | Function::Rotation => None,
        }
    }

    async fn until_the_gateway_listens(&self) -> Result<()> {
        let listens = async {
            while !self.gateway.listens() {
                tokio::time::sleep(PAUSE).await;
            }
        };
        if tokio::time::timeout(PATIENCE, listens).await.is_err() {
            bail!(
                "the gateway does not listen:\n{}",
                log::tail(&self.gateway_process)
            );
        }
        Ok(())
    }

    /// Any answer will do: it is the function's.
    async fn until_it_answers(&self, function: Function) -> Result<()> {
        let preflight = Invocation::new("OPTIONS", "/event/ingest").event();
        let none = serde_json::json!({"Records": []});
        let event = if self.lives(function).is_some() {
            none
        } else {
            preflight
        };
        let client = self.client();
        let answer = client.invoke_raw(function.name(), &event);
        if tokio::time::timeout(PATIENCE, answer).await.is_err() {
            bail!(
                "{} does not answer:\n{}",
                function.name(),
                self.printed(function)
            );
        }
        Ok(())
    }
}

impl Exclusive {
    /// Lets AWS fail from now on.
    pub fn inject(&self, fault: Fault) -> Injected {
        self.cloud.stand_in.faults().inject(fault)
    }

    /// Ends every fault.
    pub fn heal(&self) {
        self.cloud.stand_in.faults().clear();
    }

    /// Forgets what was asked of AWS so far.
    pub fn forget_calls(&self) {
        self.cloud.stand_in.clear_recorded();
    }

    /// What a function has asked of AWS.
    pub fn calls_of(&self, function: Function) -> Vec<Recorded> {
        let mut calls = self.cloud.stand_in.recorded();
        calls.retain(|call| call.caller.as_deref() == Some(function.name()));
        calls
    }

    /// Ends the processes of a function at once, as a crash would.
    pub fn kill(&self, function: Function) {
        drop(self.functions().remove(&function));
        if let Some(lives) = self.lives(function) {
            lives.send_replace(false);
        }
    }

    /// Starts a function that was killed.
    pub async fn start(&self, function: Function) {
        self.spawn(function).expect("a process");
        self.until_it_answers(function).await.expect("an answer");
        if let Some(lives) = self.lives(function) {
            lives.send_replace(true);
        }
    }
}

impl Deref for Exclusive {
    type Target = Weir;

    fn deref(&self) -> &Weir {
        &self.0
    }
}
