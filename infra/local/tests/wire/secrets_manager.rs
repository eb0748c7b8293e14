use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_secretsmanager::primitives::Blob;
use local::{Permission, StandIn};

use crate::clients::secrets_manager;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn value(client: &Client, stage: &str) -> Option<String> {
    let request = client
        .get_secret_value()
        .secret_id("s")
        .version_stage(stage);
    request.send().await.ok()?.secret_string
}

#[tokio::test]
async fn a_new_value_is_current_and_the_old_one_previous() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    let created = client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    assert!(
        created
            .arn()
            .unwrap()
            .starts_with("arn:aws:secretsmanager:eu-west-1:")
    );
    assert_eq!(value(&client, "AWSPREVIOUS").await, None);
    let put = client
        .put_secret_value()
        .secret_id("s")
        .secret_string("two")
        .send()
        .await
        .unwrap();
    assert_eq!(put.version_stages(), ["AWSCURRENT"]);
    assert_eq!(value(&client, "AWSCURRENT").await.as_deref(), Some("two"));
    assert_eq!(value(&client, "AWSPREVIOUS").await.as_deref(), Some("one"));
    client
        .update_secret()
        .secret_id("s")
        .secret_string("three")
        .send()
        .await
        .unwrap();
    assert_eq!(value(&client, "AWSPREVIOUS").await.as_deref(), Some("two"));
    let by_id = client.get_secret_value().secret_id(created.arn().unwrap());
    let old = by_id
        .version_id(created.version_id().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(old.secret_string(), Some("one"));
    let listed = client.list_secret_version_ids().secret_id("s");
    assert_eq!(listed.clone().send().await.unwrap().versions().len(), 2);
    assert_eq!(
        listed
            .include_deprecated(true)
            .send()
            .await
            .unwrap()
            .versions()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_put_with_the_same_token_is_done_once() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    client.create_secret().name("s").send().await.unwrap();
    let put = client
        .put_secret_value()
        .secret_id("s")
        .client_request_token(TOKEN);
    for _ in 0..2 {
        let answer = put.clone().secret_string("one").send().await.unwrap();
        assert_eq!(answer.version_id(), Some(TOKEN));
    }
    let error = put
        .secret_string("two")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_resource_exists_exception());
    let versions = client
        .list_secret_version_ids()
        .secret_id("s")
        .send()
        .await
        .unwrap();
    assert_eq!(versions.versions().len(), 1);
}

#[tokio::test]
async fn labels_move_by_hand_and_a_pending_version_becomes_current() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    let first = client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    let pending = client
        .put_secret_value()
        .secret_id("s")
        .secret_binary(Blob::new(vec![0, 255]))
        .version_stages("AWSPENDING")
        .send()
        .await
        .unwrap();
    assert_eq!(value(&client, "AWSCURRENT").await.as_deref(), Some("one"));
    let promote = client
        .update_secret_version_stage()
        .secret_id("s")
        .version_stage("AWSCURRENT")
        .move_to_version_id(pending.version_id().unwrap());
    let error = promote
        .clone()
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_invalid_parameter_exception());
    promote
        .remove_from_version_id(first.version_id().unwrap())
        .send()
        .await
        .unwrap();
    let current = client
        .get_secret_value()
        .secret_id("s")
        .send()
        .await
        .unwrap();
    assert_eq!(current.secret_binary().unwrap().as_ref(), [0, 255]);
    assert_eq!(value(&client, "AWSPREVIOUS").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn what_is_wrong_has_the_exception_of_secrets_manager() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    let missing = client.get_secret_value().secret_id("none").send().await;
    assert!(
        missing
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
    client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    let taken = client
        .create_secret()
        .name("s")
        .secret_string("two")
        .send()
        .await;
    assert!(
        taken
            .unwrap_err()
            .into_service_error()
            .is_resource_exists_exception()
    );
    let empty = client.put_secret_value().secret_id("s").send().await;
    assert!(
        empty
            .unwrap_err()
            .into_service_error()
            .is_invalid_request_exception()
    );
    let stage = client
        .get_secret_value()
        .secret_id("s")
        .version_stage("X")
        .send()
        .await;
    assert!(
        stage
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
    let large = client
        .put_secret_value()
        .secret_id("s")
        .secret_string("x".repeat(65_537));
    let error = large.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_exception());
    let unknown = client
        .rotate_secret()
        .secret_id("s")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        unknown.into_service_error().code(),
        Some("UnknownOperationException")
    );
}

#[tokio::test]
async fn a_read_is_recorded_with_the_secrets_name() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    let arn = client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap()
        .arn
        .unwrap();
    stand_in.clear_recorded();
    client
        .get_secret_value()
        .secret_id(arn)
        .send()
        .await
        .unwrap();
    let recorded = stand_in.recorded().remove(0);
    let needed = Permission::new("secretsmanager:GetSecretValue", Some("s"));
    assert_eq!(
        (recorded.permissions, recorded.caller.as_deref()),
        (vec![needed], Some("ingest"))
    );
}
