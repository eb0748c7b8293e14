//! What tokens say, in Cognito's words.

use serde_json::{Value, json};

use super::{CLIENT_ID, Person};

/// How long access and identity tokens are good, in seconds.
pub(super) const LIFETIME: i64 = 3_600;

/// The claims of an access token.
pub(super) fn access(issuer: &str, person: &Person, now: i64) -> Value {
    json!({
        "iss": issuer,
        "sub": person.subject,
        "client_id": CLIENT_ID,
        "token_use": "access",
        "scope": "openid email profile",
        "username": person.username,
        "cognito:groups": person.groups,
        "auth_time": now,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid::Uuid::new_v4().to_string(),
    })
}

/// The claims of an identity token.
pub(super) fn identity(issuer: &str, person: &Person, nonce: Option<&str>, now: i64) -> Value {
    let mut claims = json!({
        "iss": issuer,
        "sub": person.subject,
        "aud": CLIENT_ID,
        "token_use": "id",
        "cognito:username": person.username,
        "cognito:groups": person.groups,
        "email": person.email,
        "email_verified": true,
        "auth_time": now,
        "iat": now,
        "exp": now + LIFETIME,
    });
    if let (Some(nonce), Some(claims)) = (nonce, claims.as_object_mut()) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    claims
}
