//! Secrets Manager over its JSON 1.1 protocol.

mod lifecycle;
mod list;
mod password;
mod read;
mod refusal;
mod secret;
mod stages;
mod vault;
mod write;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

use crate::faults::{Faults, Kind, aws_error};
use crate::recorder::{self, Recorder};
use crate::wire::{Cut, Handler};
use crate::{Permission, Recorded, Service};
use refusal::Refusal;
pub(crate) use vault::Vault;

/// The running service.
#[derive(Debug)]
pub(crate) struct SecretsManager {
    vault: Vault,
    recorder: Recorder,
    faults: Faults,
}

type Answer = Result<Value, Refusal>;

impl SecretsManager {
    pub(crate) const fn new(vault: Vault, recorder: Recorder, faults: Faults) -> Self {
        Self {
            vault,
            recorder,
            faults,
        }
    }

    fn perform(&self, action: &str, region: &str, body: &[u8]) -> Answer {
        let vault = &self.vault;
        match action {
            "CreateSecret" => write::create(vault, region, refusal::input(body)?),
            "PutSecretValue" => write::put(vault, refusal::input(body)?),
            "UpdateSecret" => write::update(vault, refusal::input(body)?),
            "UpdateSecretVersionStage" => stages::update(vault, &refusal::input(body)?),
            "GetSecretValue" => read::value(vault, &refusal::input(body)?),
            "DescribeSecret" => read::describe(vault, &refusal::input(body)?),
            "ListSecretVersionIds" => read::versions(vault, &refusal::input(body)?),
            "ListSecrets" => list::secrets(vault, &refusal::input(body)?),
            "DeleteSecret" => lifecycle::delete(vault, &refusal::input(body)?),
            "RestoreSecret" => lifecycle::restore(vault, &refusal::input(body)?),
            "TagResource" => lifecycle::tag(vault, refusal::input(body)?),
            "UntagResource" => lifecycle::untag(vault, &refusal::input(body)?),
            "GetRandomPassword" => password::generate(&refusal::input(body)?),
            _ => Err(Refusal::new("UnknownOperationException", "")),
        }
    }

    /// The secret's name, however the request calls it.
    fn secret_named(&self, body: &[u8]) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let id = body
            .get("SecretId")
            .or_else(|| body.get("Name"))?
            .as_str()?;
        Some(self.vault.name_of(id).unwrap_or_else(|| id.to_owned()))
    }
}

impl Handler for SecretsManager {
    type Connection = ();

    fn refuses_connections(&self) -> bool {
        self.faults.refuses_connections(Service::SecretsManager)
    }

    async fn answer(&self, (): &(), request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        let header = request
            .headers()
            .get("x-amz-target")
            .and_then(|value| value.to_str().ok());
        let action = header.and_then(|header| header.strip_prefix("secretsmanager."));
        let Some(action) = action else {
            return Ok(refused(&Refusal::new("UnknownOperationException", "")));
        };
        let secret = self.secret_named(request.body());
        self.recorder.record(Recorded {
            service: Service::SecretsManager,
            action: action.to_owned(),
            table: None,
            caller: recorder::caller(request.headers()),
            permissions: vec![Permission::new(
                format!("secretsmanager:{action}"),
                secret.as_deref(),
            )],
        });
        let secret: Vec<String> = secret.into_iter().collect();
        let fate = self.faults.decide(Service::SecretsManager, action, &secret);
        if !fate.delay.is_zero() {
            tokio::time::sleep(fate.delay).await;
        }
        let perform = || {
            let region = recorder::region(request.headers());
            match self.perform(action, &region, request.body()) {
                Ok(body) => respond(StatusCode::OK, &body),
                Err(refusal) => refused(&refusal),
            }
        };
        match fate.kind {
            None => Ok(perform()),
            Some(Kind::Hang) => std::future::pending().await,
            Some(Kind::AnswerLost) => {
                perform();
                Err(Cut)
            }
            Some(kind) => {
                let error = aws_error(Service::SecretsManager, kind).ok_or(Cut)?;
                let body = Refusal::new(error.code, error.message).body();
                Ok(respond(error.status, &body))
            }
        }
    }
}

fn refused(refusal: &Refusal) -> Response<Bytes> {
    respond(refusal.status(), &refusal.body())
}

fn respond(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    let id = uuid::Uuid::new_v4().to_string();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
