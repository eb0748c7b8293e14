use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, PutRequest, TransactWriteItem, WriteRequest};
use local::{Fault, Service, StandIn};

use crate::clients::{cloud_watch, create_table, dynamodb, put, secrets_manager, text};

async fn started() -> (StandIn, Client) {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    (stand_in, client)
}

async fn try_put(client: &Client) -> Result<PutItemOutput, SdkError<PutItemError>> {
    client
        .put_item()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"))
        .send()
        .await
}

async fn is_stored(client: &Client) -> bool {
    let read = client
        .get_item()
        .table_name("items")
        .key("pk", text("p"))
        .key("sk", text("s"));
    read.send().await.unwrap().item.is_some()
}

#[tokio::test]
async fn a_throttled_write_is_seen_as_throttling_and_not_applied() {
    let (stand_in, client) = started().await;
    stand_in.faults().inject(
        Fault::throttled()
            .on_action("PutItem")
            .on_table("items")
            .times(1),
    );
    let error = try_put(&client).await.unwrap_err().into_service_error();
    assert!(error.is_provisioned_throughput_exceeded_exception());
    assert!(!is_stored(&client).await);
    stand_in
        .faults()
        .inject(Fault::rate_exceeded().on_action("PutItem").times(1));
    let error = try_put(&client).await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ThrottlingException"));
    try_put(&client).await.unwrap();
}

#[tokio::test]
async fn conflicts_have_the_words_of_their_action() {
    let (stand_in, client) = started().await;
    let conflict = stand_in.faults().inject(Fault::conflict());
    let error = try_put(&client).await.unwrap_err().into_service_error();
    assert!(error.is_transaction_conflict_exception());
    let put = Put::builder()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"));
    let transaction = client.transact_write_items().transact_items(
        TransactWriteItem::builder()
            .put(put.build().unwrap())
            .build(),
    );
    let error = transaction.send().await.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("{error:?}")
    };
    let reasons = cancelled.cancellation_reasons();
    assert_eq!(reasons[0].code(), Some("TransactionConflict"));
    assert_eq!(conflict.hits(), 2);
    stand_in.faults().clear();
    stand_in.faults().inject(Fault::condition_failed());
    let error = try_put(&client).await.unwrap_err().into_service_error();
    assert!(error.is_conditional_check_failed_exception());
}

#[tokio::test]
async fn an_outage_is_no_answer_at_all_and_ends_when_cleared() {
    let (stand_in, client) = started().await;
    let outage = stand_in.faults().inject(Fault::refused());
    for fresh in [client.clone(), dynamodb(&stand_in)] {
        let error = try_put(&fresh).await.unwrap_err();
        assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    }
    outage.clear();
    assert!(!is_stored(&client).await);
    try_put(&client).await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_leaves_the_write_applied() {
    let (stand_in, client) = started().await;
    stand_in
        .faults()
        .inject(Fault::answer_lost().on_action("PutItem").times(1));
    assert!(try_put(&client).await.is_err());
    assert!(is_stored(&client).await);
}

#[tokio::test]
async fn server_errors_delays_and_hanging_requests_reach_the_client() {
    let (stand_in, client) = started().await;
    stand_in.faults().inject(Fault::server_error().times(1));
    let error = try_put(&client).await.unwrap_err().into_service_error();
    assert!(error.is_internal_server_error());
    let slow = stand_in
        .faults()
        .inject(Fault::slow(Duration::from_millis(120)).times(1));
    let begin = Instant::now();
    try_put(&client).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(120) && slow.hits() == 1);
    let hang = stand_in.faults().inject(Fault::hang().times(1));
    let hit = async {
        while hang.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // An answer would come now.
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    tokio::select! {
        () = hit => {}
        answer = try_put(&client) => panic!("{answer:?}"),
    }
    try_put(&client).await.unwrap();
}

#[tokio::test]
async fn a_batch_can_be_given_back_unprocessed() {
    let (stand_in, client) = started().await;
    stand_in.faults().inject(Fault::unprocessed().times(1));
    let put = PutRequest::builder()
        .item("pk", text("p"))
        .item("sk", text("s"))
        .build()
        .unwrap();
    let write = WriteRequest::builder().put_request(put).build();
    let batch = client
        .batch_write_item()
        .request_items("items", vec![write]);
    let first = batch.clone().send().await.unwrap();
    assert_eq!(first.unprocessed_items().unwrap()["items"].len(), 1);
    assert!(
        batch
            .send()
            .await
            .unwrap()
            .unprocessed_items()
            .unwrap()
            .is_empty()
    );
    put_is_stored(&client).await;
}

async fn put_is_stored(client: &Client) {
    assert!(is_stored(client).await);
    put(client, "items", "another").await;
}

#[tokio::test]
async fn the_other_services_can_fail_too() {
    let stand_in = StandIn::memory().await.unwrap();
    stand_in
        .faults()
        .inject(Fault::throttled().on_service(Service::CloudWatch).times(1));
    stand_in.faults().inject(
        Fault::server_error()
            .on_service(Service::SecretsManager)
            .times(1),
    );
    let metrics = cloud_watch(&stand_in);
    let error = metrics
        .list_metrics()
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(error.code(), Some("Throttling"));
    metrics.list_metrics().send().await.unwrap();
    let secrets = secrets_manager(&stand_in);
    assert_eq!(
        secrets
            .list_secrets()
            .send()
            .await
            .unwrap_err()
            .raw_response()
            .unwrap()
            .status()
            .as_u16(),
        500
    );
    stand_in
        .faults()
        .inject(Fault::refused().on_service(Service::CloudWatch));
    let error = metrics.list_metrics().send().await.unwrap_err();
    assert!(matches!(error, SdkError::DispatchFailure(_)));
    secrets.list_secrets().send().await.unwrap();
}
