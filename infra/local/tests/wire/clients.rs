//! SDK clients for a stand-in, without retries, so that a test sees each answer.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{AppName, BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, StreamSpecification, StreamViewType,
};
use local::StandIn;
use std::time::Duration;

macro_rules! client {
    ($sdk:ident, $stand_in:expr, $endpoint:ident) => {{
        let config = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("ACCESSKEY", "secret", None, None, "test"))
            .endpoint_url(&$stand_in.endpoints().$endpoint)
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(Duration::from_secs(30))
                    .build(),
            )
            .app_name(AppName::new("ingest").unwrap())
            .build();
        $sdk::Client::from_conf(config)
    }};
}

pub(crate) fn dynamodb(stand_in: &StandIn) -> aws_sdk_dynamodb::Client {
    client!(aws_sdk_dynamodb, stand_in, dynamodb)
}

pub(crate) fn secrets_manager(stand_in: &StandIn) -> aws_sdk_secretsmanager::Client {
    client!(aws_sdk_secretsmanager, stand_in, secrets_manager)
}

pub(crate) fn cloud_watch(stand_in: &StandIn) -> aws_sdk_cloudwatch::Client {
    client!(aws_sdk_cloudwatch, stand_in, cloud_watch)
}

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Makes a table with the keys `pk` and `sk` and a stream of new images.
pub(crate) async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str) {
    let mut request = client.create_table().table_name(name);
    for (attribute, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        request = request
            .attribute_definitions(
                AttributeDefinition::builder()
                    .attribute_name(attribute)
                    .attribute_type(ScalarAttributeType::S)
                    .build()
                    .unwrap(),
            )
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name(attribute)
                    .key_type(kind)
                    .build()
                    .unwrap(),
            );
    }
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewImage)
        .build()
        .unwrap();
    request
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream)
        .send()
        .await
        .unwrap();
}

pub(crate) async fn put(client: &aws_sdk_dynamodb::Client, table: &str, sk: &str) {
    let request = client.put_item().table_name(table);
    request
        .item("pk", text("p"))
        .item("sk", text(sk))
        .send()
        .await
        .unwrap();
}
