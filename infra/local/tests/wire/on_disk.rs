use std::fs::OpenOptions;
use std::io::Write;

use aws_sdk_cloudwatch::types::MetricDatum;
use local::{Error, Ports, Service, StandIn};

use crate::clients::{cloud_watch, create_table, dynamodb, put, secrets_manager};

#[tokio::test]
async fn data_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new");
    let first = StandIn::on_disk(&path, Ports::default()).await.unwrap();
    create_table(&dynamodb(&first), "items").await;
    put(&dynamodb(&first), "items", "s").await;
    secrets_manager(&first)
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    for value in [1.0, 2.0] {
        let datum = MetricDatum::builder().metric_name("M").value(value).build();
        let metrics = cloud_watch(&first);
        metrics
            .put_metric_data()
            .namespace("N")
            .metric_data(datum)
            .send()
            .await
            .unwrap();
    }
    first.shutdown().await;
    // A process that was killed may have left half a line.
    let mut journal = OpenOptions::new()
        .append(true)
        .open(path.join("metrics.jsonl"))
        .unwrap();
    journal.write_all(br#"{"n":"N","m":"#).unwrap();

    for _ in 0..2 {
        let again = StandIn::on_disk(&path, Ports::default()).await.unwrap();
        let items = dynamodb(&again)
            .scan()
            .table_name("items")
            .send()
            .await
            .unwrap();
        assert_eq!(items.count(), 1);
        let secret = secrets_manager(&again)
            .get_secret_value()
            .secret_id("s")
            .send()
            .await
            .unwrap();
        assert_eq!(secret.secret_string(), Some("one"));
        let listed = cloud_watch(&again).list_metrics().send().await.unwrap();
        assert_eq!(listed.metrics().len(), 1);
        again.shutdown().await;
    }
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let dir = tempfile::tempdir().unwrap();
    let ports = Ports {
        secrets_manager: port,
        ..Ports::default()
    };
    let error = StandIn::on_disk(dir.path(), ports).await.unwrap_err();
    let named = matches!(error, Error::PortInUse { service: Service::SecretsManager, port: p } if p == port);
    assert!(
        named && error.to_string().contains(&port.to_string()),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let stand_in = StandIn::on_disk(dir.path(), Ports::default())
        .await
        .unwrap();
    let client = secrets_manager(&stand_in);
    client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    let mode = std::fs::metadata(dir.path().join("secrets.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!format!("{stand_in:?}").contains("one\""));
}
