//! Deletion, lists, tags and random passwords.

use std::collections::BTreeSet;

use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, Tag};
use local::StandIn;

use crate::clients::secrets_manager;

#[tokio::test]
async fn a_deleted_secret_can_be_restored_unless_forced() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    client
        .create_secret()
        .name("s")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    client
        .delete_secret()
        .secret_id("s")
        .recovery_window_in_days(7)
        .send()
        .await
        .unwrap();
    let error = client
        .get_secret_value()
        .secret_id("s")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_invalid_request_exception());
    let again = client
        .create_secret()
        .name("s")
        .secret_string("x")
        .send()
        .await
        .unwrap_err();
    assert!(again.into_service_error().is_invalid_request_exception());
    assert!(
        client
            .describe_secret()
            .secret_id("s")
            .send()
            .await
            .unwrap()
            .deleted_date()
            .is_some()
    );
    client.restore_secret().secret_id("s").send().await.unwrap();
    let restored = client
        .get_secret_value()
        .secret_id("s")
        .send()
        .await
        .unwrap();
    assert_eq!(restored.secret_string(), Some("one"));
    let forced = client
        .delete_secret()
        .secret_id("s")
        .force_delete_without_recovery(true);
    forced.clone().send().await.unwrap();
    forced.send().await.unwrap();
    client
        .create_secret()
        .name("s")
        .secret_string("new")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn secrets_are_listed_by_prefix_and_page() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    for name in ["a/1", "a/2", "a/3", "b/1"] {
        let tag = Tag::builder().key("team").value(name).build();
        client
            .create_secret()
            .name(name)
            .tags(tag)
            .send()
            .await
            .unwrap();
    }
    let by_name = Filter::builder()
        .key(FilterNameStringType::Name)
        .values("a/")
        .build();
    let mut pages = client
        .list_secrets()
        .filters(by_name)
        .max_results(2)
        .into_paginator()
        .send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.push(
            page.unwrap()
                .secret_list()
                .iter()
                .map(|s| s.name().unwrap().to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(names, [vec!["a/1", "a/2"], vec!["a/3"]]);
    client
        .untag_resource()
        .secret_id("b/1")
        .tag_keys("team")
        .send()
        .await
        .unwrap();
    assert!(
        client
            .describe_secret()
            .secret_id("b/1")
            .send()
            .await
            .unwrap()
            .tags()
            .is_empty()
    );
}

#[tokio::test]
async fn random_passwords_have_what_was_asked_for() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = secrets_manager(&stand_in);
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        let request = client
            .get_random_password()
            .password_length(20)
            .exclude_punctuation(true);
        let password = request
            .exclude_characters("0Ol1")
            .send()
            .await
            .unwrap()
            .random_password
            .unwrap();
        assert_eq!(password.len(), 20);
        assert!(
            password
                .chars()
                .all(|c| c.is_ascii_alphanumeric() && !"0Ol1".contains(c))
        );
        for class in [char::is_lowercase, char::is_uppercase, char::is_numeric] {
            assert!(password.chars().any(class), "{password}");
        }
        seen.insert(password);
    }
    assert_eq!(seen.len(), 50);
}
