//! The HTTP/1.1 server under each service: one loop that accepts, one task per connection.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The largest request any of the services takes: `BatchWriteItem` with 16 MB.
const MAX_BODY: usize = 17 * 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut")]
pub(crate) struct Cut;

/// What a service does with a request.
pub(crate) trait Handler: Send + Sync + 'static {
    /// What is kept for the life of a connection.
    type Connection: Default + Send + Sync;

    /// Whether new connections are cut at once.
    fn refuses_connections(&self) -> bool;

    /// The answer; `Err` cuts the connection instead.
    fn answer(
        &self,
        connection: &Self::Connection,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Cut>> + Send;
}

/// A task that ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Task(JoinHandle<()>);

impl Task {
    pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// Ends the task and waits until it is gone.
    pub(crate) async fn stop(mut self) {
        self.0.abort();
        if let Err(error) = (&mut self.0).await
            && error.is_panic()
        {
            tracing::error!(%error, "a task of the stand-in had failed");
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Serves until the task is dropped; its connections end with it.
pub(crate) fn serve<H: Handler>(listener: TcpListener, handler: Arc<H>) -> Task {
    Task::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) if !handler.refuses_connections() => {
                        connections.spawn(serve_connection(stream, Arc::clone(&handler)));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
    })
}

async fn serve_connection<H: Handler>(stream: TcpStream, handler: Arc<H>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot switch off Nagle's algorithm");
    }
    let kept = H::Connection::default();
    let (handler, kept) = (&*handler, &kept);
    let service = service_fn(move |request| async move {
        let request = whole(request).await?;
        handler
            .answer(kept, request)
            .await
            .map(|response| response.map(Full::new))
    });
    // An error here is a client that left, or a cut that was asked for.
    if let Err(error) = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await
    {
        tracing::trace!(%error, "connection ended");
    }
}

async fn whole(request: Request<hyper::body::Incoming>) -> Result<Request<Bytes>, Cut> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|error| {
            tracing::debug!(%error, "request body not readable");
            Cut
        })?;
    Ok(Request::from_parts(head, body.to_bytes()))
}
