//! Tokens good and bad, against a provider on loopback.

mod cache;
mod forged;
mod provider;
mod sign_in;

use event::{Timestamp, WorkspaceId};
use policy::Role;
use serde_json::{Value, json};

use super::{Identity, Oidc, OidcSettings, SigningAlgorithm, TokenError};
use provider::{Provider, Signer};

const AUDIENCE: &str = "weir-admin";
const NOW: i64 = 1_795_240_800;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW * 1_000)
}

/// A provider with one key, and a verifier that trusts it.
async fn start(signer: &Signer) -> (Provider, Oidc) {
    let provider = Provider::start(&[signer]).await;
    let oidc = Oidc::new(&settings(&provider, signer.algorithm()));
    (provider, oidc)
}

fn settings(provider: &Provider, algorithm: SigningAlgorithm) -> OidcSettings {
    OidcSettings {
        issuer: provider.issuer.clone(),
        audience: AUDIENCE.to_owned(),
        algorithm,
        groups_claim: "cognito:groups".to_owned(),
        jwks_url: None,
    }
}

/// The claims of an access token as Cognito makes them.
fn claims(provider: &Provider) -> Value {
    json!({
        "iss": provider.issuer,
        "sub": "8f3c",
        "client_id": AUDIENCE,
        "token_use": "access",
        "username": "ann",
        "cognito:groups": ["acme:viewer", "acme:editor", "beta:admin", "acme:viewer", "staff", "Acme:admin", "acme:owner"],
        "iat": NOW - 10,
        "exp": NOW + 3_590,
    })
}

/// The same claims with one changed; `null` takes it away.
fn changed(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    let members = claims.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    claims
}

#[tokio::test]
async fn a_good_token_says_who_it_is_and_the_highest_role_in_each_workspace() {
    for signer in [Signer::rsa("one"), Signer::elliptic_curve("one")] {
        let (provider, oidc) = start(&signer).await;
        let token = signer.token(&claims(&provider));
        let workspace = |id| WorkspaceId::parse(id).unwrap();
        let expected = Identity {
            subject: "8f3c".to_owned(),
            name: "ann".to_owned(),
            memberships: [
                (workspace("acme"), Role::Editor),
                (workspace("beta"), Role::Admin),
            ]
            .into(),
        };
        assert_eq!(oidc.verify(&token, now()).await, Ok(expected));
    }
}

#[tokio::test]
async fn every_claim_is_looked_at() {
    use TokenError::{Audience, Claim, Expired, Issuer, NotYetValid, Use};
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let good = claims(&provider);
    let leeway = 60;
    for (name, value, expected) in [
        ("iss", json!(null), Err(Claim("iss"))),
        ("iss", json!(7), Err(Claim("iss"))),
        ("iss", json!("https://id.example"), Err(Issuer)),
        ("iss", json!(format!("{}/", provider.issuer)), Err(Issuer)),
        ("client_id", json!(null), Err(Claim("client_id"))),
        ("client_id", json!("other"), Err(Audience)),
        ("aud", json!(AUDIENCE), Ok(())),
        ("aud", json!(["other", AUDIENCE]), Ok(())),
        ("aud", json!("other"), Err(Audience)),
        ("aud", json!([]), Err(Audience)),
        ("aud", json!({AUDIENCE: true}), Err(Audience)),
        ("token_use", json!(null), Err(Audience)),
        ("token_use", json!("id"), Err(Use)),
        ("token_use", json!("refresh"), Err(Use)),
        ("sub", json!(null), Err(Claim("sub"))),
        ("sub", json!(""), Err(Claim("sub"))),
        ("sub", json!("an n"), Err(Claim("sub"))),
        ("sub", json!("s".repeat(256)), Err(Claim("sub"))),
        ("exp", json!(null), Err(Claim("exp"))),
        ("exp", json!("tomorrow"), Err(Claim("exp"))),
        ("exp", json!(-1), Err(Claim("exp"))),
        ("exp", json!(1e300), Err(Claim("exp"))),
        ("exp", json!(NOW - leeway), Err(Expired)),
        ("exp", json!(NOW - leeway + 1), Ok(())),
        ("exp", json!(1_795_240_800.5), Ok(())),
        ("exp", json!(u64::MAX), Ok(())),
        ("iat", json!(null), Err(Claim("iat"))),
        ("iat", json!(NOW + leeway), Ok(())),
        ("iat", json!(NOW + leeway + 1), Err(NotYetValid)),
        ("nbf", json!(NOW + leeway), Ok(())),
        ("nbf", json!(NOW + leeway + 1), Err(NotYetValid)),
        ("nbf", json!("now"), Err(Claim("nbf"))),
    ] {
        let token = signer.token(&changed(&good, name, value.clone()));
        let verdict = oidc.verify(&token, now()).await.map(|_| ());
        assert_eq!(verdict, expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_person_is_called_by_the_best_name_there_is() {
    let signer = Signer::elliptic_curve("one");
    let (provider, oidc) = start(&signer).await;
    let good = changed(&claims(&provider), "username", json!(null));
    for (name, value, expected) in [
        ("email", json!("ann@example.com"), "ann@example.com"),
        ("preferred_username", json!("Ann"), "Ann"),
        ("preferred_username", json!(" "), "8f3c"),
        ("preferred_username", json!("line\nbreak"), "8f3c"),
        ("preferred_username", json!("n".repeat(129)), "8f3c"),
        ("preferred_username", json!(["Ann"]), "8f3c"),
    ] {
        let token = signer.token(&changed(&good, name, value));
        assert_eq!(oidc.verify(&token, now()).await.unwrap().name, expected);
    }
}

#[tokio::test]
async fn the_groups_may_be_in_another_claim_and_one_string() {
    let signer = Signer::elliptic_curve("one");
    let provider = Provider::start(&[&signer]).await;
    let oidc = Oidc::new(&OidcSettings {
        groups_claim: "roles".to_owned(),
        ..settings(&provider, SigningAlgorithm::Es256)
    });
    let memberships = async |roles: Value| {
        let token = signer.token(&changed(&claims(&provider), "roles", roles));
        let identity = oidc.verify(&token, now()).await.unwrap();
        identity.memberships.into_values().collect::<Vec<_>>()
    };
    assert_eq!(memberships(json!("acme:admin")).await, [Role::Admin]);
    assert_eq!(memberships(json!(["acme:viewer", 7])).await, [Role::Viewer]);
    assert_eq!(memberships(json!(null)).await, []);
    assert_eq!(memberships(json!({"acme:admin": 1})).await, []);
}
