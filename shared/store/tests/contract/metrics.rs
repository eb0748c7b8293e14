//! What writes report.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use event::{Clock, Signal, Timestamp};
use local::{Fault, StandIn};
use telemetry::read::{Point, Range, Reader};
use telemetry::{Metrics, Namespace, Sink};

use crate::support::{Fixture, chunk, config, event, meta};

/// The time of the machine: CloudWatch takes no value that is much older or newer.
#[derive(Debug)]
struct Present;

impl Clock for Present {
    fn now(&self) -> Timestamp {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
        Timestamp::from_millis(since.as_millis().try_into().unwrap())
    }
}

fn sum(points: &[Point]) -> f64 {
    points.iter().map(|point| point.value).sum()
}

#[tokio::test]
async fn every_write_reports_its_units_and_each_throttle_on_the_way() {
    let stand_in = StandIn::memory().await.unwrap();
    let config = config(&stand_in.endpoints().cloud_watch);
    let client = aws_sdk_cloudwatch::Client::new(&config);
    let sink = Sink::CloudWatch(client.clone());
    let metrics = Metrics::new(sink, Duration::from_secs(1), Arc::new(Present));
    let fixture = Fixture::on(stand_in, metrics.clone()).await;
    let append = async |id: &str, blob: usize| {
        let mut chunk = chunk(Signal::Events, &[event(id, 0)]);
        chunk.blob = vec![1; blob];
        fixture.store.append(&meta(Signal::Events), chunk).await
    };
    append("a", 100).await.unwrap();
    // The refusal of the second copy is billed like a put.
    append("a", 100).await.unwrap();
    append("b", 2_500).await.unwrap();
    fixture
        .stand_in
        .faults()
        .inject(Fault::throttled().times(2));
    append("c", 100).await.unwrap();
    fixture
        .stand_in
        .faults()
        .inject(Fault::throttled().times(3));
    append("d", 100).await.unwrap_err();
    let now = Present.now();
    metrics.flush(now).await;
    let around = Duration::from_mins(10);
    let range = Range::new(now.minus(around), now.plus(around)).unwrap();
    let graphs = Reader::new(client)
        .graphs(&fixture.workspace, range)
        .await
        .unwrap();
    let writes = graphs.database_writes;
    assert_eq!(sum(&writes.units).to_string(), "6");
    assert_eq!(sum(&writes.throttles).to_string(), "5");
    assert_eq!(sum(&writes.writes).to_string(), "5");
}

#[tokio::test]
async fn two_installations_of_one_account_do_not_see_each_others_metrics() {
    let stand_in = StandIn::memory().await.unwrap();
    let config = config(&stand_in.endpoints().cloud_watch);
    let client = aws_sdk_cloudwatch::Client::new(&config);
    let namespaces = ["Weir/one", "Weir/other"].map(|name| Namespace::parse(name).unwrap());
    let workspace = event::WorkspaceId::parse("main").unwrap();
    for (namespace, events) in namespaces.iter().zip([1, 20]) {
        let sink = Sink::CloudWatch(client.clone());
        let metrics = Metrics::in_namespace(
            namespace.clone(),
            sink,
            Duration::from_secs(1),
            Arc::new(Present),
        );
        metrics.accepted(&workspace, events);
        metrics.flush(Present.now()).await;
    }
    let around = Duration::from_mins(10);
    let now = Present.now();
    let range = Range::new(now.minus(around), now.plus(around)).unwrap();
    let mut seen = Vec::new();
    for namespace in namespaces {
        let reader = Reader::in_namespace(namespace, client.clone());
        let graphs = reader.graphs(&workspace, range).await.unwrap();
        seen.push(sum(&graphs.user_events.accepted).to_string());
    }
    assert_eq!(seen, ["1", "20"]);
}
