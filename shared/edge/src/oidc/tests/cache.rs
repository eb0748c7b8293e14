//! How long the provider's keys are kept, and how often it is asked for them.

use std::time::Duration;

use event::Timestamp;
use http::StatusCode;
use serde_json::json;

use super::provider::{Provider, Signer};
use super::{Oidc, SigningAlgorithm, TokenError, claims, now, settings, start};

/// The outcome of a token made at that time.
async fn verdict(
    provider: &Provider,
    oidc: &Oidc,
    signer: &Signer,
    at: Timestamp,
) -> Result<(), TokenError> {
    let mut claims = claims(provider);
    claims["iat"] = json!(at.as_secs());
    claims["exp"] = json!(at.as_secs() + 600);
    oidc.verify(&signer.token(&claims), at).await.map(|_| ())
}

fn after(duration: Duration) -> Timestamp {
    now().plus(duration)
}

#[tokio::test]
async fn the_keys_are_fetched_once_an_hour_whatever_comes() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    for _ in 0..20 {
        assert_eq!(verdict(&provider, &oidc, &signer, now()).await, Ok(()));
    }
    assert_eq!(provider.fetches(), 1);
    let minutes = |minutes| after(Duration::from_mins(minutes));
    assert_eq!(
        verdict(&provider, &oidc, &signer, minutes(59)).await,
        Ok(())
    );
    assert_eq!(provider.fetches(), 1);
    assert_eq!(
        verdict(&provider, &oidc, &signer, minutes(60)).await,
        Ok(())
    );
    assert_eq!(provider.fetches(), 2);
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_fetch() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let token = signer.token(&claims(&provider));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (oidc, token) = (oidc.clone(), token.clone());
            tokio::spawn(async move { oidc.verify(&token, now()).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(provider.fetches(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    let (old, new) = (Signer::elliptic_curve("old"), Signer::elliptic_curve("new"));
    let (provider, oidc) = start(&old).await;
    assert_eq!(verdict(&provider, &oidc, &old, now()).await, Ok(()));
    provider.change(|served| served.keys = vec![new.jwk()]);
    // Until then the old key is in the cache, and good.
    let soon = after(Duration::from_secs(59));
    assert_eq!(verdict(&provider, &oidc, &old, soon).await, Ok(()));
    let unknown = Err(TokenError::KeyUnknown);
    assert_eq!(verdict(&provider, &oidc, &new, soon).await, unknown);
    let later = after(Duration::from_mins(1));
    assert_eq!(verdict(&provider, &oidc, &new, later).await, Ok(()));
    assert_eq!(verdict(&provider, &oidc, &old, later).await, unknown);
}

#[tokio::test]
async fn invented_key_ids_reach_the_provider_once_a_minute() {
    let (signer, other) = (Signer::elliptic_curve("one"), Signer::elliptic_curve("two"));
    let (provider, oidc) = start(&signer).await;
    for second in 0..120 {
        let at = after(Duration::from_secs(second));
        let outcome = verdict(&provider, &oidc, &other, at).await;
        assert_eq!(outcome, Err(TokenError::KeyUnknown));
    }
    assert_eq!(provider.fetches(), 2);
}

#[tokio::test]
async fn a_provider_that_fails_is_forgiven_while_there_are_keys() {
    let (signer, other) = (Signer::elliptic_curve("one"), Signer::elliptic_curve("two"));
    let (provider, oidc) = start(&signer).await;
    let fail = |fails: bool| {
        provider.change(|served| {
            served.status = if fails {
                StatusCode::BAD_GATEWAY
            } else {
                StatusCode::OK
            };
        });
    };
    fail(true);
    let unavailable = Err(TokenError::KeysUnavailable);
    assert_eq!(verdict(&provider, &oidc, &signer, now()).await, unavailable);
    fail(false);
    // A second later nobody asks again, two seconds later somebody does.
    let seconds = |seconds| after(Duration::from_secs(seconds));
    assert_eq!(
        verdict(&provider, &oidc, &signer, seconds(1)).await,
        unavailable
    );
    assert_eq!(verdict(&provider, &oidc, &signer, seconds(2)).await, Ok(()));
    fail(true);
    let hours = |hours| after(Duration::from_hours(hours));
    assert_eq!(verdict(&provider, &oidc, &signer, hours(23)).await, Ok(()));
    assert_eq!(
        verdict(&provider, &oidc, &other, hours(23)).await,
        Err(TokenError::KeyUnknown)
    );
    assert_eq!(
        verdict(&provider, &oidc, &signer, hours(25)).await,
        unavailable
    );
}

#[tokio::test]
async fn a_key_set_without_a_usable_key_replaces_nothing() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    assert_eq!(verdict(&provider, &oidc, &signer, now()).await, Ok(()));
    provider.change(|served| served.keys = vec![json!("no key"), json!({"kty": "oct", "k": "AA"})]);
    let later = after(Duration::from_hours(2));
    assert_eq!(verdict(&provider, &oidc, &signer, later).await, Ok(()));
    assert_eq!(provider.fetches(), 2);
}

#[tokio::test]
async fn a_discovery_document_must_be_the_issuers_and_lead_to_a_safe_place() {
    let signer = Signer::elliptic_curve("one");
    let (provider, _) = start(&signer).await;
    let jwks = format!("{}/jwks", provider.issuer);
    for (issuer, jwks_uri) in [
        ("https://id.example", jwks.as_str()),
        (&provider.issuer, "http://id.example/jwks"),
        (&provider.issuer, "file:///etc/jwks"),
    ] {
        provider.change(|served| {
            served.document = json!({"issuer": issuer, "jwks_uri": jwks_uri});
        });
        let oidc = Oidc::new(&settings(&provider, SigningAlgorithm::Es256));
        let outcome = verdict(&provider, &oidc, &signer, now()).await;
        assert_eq!(outcome, Err(TokenError::KeysUnavailable), "{jwks_uri}");
    }
    assert_eq!(provider.fetches(), 0);
}

#[tokio::test]
async fn a_configured_key_set_needs_no_discovery() {
    let signer = Signer::elliptic_curve("one");
    let (provider, _) = start(&signer).await;
    provider.change(|served| served.document = json!(null));
    let mut settings = settings(&provider, SigningAlgorithm::Es256);
    settings.jwks_url = Some(format!("{}/jwks", provider.issuer));
    let oidc = Oidc::new(&settings);
    assert_eq!(verdict(&provider, &oidc, &signer, now()).await, Ok(()));
}
