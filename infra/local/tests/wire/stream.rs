use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use local::stream::{Deliverer, Drained, Options, Target};
use local::{Error, StandIn};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::clients::{create_table, dynamodb, put, text};
use crate::invoke::request;

async fn started() -> (StandIn, Client) {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    (stand_in, client)
}

fn quick() -> Options {
    Options {
        first_backoff: Duration::from_millis(1),
        ..Options::default()
    }
}

fn keys(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    records
        .map(|r| {
            r["dynamodb"]["Keys"]["sk"]["S"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// A function that keeps the batches it was given and answers by `answer`.
fn collecting(
    answer: impl Fn(&Value) -> Result<Value, String> + Send + Sync + 'static,
) -> (Target, Arc<Mutex<Vec<Vec<String>>>>) {
    let batches = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&batches);
    let target = Target::handler(move |event| {
        kept.lock().unwrap().push(keys(&event));
        let answer = answer(&event);
        async move { answer }
    });
    (target, batches)
}

#[tokio::test]
async fn records_have_the_shape_lambda_gives_them() {
    let (stand_in, client) = started().await;
    let request = client
        .put_item()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"));
    let blob = AttributeValue::B(Blob::new(vec![1, 2, 255]));
    request
        .item("blob", blob)
        .item("n", AttributeValue::N("7".into()))
        .send()
        .await
        .unwrap();
    let seen = Arc::new(Mutex::new(Value::Null));
    let kept = Arc::clone(&seen);
    let target = Target::handler(move |event| {
        *kept.lock().unwrap() = event;
        async { Ok(json!({ "batchItemFailures": [] })) }
    });
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, quick());
    deliverer.drain().await.unwrap();
    let event = seen.lock().unwrap().clone();
    let record = &event["Records"][0];
    assert_eq!(record["eventName"], "INSERT");
    assert_eq!(record["eventVersion"], "1.1");
    assert_eq!(record["eventSource"], "aws:dynamodb");
    assert_eq!(record["awsRegion"], "us-east-1");
    assert_eq!(record["eventID"].as_str().unwrap().len(), 32);
    let arn = record["eventSourceARN"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:dynamodb:us-east-1:000000000000:table/items/stream/"),
        "{arn}"
    );
    let change = &record["dynamodb"];
    assert_eq!(
        change["Keys"],
        json!({ "pk": { "S": "p" }, "sk": { "S": "s" } })
    );
    assert_eq!(change["NewImage"]["blob"], json!({ "B": "AQL/" }));
    assert_eq!(change["NewImage"]["n"], json!({ "N": "7" }));
    assert_eq!(change["StreamViewType"], "NEW_IMAGE");
    assert!(change["ApproximateCreationDateTime"].as_i64().unwrap() > 1_600_000_000);
    assert!(change["SizeBytes"].as_u64().unwrap() > 0);
    assert_eq!(change["SequenceNumber"].as_str().unwrap().len(), 21);
}

#[tokio::test]
async fn insertions_come_in_order_in_batches_and_changes_are_passed_over() {
    let (stand_in, client) = started().await;
    for sk in ["a", "b", "a", "c", "d", "e"] {
        put(&client, "items", sk).await;
    }
    let (target, batches) = collecting(|_| Ok(Value::Null));
    let options = Options {
        batch_size: 2,
        ..quick()
    };
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
    let drained = deliverer.drain().await.unwrap();
    assert_eq!(
        *batches.lock().unwrap(),
        [vec!["a", "b"], vec!["c"], vec!["d", "e"]]
    );
    assert_eq!(
        drained,
        Drained {
            records: 5,
            batches: 3,
            ..Drained::default()
        }
    );
    assert_eq!(deliverer.drain().await.unwrap(), Drained::default());
}

#[tokio::test]
async fn a_partial_failure_goes_on_from_the_lowest_failed_record() {
    let (stand_in, client) = started().await;
    for sk in ["a", "b", "c", "d"] {
        put(&client, "items", sk).await;
    }
    let failed_once = Mutex::new(false);
    let (target, batches) = collecting(move |event| {
        let first = !std::mem::replace(&mut *failed_once.lock().unwrap(), true);
        let number = &event["Records"][1]["dynamodb"]["SequenceNumber"];
        let failures = if first {
            vec![json!({ "itemIdentifier": number })]
        } else {
            vec![]
        };
        Ok(json!({ "batchItemFailures": failures }))
    });
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, quick());
    let drained = deliverer.drain().await.unwrap();
    assert_eq!(
        *batches.lock().unwrap(),
        [vec!["a", "b", "c", "d"], vec!["b", "c", "d"]]
    );
    assert_eq!(
        (drained.records, drained.retries, drained.redelivered),
        (4, 1, 0)
    );
}

#[tokio::test]
async fn a_poisonous_record_is_isolated_by_halves_and_given_up() {
    let (stand_in, client) = started().await;
    for sk in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        put(&client, "items", sk).await;
    }
    let taken = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&taken);
    let (target, _) = collecting(move |event| {
        let keys = keys(event);
        if keys.contains(&"f".to_owned()) {
            return Err("poison".into());
        }
        kept.lock().unwrap().extend(keys);
        Ok(Value::Null)
    });
    let options = Options {
        max_attempts: Some(3),
        ..quick()
    };
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
    let drained = deliverer.drain().await.unwrap();
    assert_eq!(*taken.lock().unwrap(), ["a", "b", "c", "d", "e", "g", "h"]);
    assert_eq!((drained.records, drained.discarded), (7, 1));
}

#[tokio::test]
async fn draining_into_a_function_that_always_fails_ends_with_its_reason() {
    let (stand_in, client) = started().await;
    put(&client, "items", "a").await;
    let (target, _) = collecting(|_| Err("broken".into()));
    let options = Options {
        max_backoff: Duration::from_millis(2),
        ..quick()
    };
    let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
    let error = deliverer.drain().await.unwrap_err();
    assert!(
        matches!(&error, Error::Undeliverable { reason, .. } if reason == "broken"),
        "{error}"
    );
}

#[tokio::test]
async fn a_restart_goes_on_where_the_position_file_says() {
    let (stand_in, client) = started().await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        position_file: Some(dir.path().join("new/position.json")),
        ..quick()
    };
    for (sk, expected) in [("a", vec![vec!["a"]]), ("b", vec![vec!["b"]])] {
        put(&client, "items", sk).await;
        let (target, batches) = collecting(|_| Ok(Value::Null));
        let database = stand_in.database().clone();
        Deliverer::new(database, "items", target, options.clone())
            .drain()
            .await
            .unwrap();
        assert_eq!(*batches.lock().unwrap(), expected);
    }
    client
        .delete_table()
        .table_name("items")
        .send()
        .await
        .unwrap();
    create_table(&client, "items").await;
    put(&client, "items", "c").await;
    let (target, batches) = collecting(|_| Ok(Value::Null));
    Deliverer::new(stand_in.database().clone(), "items", target, options)
        .drain()
        .await
        .unwrap();
    assert_eq!(batches.lock().unwrap().last().unwrap(), &["c"]);
}

#[tokio::test]
async fn a_seed_shifts_borders_and_redelivers_but_loses_nothing() {
    let (stand_in, client) = started().await;
    let all: Vec<String> = (0..60).map(|n| format!("{n:02}")).collect();
    for sk in &all {
        put(&client, "items", sk).await;
    }
    let run = async |seed: u64| {
        let (target, batches) = collecting(|_| Ok(Value::Null));
        let options = Options {
            seed: Some(seed),
            batch_size: 10,
            ..quick()
        };
        let mut deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
        let drained = deliverer.drain().await.unwrap();
        let batches = batches.lock().unwrap().clone();
        let seen: BTreeSet<String> = batches.iter().flatten().cloned().collect();
        assert_eq!(seen, all.iter().cloned().collect());
        assert_eq!(drained.records - drained.redelivered, 60);
        (batches, drained.redelivered)
    };
    let mut runs = Vec::new();
    for seed in 0..8 {
        runs.push(run(seed).await);
    }
    assert_eq!(runs[3], run(3).await);
    assert!(runs.iter().any(|(_, redelivered)| *redelivered > 0));
    assert!(runs.windows(2).all(|two| two[0].0 != two[1].0));
}

#[tokio::test]
async fn a_function_behind_the_invoke_api_gets_batches_and_is_waited_for() {
    let (stand_in, client) = started().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let target = Target::lambda(&base, "projector");
    put(&client, "items", "a").await;
    let options = Options {
        window: Duration::ZERO,
        poll: Duration::from_millis(5),
        max_attempts: Some(1),
        ..quick()
    };
    let deliverer = Deliverer::new(
        stand_in.database().clone(),
        "items",
        target,
        options.clone(),
    );
    let mut seen = Vec::new();
    let function = async {
        // A function that is not there yet is no attempt.
        for status in ["404 Not Found", "404 Not Found", "200 OK"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (_, event) = request(&mut stream).await;
            seen.push(keys(&event));
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
        }
    };
    deliverer.run(function).await;
    assert_eq!(seen, [["a"]; 3]);

    let (target, batches) = collecting(|_| Ok(Value::Null));
    let deliverer = Deliverer::new(stand_in.database().clone(), "items", target, options);
    let stop = Arc::clone(&batches);
    deliverer
        .run(async move {
            while stop.lock().unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    assert_eq!(*batches.lock().unwrap(), [vec!["a"]]);
}
