//! The identity token at the end of a sign-in.

use serde_json::{Value, json};

use super::provider::{Provider, Signer};
use super::{NOW, changed, now, start};
use crate::TokenError;

const CLIENT: &str = "weir-dashboard";
const NONCE: &str = "n-0S6_WzA2Mj";

/// The claims of an identity token as Cognito makes them.
fn claims(provider: &Provider) -> Value {
    json!({
        "iss": provider.issuer,
        "sub": "8f3c",
        "aud": CLIENT,
        "token_use": "id",
        "nonce": NONCE,
        "email": "ann@example.com",
        "cognito:groups": ["acme:editor"],
        "iat": NOW - 10,
        "exp": NOW + 3_590,
    })
}

#[tokio::test]
async fn an_identity_token_counts_for_its_client_its_sign_in_and_its_time() {
    use TokenError::{Audience, Claim, Expired, Issuer, Nonce, NotYetValid, Use};
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let good = claims(&provider);
    for (name, value, expected) in [
        ("sub", json!("8f3c"), Ok("ann@example.com")),
        ("aud", json!(["other", CLIENT]), Ok("ann@example.com")),
        ("aud", json!("other"), Err(Audience)),
        ("aud", json!(null), Err(Audience)),
        ("azp", json!(CLIENT), Ok("ann@example.com")),
        ("azp", json!("other"), Err(Audience)),
        ("nonce", json!("other"), Err(Nonce)),
        ("nonce", json!(null), Err(Claim("nonce"))),
        ("token_use", json!(null), Ok("ann@example.com")),
        ("token_use", json!("access"), Err(Use)),
        ("iss", json!("https://id.example"), Err(Issuer)),
        ("exp", json!(NOW - 60), Err(Expired)),
        ("iat", json!(NOW + 61), Err(NotYetValid)),
    ] {
        let token = signer.token(&changed(&good, name, value.clone()));
        let verified = oidc.verify_sign_in(&token, CLIENT, NONCE, now()).await;
        let found = verified.as_ref().map(|identity| identity.name.as_str());
        assert_eq!(found.map_err(|error| *error), expected, "{name} {value}");
    }
}

#[tokio::test]
async fn an_identity_token_opens_no_admin_api_and_an_access_token_signs_nobody_in() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let identity = signer.token(&claims(&provider));
    let error = oidc.verify(&identity, now()).await.unwrap_err();
    assert_eq!(error, TokenError::Use);
    let access = signer.token(&super::claims(&provider));
    let verified = oidc.verify_sign_in(&access, CLIENT, NONCE, now()).await;
    assert_eq!(verified.unwrap_err(), TokenError::Use);
}

#[tokio::test]
async fn an_identity_token_that_somebody_else_signed_is_refused() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let forged = Signer::elliptic_curve("one").token(&claims(&provider));
    let verified = oidc.verify_sign_in(&forged, CLIENT, NONCE, now()).await;
    assert_eq!(verified.unwrap_err(), TokenError::Signature);
}
