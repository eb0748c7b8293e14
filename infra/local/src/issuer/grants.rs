//! The token endpoint: a code, a refresh token or a name against tokens.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::form::Form;
use super::{CLIENT_ID, Issuer, Person, answer, claims};

/// Why there are no tokens: OAuth's code and a description.
type Refusal = (&'static str, Cow<'static, str>);

pub(super) fn answer(issuer: &Issuer, form: &Form, now: i64) -> Response<Bytes> {
    match grant(issuer, form, now) {
        Ok(tokens) => answer::json(StatusCode::OK, &tokens),
        Err((code, description)) => answer::bad_request(code, &description),
    }
}

fn grant(issuer: &Issuer, form: &Form, now: i64) -> Result<serde_json::Value, Refusal> {
    if form.get("client_id") != Some(CLIENT_ID) {
        return Err(("invalid_client", "client_id is not known".into()));
    }
    let (username, nonce, refresh) = match form.get("grant_type") {
        Some("authorization_code") => {
            let (username, nonce) = of_code(issuer, form, now)?;
            (username, nonce, None)
        }
        Some("refresh_token") => {
            let token = required(form, "refresh_token")?;
            let username = issuer.0.sessions.of_refresh(token, now);
            let username = username.ok_or_else(|| refused("the refresh token is not known"))?;
            (username, None, Some(token.to_owned()))
        }
        // Without a password: whoever reaches loopback may be anybody here.
        Some("password") => (required(form, "username")?.to_owned(), None, None),
        Some(_) | None => return Err(("unsupported_grant_type", "grant_type is not known".into())),
    };
    let person = issuer.0.people.find(&username);
    let person = person.ok_or_else(|| refused("nobody has this user name"))?;
    let refresh = refresh.unwrap_or_else(|| issuer.0.sessions.refreshable(&username, now));
    Ok(tokens(issuer, &person, nonce.as_deref(), &refresh, now))
}

/// Who signed in, and the nonce that the application gave along.
fn of_code(issuer: &Issuer, form: &Form, now: i64) -> Result<(String, Option<String>), Refusal> {
    let (code, verifier) = (required(form, "code")?, required(form, "code_verifier")?);
    let pending = issuer.0.sessions.take(code, now);
    let pending = pending.ok_or_else(|| refused("the code is not known, or was used"))?;
    if form.get("redirect_uri") != Some(&pending.redirect_uri) {
        return Err(refused("redirect_uri is another than at the sign-in"));
    }
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    if challenge != pending.challenge {
        return Err(refused("code_verifier does not match the challenge"));
    }
    Ok((pending.username, pending.nonce))
}

fn tokens(
    issuer: &Issuer,
    person: &Person,
    nonce: Option<&str>,
    refresh: &str,
    now: i64,
) -> serde_json::Value {
    let url = issuer.url();
    json!({
        "access_token": issuer.sign(&claims::access(url, person, now)),
        "id_token": issuer.sign(&claims::identity(url, person, nonce, now)),
        "refresh_token": refresh,
        "token_type": "Bearer",
        "expires_in": claims::LIFETIME,
    })
}

fn required<'f>(form: &'f Form, name: &'static str) -> Result<&'f str, Refusal> {
    form.get(name)
        .ok_or_else(|| ("invalid_request", format!("{name} is missing").into()))
}

fn refused(description: &'static str) -> Refusal {
    ("invalid_grant", description.into())
}
