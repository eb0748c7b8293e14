//! `POST /metrics/auth/token`: a pair for a token.

use axum::Json;
use axum::extract::{Request, State};
use edge::{AccessToken, BodyText, Connection, Media, Problem, read_json};
use policy::{ApiKey, ClientSecret, KeyKind, Operation, Refusal, Verdict, judge_key};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::MetricsToken;

/// What is exchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Credentials {
    /// The client secret of the workspace's metrics key.
    #[schema(example = "weir_mcs_…")]
    client_secret: String,
    /// The metrics key.
    #[schema(example = "weir_metrics_…")]
    environment_api_key: String,
}

/// An access token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Token)]
pub(crate) struct Exchanged {
    /// What goes behind `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long it is good, in seconds.
    #[schema(example = 900)]
    expires_in: u64,
}

/// Exchange a client secret and its API key for an access token
///
/// The token is good for 15 minutes, as long as key and client secret are in use and the caller's
/// address is one of the key's.
#[utoipa::path(
    post,
    path = "/metrics/auth/token",
    operation_id = "createMetricsToken",
    tag = "Metrics",
    request_body = Credentials,
    security(()),
    responses(
        (status = 200, description = "The token", body = Exchanged),
        (status = 400, description = "`invalid_body`: the body is not what it should be", body = edge::openapi::Failed),
        (status = 401, description = "`credentials_invalid`: the two are no pair that is in use", body = edge::openapi::Failed),
        (status = 403, description = "The key is disabled, has expired or was revoked, or may not be used from this address", body = edge::openapi::Failed),
        (status = 429, description = "`rate_limited`: too many attempts; try again after `Retry-After` seconds", body = edge::openapi::Failed),
        (status = 503, description = "Try again after `Retry-After` seconds", body = edge::openapi::Failed),
    ),
)]
pub(crate) async fn exchange(
    State(metrics_token): State<MetricsToken>,
    connection: Connection,
    request: Request,
) -> Result<Json<Exchanged>, Problem> {
    let (parts, body) = request.into_parts();
    let text = BodyText::read(&parts.headers, body, Media::Json).await?;
    let credentials: Credentials = read_json(&text)?;
    metrics_token
        .exchange(&credentials, &connection)
        .await
        .map(Json)
}

impl MetricsToken {
    /// A pair that is wrong costs the same calls whatever is wrong with it, and has one answer. Who has
    /// the right pair hears why it may not be used.
    async fn exchange(
        &self,
        credentials: &Credentials,
        connection: &Connection,
    ) -> Result<Exchanged, Problem> {
        let now = self.clock.now();
        // What cannot be a key or a secret is told by its checksum: no call is needed, and none tells.
        let key = ApiKey::parse(credentials.environment_api_key.trim());
        let secret = ClientSecret::parse(credentials.client_secret.trim());
        let (Ok(key), Ok(secret)) = (key, secret) else {
            return Err(Problem::CredentialsInvalid);
        };
        self.attempts
            .count(key.id(), connection.source_ip, now)
            .await?;
        let record = self.store.key(key.id()).await?;
        let record = record.filter(|record| record.kind == KeyKind::Metrics);
        let accepted = self
            .secrets
            .check_client_secret(record.as_ref(), &secret, now)
            .await?;
        let verdict = judge_key(record.as_ref(), &key, now);
        let operation = Operation::MintToken;
        // The client secret of a revoked key is gone: the key alone says that it was revoked.
        if verdict == Verdict::Refused(Refusal::KeyRevoked)
            && let Some(revoked) = &record
        {
            self.gate
                .admit_holder(revoked, connection, operation, now)
                .await?;
        }
        let (Some(record), Some(accepted)) = (record, accepted) else {
            return Err(Problem::CredentialsInvalid);
        };
        if verdict == Verdict::Refused(Refusal::KeyUnknown) {
            return Err(Problem::CredentialsInvalid);
        }
        self.gate
            .admit_holder(&record, connection, operation, now)
            .await?;
        let signing_key = self.signer.key(now).await?;
        let token = AccessToken::granted(&record, accepted.version, now);
        Ok(Exchanged {
            access_token: token.sign(&signing_key),
            token_type: "Bearer",
            expires_in: AccessToken::LIFETIME.as_secs(),
        })
    }
}
