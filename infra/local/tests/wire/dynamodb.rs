use std::time::SystemTime;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Put, ReturnConsumedCapacity, TimeToLiveSpecification,
    TransactWriteItem,
};
use local::{Permission, Service, StandIn};

use crate::clients::{create_table, dynamodb, put, text};

#[tokio::test]
async fn an_item_reads_back_as_it_was_put() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    let bytes = AttributeValue::B(Blob::new(vec![0, 255, 7]));
    let put = client
        .put_item()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"))
        .item("blob", bytes.clone())
        .item("n", AttributeValue::N("9007199254740993".into()))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    assert_eq!(put.consumed_capacity().unwrap().capacity_units(), Some(1.0));
    let read = client
        .get_item()
        .table_name("items")
        .key("pk", text("p"))
        .key("sk", text("s"));
    let item = read
        .consistent_read(true)
        .send()
        .await
        .unwrap()
        .item
        .unwrap();
    assert_eq!(item["blob"], bytes);
    assert_eq!(item["n"], AttributeValue::N("9007199254740993".into()));
}

#[tokio::test]
async fn a_query_gives_the_range_in_order() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    for sk in ["c", "a", "b", "d"] {
        put(&client, "items", sk).await;
    }
    let found = client
        .query()
        .table_name("items")
        .key_condition_expression("pk = :p AND sk BETWEEN :a AND :c")
        .expression_attribute_values(":p", text("p"))
        .expression_attribute_values(":a", text("a"))
        .expression_attribute_values(":c", text("c"))
        .send()
        .await
        .unwrap();
    let keys: Vec<_> = found
        .items()
        .iter()
        .map(|item| item["sk"].as_s().unwrap().as_str())
        .collect();
    assert_eq!(keys, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_refused() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    put(&client, "items", "s").await;
    let again = client
        .put_item()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"))
        .condition_expression("attribute_not_exists(pk)");
    let error = again.send().await.unwrap_err().into_service_error();
    assert!(error.is_conditional_check_failed_exception());

    let check = ConditionCheck::builder()
        .table_name("items")
        .key("pk", text("p"))
        .key("sk", text("none"))
        .condition_expression("attribute_exists(pk)")
        .build()
        .unwrap();
    let other = Put::builder()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("new"));
    let transaction = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .transact_items(
            TransactWriteItem::builder()
                .put(other.build().unwrap())
                .build(),
        );
    let error = transaction.send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("TransactionCanceledException"));
}

#[tokio::test]
async fn each_request_is_recorded_with_its_caller_and_permissions() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    stand_in.clear_recorded();
    let put = Put::builder()
        .table_name("items")
        .item("pk", text("p"))
        .item("sk", text("s"));
    client
        .transact_write_items()
        .transact_items(
            TransactWriteItem::builder()
                .put(put.build().unwrap())
                .build(),
        )
        .send()
        .await
        .unwrap();
    let recorded = stand_in.recorded();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].service, Service::DynamoDb);
    assert_eq!(recorded[0].action, "TransactWriteItems");
    assert_eq!(recorded[0].table.as_deref(), Some("items"));
    assert_eq!(recorded[0].caller.as_deref(), Some("ingest"));
    let needed = Permission {
        partitions: ["p".to_owned()].into(),
        ..Permission::new("dynamodb:PutItem", Some("items"))
    };
    assert_eq!(recorded[0].permissions, [needed]);
}

#[tokio::test]
async fn two_stand_ins_share_nothing() {
    let (one, two) = (
        StandIn::memory().await.unwrap(),
        StandIn::memory().await.unwrap(),
    );
    create_table(&dynamodb(&one), "items").await;
    let tables = dynamodb(&two).list_tables().send().await.unwrap();
    assert!(tables.table_names().is_empty());
}

#[tokio::test]
async fn dropping_the_stand_in_ends_its_services() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    stand_in.shutdown().await;
    assert!(client.list_tables().send().await.is_err());
}

#[tokio::test]
async fn an_expired_item_goes_with_the_next_sweep() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = dynamodb(&stand_in);
    create_table(&client, "items").await;
    let ttl = TimeToLiveSpecification::builder()
        .attribute_name("ttl")
        .enabled(true)
        .build();
    let update = client.update_time_to_live().table_name("items");
    update
        .time_to_live_specification(ttl.unwrap())
        .send()
        .await
        .unwrap();
    #[expect(clippy::disallowed_methods, reason = "an item expires in real time")]
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    for (sk, ttl) in [("gone", now - 60), ("stays", now + 60)] {
        let request = client.put_item().table_name("items").item("pk", text("p"));
        let ttl = AttributeValue::N(ttl.to_string());
        request
            .item("sk", text(sk))
            .item("ttl", ttl)
            .send()
            .await
            .unwrap();
    }
    assert_eq!(stand_in.sweep_expired().await.unwrap(), 1);
    let left = client.scan().table_name("items").send().await.unwrap();
    assert_eq!(left.items()[0]["sk"], text("stays"));
}
