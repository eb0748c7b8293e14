//! A provider of `OpenID` Connect, for people who sign in: its tokens look like Cognito's.
//!
//! It knows the people that its user names and asks none of them for a password: it is for one
//! machine. An application gets tokens by the authorisation-code flow with PKCE, or for a named
//! person at once, by the grant `password` without one.

mod answer;
mod authorize;
mod claims;
mod form;
mod grants;
mod key;
mod page;
mod people;
mod sessions;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::json;

use crate::faults::{Faults, Kind, aws_error};
use crate::recorder::Recorder;
use crate::wire::{Cut, Handler};
use crate::{Recorded, Result, Service, clock};
use form::Form;
use key::SigningKey;
use people::People;
pub use people::Person;
use sessions::Sessions;

/// The one application that is registered, as its tokens name it.
pub const CLIENT_ID: &str = "local-application";

/// The provider's keys, people and sessions. Clones share them.
#[derive(Debug, Clone)]
pub struct Issuer(Arc<State>);

#[derive(Debug)]
struct State {
    url: String,
    key: RwLock<SigningKey>,
    people: People,
    sessions: Sessions,
}

impl Issuer {
    /// A provider at that address: with the key in the file, which is made if it is missing, or
    /// with a key that is kept nowhere.
    pub(crate) fn new(url: String, key_file: Option<&Path>) -> Result<Self> {
        let key = match key_file {
            Some(path) => SigningKey::open(path)?,
            None => SigningKey::generate()?,
        };
        Ok(Self(Arc::new(State {
            url,
            key: RwLock::new(key),
            people: People::default(),
            sessions: Sessions::default(),
        })))
    }

    /// The provider's name, which is also its address.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Where tokens are given out.
    pub fn token_url(&self) -> String {
        format!("{}{TOKEN}", self.0.url)
    }

    /// Lets a person sign in. One who is known by that user name is replaced.
    pub fn add_person(&self, person: Person) {
        self.0.people.add(person);
    }

    /// An access token of that person, made at that moment (seconds since the epoch) for an hour;
    /// none where nobody has the user name.
    pub fn access_token(&self, username: &str, now: i64) -> Option<String> {
        let person = self.0.people.find(username)?;
        Some(self.sign(&claims::access(self.url(), &person, now)))
    }

    /// Signs with a new key from now on, and publishes only that. It is not kept.
    pub fn rotate_key(&self) -> Result<()> {
        let key = SigningKey::generate()?;
        *self.0.key.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }

    fn sign(&self, claims: &serde_json::Value) -> String {
        let key = self.0.key.read().unwrap_or_else(PoisonError::into_inner);
        key.sign(claims)
    }

    fn keys(&self) -> Response<Bytes> {
        let key = self.0.key.read().unwrap_or_else(PoisonError::into_inner);
        answer::json(StatusCode::OK, &json!({"keys": [key.public()]}))
    }

    /// What the provider can do, for clients that ask.
    fn discovery(&self) -> Response<Bytes> {
        let url = self.url();
        let document = json!({
            "issuer": url,
            "jwks_uri": format!("{url}{KEYS}"),
            "authorization_endpoint": format!("{url}{AUTHORIZE}"),
            "token_endpoint": format!("{url}{TOKEN}"),
            "end_session_endpoint": format!("{url}{LOGOUT}"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["none"],
            "grant_types_supported": ["authorization_code", "refresh_token", "password"],
            "code_challenge_methods_supported": ["S256"],
        });
        answer::json(StatusCode::OK, &document)
    }

    fn perform(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let now = clock::now_secs();
        let query = Form::parse(request.uri().query().unwrap_or_default().as_bytes());
        let body = || Form::parse(request.body());
        match (request.method(), request.uri().path()) {
            (&Method::GET, DISCOVERY) => self.discovery(),
            (&Method::GET, KEYS) => self.keys(),
            (&Method::GET, AUTHORIZE) => authorize::ask(self, &query),
            (&Method::POST, AUTHORIZE) => authorize::sign_in(self, &query, &body(), now),
            (&Method::POST, TOKEN) => grants::answer(self, &body(), now),
            (&Method::GET, LOGOUT) => authorize::sign_out(&query),
            (_, DISCOVERY | KEYS | AUTHORIZE | TOKEN | LOGOUT) => {
                let message = "this path does not take this method";
                answer::error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", message)
            }
            _ => answer::error(
                StatusCode::NOT_FOUND,
                "invalid_request",
                "there is nothing here",
            ),
        }
    }
}

const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/.well-known/jwks.json";
const AUTHORIZE: &str = "/oauth2/authorize";
const TOKEN: &str = "/oauth2/token";
const LOGOUT: &str = "/logout";

/// The provider as a service of the stand-in.
#[derive(Debug)]
pub(crate) struct Server {
    issuer: Issuer,
    recorder: Recorder,
    faults: Faults,
}

impl Server {
    pub(crate) const fn new(issuer: Issuer, recorder: Recorder, faults: Faults) -> Self {
        Self {
            issuer,
            recorder,
            faults,
        }
    }
}

impl Handler for Server {
    type Connection = ();

    fn refuses_connections(&self) -> bool {
        self.faults.refuses_connections(Service::Issuer)
    }

    async fn answer(
        &self,
        (): &(),
        request: Request<Bytes>,
    ) -> std::result::Result<Response<Bytes>, Cut> {
        let action = format!("{} {}", request.method(), request.uri().path());
        let fate = self.faults.decide(Service::Issuer, &action, &[]);
        self.recorder.record(Recorded {
            service: Service::Issuer,
            action,
            table: None,
            caller: None,
            permissions: Vec::new(),
        });
        if !fate.delay.is_zero() {
            tokio::time::sleep(fate.delay).await;
        }
        match fate.kind {
            None => Ok(self.issuer.perform(&request)),
            Some(Kind::Hang) => std::future::pending().await,
            Some(Kind::AnswerLost) => {
                self.issuer.perform(&request);
                Err(Cut)
            }
            Some(kind) => {
                let error = aws_error(Service::Issuer, kind).ok_or(Cut)?;
                Ok(answer::error(error.status, "server_error", error.message))
            }
        }
    }
}
