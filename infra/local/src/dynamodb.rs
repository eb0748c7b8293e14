//! DynamoDB: the dynoxide library on `SQLite`, behind a proxy that records and injects faults.

mod index;
mod partitions;
mod proxy;
mod refusal;
mod target;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dynoxide::Database;
use tokio::net::TcpListener;

use crate::faults::Faults;
use crate::recorder::Recorder;
use crate::wire::{self, Task};
use crate::{Error, Result, Service};
use index::StreamIndex;

/// How often items past their TTL and stream records past their day are removed from a file.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// The running service.
#[derive(Debug)]
pub(crate) struct DynamoDb {
    pub(crate) database: Shared,
    tasks: Vec<Task>,
}

/// The library's handle, with a `Debug` it does not have itself.
#[derive(Clone)]
pub(crate) struct Shared(pub(crate) Database);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

/// Opens a database that is gone with its last handle.
pub(crate) fn open_memory() -> Result<Database> {
    // A name of its own, so that the index can be made through a second connection.
    let name = format!(
        "file:{}?mode=memory&cache=shared",
        uuid::Uuid::new_v4().simple()
    );
    let database = Database::new(&name)?;
    StreamIndex::create(&name)?;
    Ok(database)
}

/// Opens the database in a file, made when missing.
pub(crate) fn open_file(path: &Path) -> Result<(Database, StreamIndex)> {
    let name = path.to_str().ok_or_else(|| Error::Damaged {
        path: path.to_owned(),
        reason: "the path is not Unicode".into(),
    })?;
    let database = Database::new(name)?;
    database.enable_bulk_loading()?;
    let index = StreamIndex::create(name)?;
    Ok((database, index))
}

/// Serves `database` on `listener`.
pub(crate) async fn serve(
    listener: TcpListener,
    database: Database,
    recorder: Recorder,
    faults: Faults,
) -> Result<DynamoDb> {
    let failed = |source| Error::Listen {
        service: Service::DynamoDb,
        port: 0,
        source,
    };
    let inner = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(failed)?;
    let upstream = inner.local_addr().map_err(failed)?;
    let library = database.clone();
    let keys = partitions::PartitionKeys::new(Shared(database.clone()));
    let tasks = vec![
        wire::serve(
            listener,
            Arc::new(proxy::Proxy::new(upstream, keys, recorder, faults)),
        ),
        Task::spawn(async move {
            let never = std::future::pending();
            if let Err(error) = dynoxide::server::serve_with_shutdown(inner, library, never).await {
                tracing::error!(%error, "DynamoDB ended");
            }
        }),
    ];
    Ok(DynamoDb {
        database: Shared(database),
        tasks,
    })
}

impl DynamoDb {
    /// Removes, from now on and on a timer, what has expired.
    pub(crate) fn sweep_on_timer(&mut self, index: StreamIndex) {
        let database = self.database.clone();
        let index = Arc::new(index);
        self.tasks.push(Task::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_EVERY).await;
                if let Err(error) = sweep(database.clone(), Some(Arc::clone(&index))).await {
                    tracing::warn!(%error, "cannot sweep expired items");
                }
            }
        }));
    }

    /// Removes the items past their TTL; how many there were.
    pub(crate) async fn sweep_expired(&self) -> Result<usize> {
        sweep(self.database.clone(), None).await
    }

    pub(crate) async fn stop(self) {
        for task in self.tasks {
            task.stop().await;
        }
    }
}

async fn sweep(database: Shared, index: Option<Arc<StreamIndex>>) -> Result<usize> {
    let swept = tokio::task::spawn_blocking(move || {
        let expired = database.0.sweep_ttl()?;
        if let Some(index) = index {
            index.trim()?;
        }
        Ok(expired)
    });
    swept
        .await
        .map_err(|error| Error::Database(error.to_string()))?
}
