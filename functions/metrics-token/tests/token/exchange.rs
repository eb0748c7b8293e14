//! Which pairs are exchanged, and that wrong ones are all alike.

use std::time::Duration;

use event::Clock;
use insta::assert_snapshot;
use policy::{AddressRow, AddressRules, ApiKey, ClientSecret, KeyKind, Policy};
use serde_json::{Value, json};

use crate::support::Exchange;

const WRONG: &str = r#"401 {"error":{"code":"credentials_invalid","message":"the API key and the client secret are no pair that is in use","requestId":"test-request"}}"#;

#[tokio::test]
async fn a_pair_becomes_a_token_that_names_key_and_workspace() {
    let exchange = Exchange::open().await;
    let answer = exchange.exchange().await;
    let mut body = answer.json();
    let token = body["accessToken"].take();
    assert_snapshot!(body, @r#"{"accessToken":null,"expiresIn":900,"tokenType":"Bearer"}"#);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let now = exchange.app.clock.now();
    let verifier = exchange.verifier();
    let said = verifier.verify(token.as_str().unwrap(), now).await.unwrap();
    assert_eq!(&said.key, exchange.key.id());
    assert_eq!(said.workspace, exchange.app.workspace);
    let record = exchange.app.store.key(exchange.key.id()).await.unwrap();
    assert!(said.counts_for(&record.unwrap(), now));
}

#[tokio::test]
async fn every_wrong_pair_has_the_same_answer_for_the_same_calls() {
    let exchange = Exchange::open().await;
    let (key, secret) = (exchange.key.expose(), exchange.secret.expose());
    let other_key = ApiKey::generate(KeyKind::Metrics, &mut rand::rng());
    let other_secret = ClientSecret::generate(&mut rand::rng());
    let rum = exchange.app.key(KeyKind::Rum).await;
    // The key's id with another secret.
    let wrong_key = {
        let id = exchange.key.id().clone();
        ApiKey::generate_with_id(KeyKind::Metrics, id, &mut rand::rng())
    };
    let pairs = [
        (key, other_secret.expose()),
        (other_key.expose(), secret),
        (other_key.expose(), other_secret.expose()),
        (rum.expose(), secret),
        (wrong_key.expose(), secret),
    ];
    exchange.exchange().await;
    let mut calls = Vec::new();
    for (key, secret) in pairs {
        exchange.app.stand_in.clear_recorded();
        let answer = exchange.with(key, secret).await;
        assert_eq!(answer.shown(), WRONG);
        let recorded = exchange.app.stand_in.recorded();
        let mut names: Vec<_> = recorded.into_iter().map(|call| call.action).collect();
        names.sort();
        calls.push(names);
    }
    assert!(!calls[0].is_empty());
    assert!(calls.iter().all(|one| *one == calls[0]), "{calls:?}");
    for (key, secret) in [("x", secret), (key, "y"), ("", "")] {
        assert_eq!(
            exchange.with(key, secret).await.code(),
            "credentials_invalid"
        );
    }
}

#[tokio::test]
async fn the_right_pair_hears_why_it_may_not_be_used() {
    let exchange = Exchange::open().await;
    let only_home = Policy {
        addresses: AddressRules::Specific(vec![AddressRow::new(
            "198.51.100.7/32".parse().unwrap(),
        )]),
        ..Policy::default()
    };
    exchange.set_policy(&only_home).await;
    assert_eq!(exchange.exchange().await.code(), "ip_not_allowed");
    let wrong = ClientSecret::generate(&mut rand::rng());
    let answer = exchange.with(exchange.key.expose(), wrong.expose()).await;
    assert_eq!(
        answer.code(),
        "credentials_invalid",
        "the address says nothing"
    );
    let body = json!({
        "clientSecret": exchange.secret.expose(), "environmentApiKey": exchange.key.expose(),
    });
    let home = exchange.call().json(&body).from("198.51.100.7");
    assert_eq!(home.send().await.status, 200);
    exchange.app.set_enabled(&exchange.key, false).await;
    assert_eq!(exchange.exchange().await.code(), "key_disabled");
    exchange.app.set_enabled(&exchange.key, true).await;
    exchange.admin("DELETE", "", Value::Null).await;
    assert_eq!(exchange.exchange().await.code(), "key_revoked");

    let (app, key) = (&exchange.app, exchange.key.id());
    app.runtime.flush().await;
    let from = app.clock.now().start_of_hour();
    let to = from.plus(Duration::from_hours(1));
    let usage = app.store.usage(&app.workspace, Some(key), from, to).await;
    let refused = &usage.unwrap()[key].hours[&from].refused;
    assert_eq!(
        refused
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect::<Vec<_>>(),
        ["ip_not_allowed 1", "key_disabled 1", "key_revoked 1"]
    );
}

#[tokio::test]
async fn of_a_rotation_both_secrets_are_exchanged_until_the_deadline() {
    let exchange = Exchange::open().await;
    let second = exchange.rotate(600).await;
    assert_eq!(exchange.exchange().await.status, 200);
    let key = exchange.key.expose();
    assert_eq!(exchange.with(key, second.expose()).await.status, 200);
    let third = exchange.rotate(0).await;
    assert_eq!(exchange.exchange().await.code(), "credentials_invalid");
    let answer = exchange.with(key, second.expose()).await;
    assert_eq!(answer.code(), "credentials_invalid");
    assert_eq!(exchange.with(key, third.expose()).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_none_says_what_is_wrong() {
    let exchange = Exchange::open().await;
    let ask = async |body: &str| {
        exchange.call().text(body).send().await.json()["error"]["message"].to_string()
    };
    assert_snapshot!(ask("").await, @r#""the body is empty: it must be a JSON object""#);
    assert_snapshot!(ask("{}").await, @r#""missing member `clientSecret`""#);
    assert_snapshot!(ask(r#"{"clientSecret":"a"}"#).await, @r#""missing member `environmentApiKey`""#);
    assert_snapshot!(ask(r#"{"clientSecret":1,"environmentApiKey":"b"}"#).await, @r#""clientSecret: must be a string""#);
    assert_snapshot!(ask(r#"{"clientSecret":"a","environmentApiKey":"b","x":1}"#).await, @r#""x: is not a known member: expected `clientSecret` or `environmentApiKey`""#);
}
