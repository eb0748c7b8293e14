//! Somebody who gets webhooks, and answers as the path says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

/// Listens on loopback.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    released: Arc<watch::Sender<bool>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::<Mutex<Vec<_>>>::default();
        let released = Arc::new(watch::Sender::new(false));
        let (kept, hold) = (Arc::clone(&received), Arc::clone(&released));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), hold.subscribe()));
            }
        });
        Self {
            url,
            received,
            released,
        }
    }

    /// Lets `/held` answer, from now on.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    /// What came, in its order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// Answers requests of one connection: `/500` with that status, `/redirect` to the metadata service,
/// `/close` by closing, `/hang` never, `/held` when it is released, `/trickle` with a body that does not
/// end, everything else with 204.
async fn serve(
    mut stream: TcpStream,
    received: Arc<Mutex<Vec<Received>>>,
    mut released: watch::Receiver<bool>,
) {
    let mut bytes = Vec::new();
    loop {
        let Some(request) = read(&mut stream, &mut bytes).await else {
            return;
        };
        let path = request.path.clone();
        received.lock().unwrap().push(request);
        if path == "/held" && released.wait_for(|it| *it).await.is_err() {
            return;
        }
        let answer = match path.split('?').next().unwrap() {
            "/hang" => {
                tokio::time::sleep(Duration::from_mins(10)).await;
                return;
            }
            "/close" => return,
            "/trickle" => "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx".to_owned(),
            "/redirect" => {
                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"
                    .to_owned()
            }
            path => {
                let status = path.trim_start_matches('/').parse::<u16>().unwrap_or(204);
                let length = if status == 204 { "" } else { "Content-Length: 0\r\n" };
                format!("HTTP/1.1 {status} Answer\r\n{length}\r\n")
            }
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.split("\r\n");
            let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
            let headers: BTreeMap<_, _> = lines
                .map(|line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    (name.to_ascii_lowercase(), value.to_owned())
                })
                .collect();
            let length: usize = headers["content-length"].parse().unwrap();
            let body = end + 4;
            if bytes.len() >= body + length {
                let text = String::from_utf8(bytes[body..body + length].to_vec()).unwrap();
                bytes.drain(..body + length);
                return Some(Received {
                    path,
                    headers,
                    body: text,
                    at: Instant::now(),
                });
            }
        }
        let mut buffer = [0; 8_192];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
