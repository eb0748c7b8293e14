//! The first half of the authorisation-code flow: a person signs in and is sent back with a code.

use std::net::IpAddr;

use bytes::Bytes;
use http::{Response, Uri};

use super::form::{Form, address};
use super::sessions::Pending;
use super::{AUTHORIZE, CLIENT_ID, Issuer, answer, page};

/// What an application asks for, checked.
struct Asked<'f> {
    redirect_uri: &'f str,
    challenge: &'f str,
    state: Option<&'f str>,
    nonce: Option<&'f str>,
}

/// The page where a person says who they are.
pub(super) fn ask(issuer: &Issuer, query: &Form) -> Response<Bytes> {
    match Asked::read(query) {
        Ok(_) => {
            let action = format!("{AUTHORIZE}?{}", query.query());
            answer::page(page::sign_in(&action, &issuer.0.people.all()))
        }
        Err(description) => answer::bad_request("invalid_request", description),
    }
}

/// Sends the person back to the application with a code.
pub(super) fn sign_in(issuer: &Issuer, query: &Form, body: &Form, now: i64) -> Response<Bytes> {
    let asked = match Asked::read(query) {
        Ok(asked) => asked,
        Err(description) => return answer::bad_request("invalid_request", description),
    };
    let username = body.get("username").unwrap_or_default();
    let Some(person) = issuer.0.people.find(username) else {
        return answer::bad_request("access_denied", "nobody has this user name");
    };
    let pending = Pending {
        username: person.username,
        redirect_uri: asked.redirect_uri.to_owned(),
        challenge: asked.challenge.to_owned(),
        nonce: asked.nonce.map(str::to_owned),
    };
    let code = issuer.0.sessions.wait(pending, now);
    let mut members = vec![("code", code.as_str())];
    members.extend(asked.state.map(|state| ("state", state)));
    answer::redirect(&address(asked.redirect_uri, &members))
}

/// Sends the person back to the application. There is no session here to end: each sign-in asks.
pub(super) fn sign_out(query: &Form) -> Response<Bytes> {
    if query.get("client_id") != Some(CLIENT_ID) {
        return answer::bad_request("invalid_client", "client_id is not known");
    }
    match query.get("logout_uri").filter(|uri| is_loopback(uri)) {
        Some(uri) => answer::redirect(uri),
        None => answer::bad_request("invalid_request", "logout_uri must lead to loopback"),
    }
}

impl<'f> Asked<'f> {
    fn read(query: &'f Form) -> Result<Self, &'static str> {
        if query.get("response_type") != Some("code") {
            return Err("response_type must be code");
        }
        if query.get("client_id") != Some(CLIENT_ID) {
            return Err("client_id is not known");
        }
        if query.get("code_challenge_method") != Some("S256") {
            return Err("code_challenge_method must be S256");
        }
        let redirect_uri = query.get("redirect_uri").filter(|uri| is_loopback(uri));
        Ok(Self {
            redirect_uri: redirect_uri.ok_or("redirect_uri must lead to loopback")?,
            challenge: query
                .get("code_challenge")
                .ok_or("code_challenge is missing")?,
            state: query.get("state"),
            nonce: query.get("nonce"),
        })
    }
}

/// Whether an address leads to this machine.
fn is_loopback(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let is_plain = uri.authority().is_some_and(|it| !it.as_str().contains('@'));
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    uri.scheme_str() == Some("http") && is_plain && is_here
}
