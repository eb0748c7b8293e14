//! The functions behind a port on loopback, for programs that speak HTTP.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Call, TestApp};

/// A server; it ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it answers: `http://127.0.0.1:…`.
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestApp {
    /// Serves `keys` on a port of its own.
    pub async fn serve_keys(&self) -> Server {
        serve(vec![("/", self.keys.clone())]).await
    }

    /// Serves `keys` on a port of its own, and these functions for what is below their paths.
    pub async fn serve_with(&self, functions: &[(&'static str, Router)]) -> Server {
        let mut functions = functions.to_vec();
        functions.push(("/", self.keys.clone()));
        serve(functions).await
    }
}

/// Functions by what their paths begin with; of several the first.
type Functions = Vec<(&'static str, Router)>;

async fn serve(functions: Functions) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = Router::new().fallback(answer).with_state(functions);
    let task = tokio::spawn(async move {
        axum::serve(listener, served).await.unwrap();
    });
    Server { url, task }
}

/// Hands the request on as the gateway does.
async fn answer(State(functions): State<Functions>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let mut functions = functions.into_iter();
    let (_, function) = functions
        .find(|(start, _)| path.starts_with(start))
        .unwrap();
    let mut call = Call::new(function, parts.method.as_str(), path);
    if !body.is_empty() {
        call = call.bytes(&body);
    }
    for (name, value) in &parts.headers {
        call = call.header(name.as_str(), value.to_str().unwrap());
    }
    let answer = call.send().await;
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}
