//! This function's part of the OpenAPI document.

use edge::openapi::{Callers, alias, complete};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa::{OpenApi as _, ToSchema};

use crate::routes::{
    events, firehose, health, json_logs, otlp, profile, remote_config, rum, snippet, workflow,
};

#[derive(utoipa::OpenApi)]
#[openapi(paths(
    events::event,
    events::batch,
    profile::profile,
    otlp::traces,
    otlp::logs,
    otlp::metrics,
    json_logs::logs,
    firehose::deliver,
    rum::events,
    health::health,
    health::health_of_key,
    remote_config::remote_config,
    snippet::script,
    workflow::trigger,
))]
struct Part;

/// The routes of this function, as OpenAPI 3.1 describes them.
pub fn openapi() -> OpenApi {
    let mut document = Part::openapi();
    for (path, other, id) in [
        ("/v1/logs", "/ingest/v2/otlp/logs", "sendSensorLogs"),
        ("/json/logs", "/ingest/v2/json/logs", "sendSensorJsonLogs"),
        (
            "/json/logs",
            "/ingest/v2/json/events",
            "sendSensorJsonEvents",
        ),
    ] {
        alias(&mut document, path, other, id);
    }
    complete(&mut document, Callers::Keys);
    document
}

/// Something that happened. `null` means absent; other members are ignored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewEvent {
    #[schema(min_length = 1, max_length = 128, example = "order placed")]
    name: String,
    /// This or `anonymousId` is required.
    #[schema(max_length = 128)]
    user_id: Option<String>,
    #[schema(max_length = 128)]
    anonymous_id: Option<String>,
    /// The event counts once per id.
    #[schema(max_length = 128)]
    id: Option<String>,
    /// In milliseconds since 1970; absent: when it is received.
    timestamp: Option<i64>,
    #[schema(max_length = 128)]
    session_id: Option<String>,
    #[schema(max_length = 128)]
    external_id: Option<String>,
    properties: Option<Map<String, Value>>,
    device_data: Option<Map<String, Value>>,
}

/// Several events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventBatch {
    #[schema(max_items = 1000)]
    events: Vec<NewEvent>,
}

/// What is known of a user now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileUpdate {
    /// This or `anonymousId` is required; both link the anonymous id to the user.
    #[schema(max_length = 128)]
    user_id: Option<String>,
    #[schema(max_length = 128)]
    anonymous_id: Option<String>,
    properties: Option<Map<String, Value>>,
    device_data: Option<Map<String, Value>>,
    #[schema(max_length = 128)]
    external_id: Option<String>,
    /// In milliseconds since 1970; absent: when it is received.
    timestamp: Option<i64>,
}

/// Some were refused; the accepted ones are durable.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartlyRefused {
    accepted: u64,
    refused: Vec<RefusedEvent>,
}

/// An event that was refused.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedEvent {
    /// Its place in the request, from 0.
    index: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    code: String,
    path: String,
    message: String,
}
