//! The proxy on DynamoDB's public port.
//!
//! Each connection from a client has one connection to the library, opened with its first request:
//! HTTP/1.1 carries one request at a time on both.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use super::partitions::PartitionKeys;
use super::refusal::refusal;
use super::target::Target;
use crate::faults::{Faults, Kind};
use crate::recorder::{self, Recorder};
use crate::wire::{Cut, Handler, Task};
use crate::{Recorded, Service};

#[derive(Debug)]
pub(super) struct Proxy {
    upstream: SocketAddr,
    keys: PartitionKeys,
    recorder: Recorder,
    faults: Faults,
}

/// A connection to the library and the task that drives it.
#[derive(Debug)]
pub(super) struct Upstream {
    sender: SendRequest<Full<Bytes>>,
    _driver: Task,
}

impl Proxy {
    pub(super) const fn new(
        upstream: SocketAddr,
        keys: PartitionKeys,
        recorder: Recorder,
        faults: Faults,
    ) -> Self {
        Self {
            upstream,
            keys,
            recorder,
            faults,
        }
    }

    async fn forward(
        &self,
        connection: &Mutex<Option<Upstream>>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Cut> {
        let failed = |error: hyper::Error| {
            tracing::warn!(%error, "DynamoDB did not answer");
            Cut
        };
        let mut kept = connection.lock().await;
        let mut upstream = match kept.take() {
            Some(upstream) => upstream,
            None => self.connect().await?,
        };
        if upstream.sender.ready().await.is_err() {
            upstream = self.connect().await?;
        }
        let answer = upstream
            .sender
            .send_request(request.map(Full::new))
            .await
            .map_err(failed)?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(failed)?.to_bytes();
        *kept = Some(upstream);
        Ok(Response::from_parts(head, body))
    }

    async fn connect(&self) -> Result<Upstream, Cut> {
        let failed = |error: std::io::Error| {
            tracing::warn!(%error, "DynamoDB is not there");
            Cut
        };
        let stream = TcpStream::connect(self.upstream).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| {
            tracing::warn!(%error, "DynamoDB is not there");
            Cut
        })?;
        let driver = Task::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "connection to DynamoDB ended");
            }
        });
        Ok(Upstream {
            sender,
            _driver: driver,
        })
    }

    fn record(&self, request: &Request<Bytes>, target: &Target) {
        self.recorder.record(Recorded {
            service: Service::DynamoDb,
            action: target.action.clone(),
            table: target.tables.first().cloned(),
            caller: recorder::caller(request.headers()),
            permissions: target.permissions.clone(),
        });
    }
}

impl Handler for Proxy {
    type Connection = Mutex<Option<Upstream>>;

    fn refuses_connections(&self) -> bool {
        self.faults.refuses_connections(Service::DynamoDb)
    }

    async fn answer(
        &self,
        connection: &Self::Connection,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Cut> {
        let header = request
            .headers()
            .get("x-amz-target")
            .and_then(|value| value.to_str().ok());
        let Some(header) = header else {
            return self.forward(connection, request).await;
        };
        let target = Target::parse(header, request.body(), |table| self.keys.of(table));
        if matches!(target.action.as_str(), "CreateTable" | "DeleteTable") {
            self.keys.forget();
        }
        self.record(&request, &target);
        let fate = self
            .faults
            .decide(Service::DynamoDb, &target.action, &target.tables);
        if !fate.delay.is_zero() {
            tokio::time::sleep(fate.delay).await;
        }
        match fate.kind {
            None | Some(Kind::Slow(_)) => self.forward(connection, request).await,
            Some(Kind::Refused) => Err(Cut),
            Some(Kind::Hang) => std::future::pending().await,
            Some(Kind::AnswerLost) => {
                self.forward(connection, request).await?;
                Err(Cut)
            }
            Some(kind) => refusal(kind, &target, request.body()).ok_or(Cut),
        }
    }
}
