//! The four services together.

use std::path::Path;
use std::sync::Arc;

use crate::cloud_watch::{CloudWatch, Metrics};
use crate::dynamodb::{self, DynamoDb};
use crate::endpoints::listen;
use crate::faults::Faults;
use crate::issuer::{self, Issuer};
use crate::recorder::Recorder;
use crate::secrets_manager::{SecretsManager, Vault};
use crate::wire::{self, Task};
use crate::{Database, Endpoints, Error, Ports, Recorded, Result, Service};

/// DynamoDB, Secrets Manager, CloudWatch and an identity provider on loopback. Dropping it ends them
/// all.
#[derive(Debug)]
pub struct StandIn {
    endpoints: Endpoints,
    faults: Faults,
    recorder: Recorder,
    dynamodb: DynamoDb,
    issuer: Issuer,
    others: [Task; 3],
}

impl StandIn {
    /// Everything in memory, on free ports. What has expired stays until
    /// [`sweep_expired`](Self::sweep_expired).
    pub async fn memory() -> Result<Self> {
        let database = dynamodb::open_memory()?;
        Self::start(
            Ports::default(),
            database,
            Vault::memory(),
            Metrics::memory(),
            None,
        )
        .await
    }

    /// Everything in `dir`, made when missing: `dynamodb.sqlite`, `secrets.json`, `metrics.jsonl`,
    /// `issuer.json`.
    ///
    /// What is answered survives the end of the process, also a sudden one; a power cut may damage
    /// the database. Each minute expired items and stream records older than a day are removed.
    pub async fn on_disk(dir: &Path, ports: Ports) -> Result<Self> {
        let failed = |source| Error::File {
            path: dir.to_owned(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let (database, index) = dynamodb::open_file(&dir.join("dynamodb.sqlite"))?;
        let vault = Vault::open(&dir.join("secrets.json"))?;
        let metrics = Metrics::open(&dir.join("metrics.jsonl"))?;
        let key = dir.join("issuer.json");
        let mut stand_in = Self::start(ports, database, vault, metrics, Some(&key)).await?;
        stand_in.dynamodb.sweep_on_timer(index);
        Ok(stand_in)
    }

    async fn start(
        ports: Ports,
        database: Database,
        vault: Vault,
        metrics: Metrics,
        issuer_key: Option<&Path>,
    ) -> Result<Self> {
        let (for_dynamodb, dynamodb) = listen(Service::DynamoDb, ports.dynamodb).await?;
        let (for_secrets, secrets_manager) =
            listen(Service::SecretsManager, ports.secrets_manager).await?;
        let (for_metrics, cloud_watch) = listen(Service::CloudWatch, ports.cloud_watch).await?;
        let (for_issuer, issuer) = listen(Service::Issuer, ports.issuer).await?;
        let issuer = Issuer::new(issuer, issuer_key)?;
        let (recorder, faults) = (Recorder::default(), Faults::default());
        let secrets = SecretsManager::new(vault, recorder.clone(), faults.clone());
        let metrics = CloudWatch::new(metrics, recorder.clone(), faults.clone());
        let people = issuer::Server::new(issuer.clone(), recorder.clone(), faults.clone());
        let others = [
            wire::serve(for_secrets, Arc::new(secrets)),
            wire::serve(for_metrics, Arc::new(metrics)),
            wire::serve(for_issuer, Arc::new(people)),
        ];
        Ok(Self {
            endpoints: Endpoints {
                dynamodb,
                secrets_manager,
                cloud_watch,
                issuer: issuer.url().to_owned(),
            },
            dynamodb: dynamodb::serve(for_dynamodb, database, recorder.clone(), faults.clone())
                .await?,
            faults,
            recorder,
            issuer,
            others,
        })
    }

    /// Where the services listen.
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The faults in force.
    pub const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The identity provider, past its port: its people, tokens made at any time, its key.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The requests so far, oldest first; the last 50,000 are kept.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.recorder.all()
    }

    /// Forgets the requests so far.
    pub fn clear_recorded(&self) {
        self.recorder.clear();
    }

    /// Leaves in that file which permissions each caller needs, from now on: a line of JSON for each,
    /// when it is first needed. A file that is there is continued.
    pub fn journal(&self, path: &Path) -> Result<()> {
        self.recorder.journal(path)
    }

    /// DynamoDB itself, past recording and faults: for a [`Deliverer`](crate::stream::Deliverer).
    pub const fn database(&self) -> &Database {
        &self.dynamodb.database.0
    }

    /// Removes the items past their TTL; how many there were.
    pub async fn sweep_expired(&self) -> Result<usize> {
        self.dynamodb.sweep_expired().await
    }

    /// Ends the services and waits until they are gone.
    pub async fn shutdown(self) {
        for task in self.others {
            task.stop().await;
        }
        self.dynamodb.stop().await;
    }
}
