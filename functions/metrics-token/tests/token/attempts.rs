//! How often somebody may try.

use std::time::Duration;

use event::Clock;
use policy::{ApiKey, ClientSecret, KeyKind};
use testkit::Answer;

use crate::support::Exchange;

async fn refused_after(exchange: &Exchange, mut attempt: impl AsyncFnMut() -> Answer) -> usize {
    for tried in 0..200 {
        let answer = attempt().await;
        if answer.status == 429 {
            assert_eq!(answer.code(), "rate_limited");
            let seconds: u64 = answer.headers["retry-after"].parse().unwrap();
            assert!((1..=60).contains(&seconds));
            let later = exchange.app.clock.now().plus(Duration::from_secs(seconds));
            exchange.app.clock.set(later);
            assert_ne!(attempt().await.status, 429, "the next minute is another");
            return tried;
        }
    }
    0
}

#[tokio::test]
async fn a_key_may_be_tried_sixty_times_a_minute_wherever_from() {
    let exchange = Exchange::open().await;
    let wrong = ClientSecret::generate(&mut rand::rng());
    let mut from = 0_u8;
    let tried = refused_after(&exchange, async || {
        from += 1;
        let body = serde_json::json!({
            "clientSecret": wrong.expose(), "environmentApiKey": exchange.key.expose(),
        });
        let call = exchange.call().json(&body);
        call.from(&format!("198.51.100.{from}")).send().await
    });
    assert_eq!(tried.await, 60);
}

#[tokio::test]
async fn an_address_may_try_a_hundred_and_twenty_times_a_minute_whatever_key() {
    let exchange = Exchange::open().await;
    let tried = refused_after(&exchange, async || {
        let key = ApiKey::generate(KeyKind::Metrics, &mut rand::rng());
        exchange.with(key.expose(), exchange.secret.expose()).await
    });
    assert_eq!(tried.await, 120);
}
