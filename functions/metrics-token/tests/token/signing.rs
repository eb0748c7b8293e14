//! What is signed, and what is taken for it.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use edge::{AccessToken, Problem};
use event::Clock;
use secrets::{SigningKey, TokenKeys};

use crate::support::Exchange;

/// The code of what becomes of a token.
async fn verify(exchange: &Exchange, token: &str) -> Result<AccessToken, &'static str> {
    let (verifier, now) = (exchange.verifier(), exchange.app.clock.now());
    let outcome = verifier.verify(token, now).await;
    outcome.map_err(|problem: Problem| problem.code())
}

#[tokio::test]
async fn a_token_ends_after_fifteen_minutes() {
    let exchange = Exchange::open().await;
    let token = exchange.token().await;
    let start = exchange.app.clock.now();
    let almost = start.plus(Duration::from_secs(15 * 60 - 2));
    exchange.app.clock.set(almost);
    assert!(verify(&exchange, &token).await.is_ok());
    exchange.app.clock.set(start.plus(AccessToken::LIFETIME));
    assert_eq!(verify(&exchange, &token).await, Err("token_expired"));
}

#[tokio::test]
async fn a_token_with_any_character_changed_is_none() {
    let exchange = Exchange::open().await;
    let token = exchange.token().await;
    for place in (0..token.len() - 1).step_by(7) {
        let mut other = token.clone().into_bytes();
        other[place] = if other[place] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        let refused = verify(&exchange, &other).await.unwrap_err();
        assert_eq!(refused, "token_invalid", "{place}");
    }
    assert_eq!(verify(&exchange, "").await, Err("token_invalid"));
}

#[tokio::test]
async fn a_key_that_nobody_published_signs_for_nobody() {
    let exchange = Exchange::open().await;
    exchange.token().await;
    let stranger = TokenKeys::new(exchange.app.secrets_manager(), "stranger");
    stranger.create_if_missing().await.unwrap();
    let record = exchange.app.store.key(exchange.key.id()).await.unwrap();
    let now = exchange.app.clock.now();
    let token = AccessToken::granted(&record.unwrap(), "v".to_owned(), now);
    let forged = token.sign(&stranger.current().await.unwrap());
    assert_eq!(verify(&exchange, &forged).await, Err("token_invalid"));
    let genuine = token.sign(&exchange.token_keys.current().await.unwrap());
    assert!(verify(&exchange, &genuine).await.is_ok());
}

/// What becomes of a token that somebody makes up now with that key.
async fn forge(exchange: &Exchange, key: &SigningKey) -> Result<AccessToken, &'static str> {
    let record = exchange.app.store.key(exchange.key.id()).await.unwrap();
    let now = exchange.app.clock.now();
    let token = AccessToken::granted(&record.unwrap(), "v".to_owned(), now);
    verify(exchange, &token.sign(key)).await
}

async fn withdraw(exchange: &Exchange, key: &SigningKey) {
    let client = aws_sdk_dynamodb::Client::new(&exchange.app.runtime.aws);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let delete = client.delete_item().table_name("control");
    let delete = delete
        .key("pk", text("TOKENKEYS"))
        .key("sk", text(key.id()));
    delete.send().await.unwrap();
}

#[tokio::test]
async fn a_key_that_was_withdrawn_comes_back_with_no_process() {
    let mut exchange = Exchange::open().await;
    exchange.turn().await;
    exchange.restart();
    exchange.token().await;
    let current = exchange.token_keys.current().await.unwrap();
    exchange.turn().await;
    exchange.restart();
    let next = exchange.token_keys.current().await.unwrap();
    // Now both may be known to somebody. Two turns make current what was not there then.
    exchange.turn().await;
    exchange.restart();
    exchange.token().await;
    for key in [&current, &next] {
        assert!(forge(&exchange, key).await.is_ok());
        withdraw(&exchange, key).await;
    }
    exchange.restart();
    let token = exchange.token().await;
    assert!(verify(&exchange, &token).await.is_ok());
    for key in [&current, &next] {
        assert_eq!(forge(&exchange, key).await, Err("token_invalid"));
    }
}

#[tokio::test]
async fn a_key_that_signs_no_more_counts_for_a_day_at_most() {
    let mut exchange = Exchange::open().await;
    exchange.turn().await;
    exchange.restart();
    exchange.token().await;
    let old = exchange.token_keys.current().await.unwrap();
    exchange.turn().await;
    exchange.restart();
    let token = exchange.token().await;
    assert!(verify(&exchange, &token).await.is_ok());
    assert!(forge(&exchange, &old).await.is_ok(), "its tokens are out");
    exchange.app.clock.advance(Duration::from_hours(24));
    assert_eq!(forge(&exchange, &old).await, Err("token_invalid"));
    let token = exchange.token().await;
    assert!(verify(&exchange, &token).await.is_ok());
}

#[tokio::test]
async fn a_key_that_signs_is_published_anew_before_its_time_is_over() {
    let exchange = Exchange::open().await;
    for _ in 0..4 {
        exchange.token().await;
        exchange.app.clock.advance(Duration::from_hours(12));
        let current = exchange.token_keys.current().await.unwrap();
        assert!(forge(&exchange, &current).await.is_ok());
    }
}
