//! Delivery over Lambda's invoke API.

use std::time::Duration;

use local::StandIn;
use local::stream::{Deliverer, Options, Target};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::clients::{create_table, dynamodb, put};

/// Reads one request: its first line and its JSON body.
pub(crate) async fn request(stream: &mut TcpStream) -> (String, Value) {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.lines().next().unwrap().to_owned(), body);
        }
        assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "{text}");
    }
}

#[tokio::test]
async fn a_function_error_is_tried_again_and_an_answer_ends_the_batch() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    put(&client, "items", "a").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let function = tokio::spawn(async move {
        let answers = [
            (
                "200 OK\r\nx-amz-function-error: Unhandled",
                r#"{"errorMessage":"no"}"#,
            ),
            ("503 Service Unavailable", ""),
            ("200 OK", r#"{"batchItemFailures":[]}"#),
        ];
        let mut seen = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            seen.push(request(&mut stream).await);
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
            stream
                .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
                .await
                .unwrap();
        }
        seen
    });
    let options = Options {
        first_backoff: Duration::from_millis(1),
        ..Options::default()
    };
    let target = Target::lambda(&base, "projector");
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
    let drained = deliverer.drain().await.unwrap();
    assert_eq!((drained.records, drained.retries), (1, 2));
    let seen = function.await.unwrap();
    assert_eq!(
        seen[0].0,
        "POST /2015-03-31/functions/projector/invocations HTTP/1.1"
    );
    assert_eq!(seen[2].1["Records"][0]["dynamodb"]["Keys"]["sk"]["S"], "a");
    assert!(seen.windows(2).all(|two| two[0] == two[1]));
}
