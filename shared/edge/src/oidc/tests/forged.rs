//! Tokens that somebody else made.

use aws_lc_rs::hmac;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::provider::{Signer, base64, unsigned};
use super::{Oidc, TokenError, claims, now, start};

async fn refusal(oidc: &Oidc, token: &str) -> TokenError {
    oidc.verify(token, now()).await.unwrap_err()
}

#[tokio::test]
async fn a_token_cannot_choose_its_algorithm() {
    for signer in [Signer::rsa("one"), Signer::elliptic_curve("one")] {
        let (provider, oidc) = start(&signer).await;
        let claims = claims(&provider);
        // Signed with the public key, which everybody has, as if it were a shared secret.
        let public = hmac::Key::new(hmac::HMAC_SHA256, &signer.public());
        for algorithm in ["HS256", "RS256", "ES256"] {
            let signed = unsigned(&json!({"alg": algorithm, "kid": "one"}), &claims);
            let signature = base64(hmac::sign(&public, signed.as_bytes()));
            let forged = refusal(&oidc, &format!("{signed}.{signature}")).await;
            let is_ours = algorithm == signer.algorithm().as_str();
            let expected = if is_ours {
                TokenError::Signature
            } else {
                TokenError::Algorithm
            };
            assert_eq!(forged, expected, "{algorithm}");
        }
        for algorithm in [
            json!("none"),
            json!("None"),
            json!(""),
            json!(null),
            json!(7),
        ] {
            let signed = unsigned(&json!({"alg": algorithm, "kid": "one"}), &claims);
            for token in [
                format!("{signed}."),
                signer.token_with(&json!({"alg": algorithm, "kid": "one"}), &claims),
            ] {
                assert_eq!(refusal(&oidc, &token).await, TokenError::Algorithm);
            }
        }
        let signed = unsigned(
            &json!({"alg": signer.algorithm().as_str(), "kid": "one"}),
            &claims,
        );
        assert_eq!(
            refusal(&oidc, &format!("{signed}.")).await,
            TokenError::Signature
        );
    }
}

#[tokio::test]
async fn the_signature_of_another_key_is_wrong_under_the_right_name() {
    for (signer, other) in [
        (Signer::rsa("one"), Signer::rsa("one")),
        (Signer::elliptic_curve("one"), Signer::elliptic_curve("one")),
    ] {
        let (provider, oidc) = start(&signer).await;
        let token = other.token(&claims(&provider));
        assert_eq!(refusal(&oidc, &token).await, TokenError::Signature);
    }
}

#[tokio::test]
async fn a_token_brings_no_key_and_no_rule_of_its_own() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let other = Signer::elliptic_curve("one");
    for (name, value) in [
        ("jwk", other.jwk()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MII="])),
        ("crit", json!(["b64"])),
    ] {
        let mut header = json!({"alg": "ES256", "kid": "one"});
        header[name] = value;
        for signer in [&signer, &other] {
            let token = signer.token_with(&header, &claims(&provider));
            assert_eq!(refusal(&oidc, &token).await, TokenError::Header, "{name}");
        }
    }
    assert_eq!(provider.fetches(), 0);
}

#[tokio::test]
async fn a_token_names_its_key() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    for id in [json!(null), json!(1), json!("")] {
        let header = json!({"alg": "ES256", "kid": id});
        let token = signer.token_with(&header, &claims(&provider));
        assert_eq!(refusal(&oidc, &token).await, TokenError::KeyUnknown);
    }
}

#[tokio::test]
async fn keys_for_other_purposes_verify_nothing() {
    let signer = Signer::elliptic_curve("one");
    let good = Signer::elliptic_curve("good");
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("ES384")),
        ("kty", json!("RSA")),
        ("crv", json!("P-384")),
        ("x", json!("AA")),
        ("y", json!(null)),
    ] {
        let (provider, oidc) = start(&good).await;
        provider.change(|served| {
            let mut jwk = signer.jwk();
            jwk[name] = value;
            served.keys.push(jwk);
        });
        let token = signer.token(&claims(&provider));
        assert_eq!(
            refusal(&oidc, &token).await,
            TokenError::KeyUnknown,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_large_token_is_not_looked_at() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let mut large = claims(&provider);
    large["more"] = json!("x".repeat(8 * 1024));
    assert_eq!(
        refusal(&oidc, &signer.token(&large)).await,
        TokenError::TooLarge
    );
    assert_eq!(provider.fetches(), 0);
}

#[test]
fn no_change_of_a_token_is_accepted_and_no_text_makes_the_check_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = runtime.block_on(start(&signer));
    let token = signer.token(&claims(&provider));
    let accepts = |token: &str| runtime.block_on(oidc.verify(token, now())).is_ok();
    assert!(accepts(&token));
    let replacements = (0..token.len(), "[A-Za-z0-9_.=-]");
    let forged = TestRunner::default().run(&replacements, |(at, character)| {
        let mut forged = token.clone();
        forged.replace_range(at..=at, &character);
        prop_assert_eq!(accepts(&forged), forged == token);
        Ok(())
    });
    forged.unwrap();
    let text = TestRunner::default().run(&"\\PC{0,80}", |text| {
        prop_assert!(!accepts(&text));
        Ok(())
    });
    text.unwrap();
}
