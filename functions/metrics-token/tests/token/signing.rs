//! What is signed, and what is taken for it.

use std::time::Duration;

use edge::{AccessToken, Problem};
use event::Clock;
use secrets::TokenKeys;

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
