//! This function's part of the OpenAPI document.

use edge::openapi::{Callers, complete};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa::{OpenApi as _, ToSchema};

use crate::{profile, timeline};

#[derive(utoipa::OpenApi)]
#[openapi(paths(profile::read, profile::delete, timeline::read))]
struct Part;

/// The routes of this function, as OpenAPI 3.1 describes them.
pub fn openapi() -> OpenApi {
    let mut document = Part::openapi();
    complete(&mut document, Callers::Keys);
    document
}

/// A user's profile, with everything linked merged in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    id: String,
    anonymous_ids: Vec<String>,
    properties: Map<String, Value>,
    computed_properties: Map<String, Value>,
    segments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_data: Option<Map<String, Value>>,
}

/// A page of a user's events, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Timeline {
    events: Vec<TimelineEvent>,
    /// `null`: there is no more.
    next_cursor: Option<String>,
}

/// An event; what was not sent is left out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TimelineEvent {
    id: String,
    name: String,
    /// In milliseconds since 1970.
    timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    properties: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_data: Option<Map<String, Value>>,
    received_at: i64,
    /// The wire format.
    source: String,
    /// Who sent it.
    key_id: String,
}
