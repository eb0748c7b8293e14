//! `GET /profile/{userId}/events`.

use axum::Json;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::response::{IntoResponse, Response};
use edge::Problem;
use event::{EventName, KeyId};
use policy::Operation;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Cursor, ProfileRead, TimelineEntry, TimelineQuery};

use crate::Profiles;
use crate::caller::About;
use crate::openapi;

/// Events in a page where the caller does not say.
const DEFAULT_LIMIT: usize = 100;
/// Events in a page at most.
const MAX_LIMIT: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
struct Parameters {
    limit: Option<String>,
    cursor: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    events: Vec<Entry<'a>>,
    next_cursor: Option<String>,
}

/// An event in an answer. What was not sent is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    id: String,
    name: &'a str,
    timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    properties: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_data: Option<&'a RawValue>,
    received_at: i64,
    source: &'static str,
    key_id: &'a KeyId,
}

/// A page of the user's events, newest first, those of linked anonymous ids among them. It may have fewer
/// than `limit`, also none, and there may be more: only where `nextCursor` is `null` there is no more.
#[utoipa::path(
    get,
    path = "/profile/{userId}/events",
    operation_id = "readTimeline",
    tag = "Profiles",
    summary = "Read a user's events",
    params(
        ("userId" = String, Path, description = "The user, or an anonymous id"),
        ("limit" = Option<u32>, Query, description = "Events in a page: 1 to 1000, 100 if absent"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
        ("name" = Option<String>, Query, description = "Only events of that name"),
    ),
    responses((status = 200, description = "A page of events", body = openapi::Timeline)),
)]
pub(crate) async fn read(
    State(profiles): State<Profiles>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let about = About::judge(&profiles, &mut parts, Operation::ReadProfile).await?;
    let parameters = Query::<Parameters>::from_request_parts(&mut parts, &()).await;
    let Query(parameters) =
        parameters.map_err(|_| invalid("query", "names a parameter twice or is not UTF-8"))?;
    let query = query(&parameters)?;
    let is_first = query.cursor.is_none();

    let page = profiles
        .store
        .timeline(&about.workspace, &about.id, &query, about.now)
        .await?;
    if page.entries.is_empty() && is_first {
        // Nobody, or somebody without such events?
        match profiles
            .store
            .profile(&about.workspace, &about.id, about.now)
            .await?
        {
            ProfileRead::Found(_) | ProfileRead::OnlyEvents => {}
            ProfileRead::Deleted | ProfileRead::Unknown => return Err(Problem::NotFound),
        }
    }
    let events = page.entries.iter().map(entry).collect::<Result<_, _>>()?;
    let next_cursor = page.next.map(|cursor| cursor.to_string());
    Ok(Json(Page {
        events,
        next_cursor,
    })
    .into_response())
}

fn query(parameters: &Parameters) -> Result<TimelineQuery, Problem> {
    let limit = match &parameters.limit {
        None => DEFAULT_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| invalid("limit", "must be a whole number from 1 to 1000"))?,
    };
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (cursor, name) = (given(&parameters.cursor), given(&parameters.name));
    Ok(TimelineQuery {
        limit,
        cursor: cursor.as_deref().map(Cursor::parse).transpose()?,
        name: name
            .as_deref()
            .map(EventName::parse)
            .transpose()
            .map_err(|error| Problem::InvalidParameter {
                name: "name",
                message: error.to_string().into(),
            })?,
    })
}

fn entry(entry: &TimelineEntry) -> Result<Entry<'_>, Problem> {
    let TimelineEntry {
        event, provenance, ..
    } = entry;
    Ok(Entry {
        id: event.id.to_string(),
        name: &event.name,
        timestamp: event.timestamp.as_millis(),
        user_id: event.user_id.as_deref(),
        anonymous_id: event.anonymous_id.as_deref(),
        session_id: event.session_id.as_deref(),
        external_id: event.external_id.as_deref(),
        properties: json(event.properties.as_deref().unwrap_or("{}"))?,
        device_data: event.device_data.as_deref().map(json).transpose()?,
        received_at: provenance.received_at.as_millis(),
        source: provenance.source.as_str(),
        key_id: &provenance.key_id,
    })
}

/// The text as the JSON that it was when it was accepted.
fn json(text: &str) -> Result<&RawValue, Problem> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(
            line = error.line(),
            "a stored event holds text that is not JSON"
        );
        Problem::Internal
    })
}

fn invalid(name: &'static str, message: &'static str) -> Problem {
    Problem::InvalidParameter {
        name,
        message: message.into(),
    }
}
