//! `GET /admin/v1/keys/{keyId}/usage`.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use control::{MAX_USAGE_RANGE, Usage};
use edge::Problem;
use event::Timestamp;
use serde::{Deserialize, Serialize};
use store::{HourUsage, RefusedSample};
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::caller::Viewer;
use crate::request::{Id, Parameters};

const HOUR: Duration = Duration::from_hours(1);
/// Hours where the caller does not say: the present one among them.
const DEFAULT_HOURS: u32 = 24;
/// Most samples of an answer.
const MAX_SAMPLES: usize = 20;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// From the hour of this moment on, in milliseconds since 1970. Absent: 24 hours before `to`.
    #[param(value_type = Option<i64>)]
    from: Option<String>,
    /// Only hours that begin before this moment. Absent: the present hour is the last one.
    #[param(value_type = Option<i64>)]
    to: Option<String>,
}

/// How a key was used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyUsage {
    /// The first moment of the first hour, in milliseconds since 1970, as all times.
    from: i64,
    /// The moment before which all hours begin.
    to: i64,
    /// When the key was used last, to the hour if that was more than 35 days ago; `null`: never.
    last_used_at: Option<i64>,
    /// All hours together.
    total: Counts,
    /// The hours with anything, by time of receipt in UTC.
    hours: Vec<Hour>,
    /// What was refused last, at most 20 of the last seven days.
    recent_refusals: Vec<Refusal>,
}

/// An hour.
#[derive(Debug, Serialize, ToSchema)]
struct Hour {
    /// Its first moment.
    start: i64,
    #[serde(flatten)]
    counts: Counts,
}

/// What was counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Counts {
    /// Accepted requests that brought something.
    requests: u64,
    /// Accepted events, profile updates and records.
    events: u64,
    /// Those of the requests that came with the secret before the last rotation.
    old_secret_requests: u64,
    /// Those of the events that came with the secret before the last rotation.
    old_secret_events: u64,
    /// Refused requests, and refused events of accepted requests, by the code of the answer.
    #[schema(example = json!({"ip_not_allowed": 3}))]
    refused: BTreeMap<String, u64>,
    /// Requests that bring nothing, by what they do.
    #[schema(example = json!({"readProfile": 12}))]
    calls: BTreeMap<String, u64>,
}

/// Something that was refused.
#[derive(Debug, Serialize, ToSchema)]
struct Refusal {
    at: i64,
    /// The code of the answer.
    reason: String,
    /// The event's name; `null`: a whole request, or a name that could not be read.
    event: Option<String>,
    /// The member that broke a rule, as a JSON path in the body; empty: the event or the request.
    path: String,
    /// From where; `null` where the workspace does not keep addresses.
    address: Option<String>,
}

/// How a key was used, hour by hour
///
/// A revoked key's usage stays readable for the time that hours are kept: 35 days.
#[utoipa::path(
    get,
    path = "/admin/v1/keys/{keyId}/usage",
    operation_id = "readKeyUsage",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id"), Wanted),
    responses((status = 200, description = "The usage", body = KeyUsage)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn usage(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Id(id): Id,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<KeyUsage>, Problem> {
    let now = caller.by.at;
    let (from, to) = range(&wanted, now)?;
    let workspace = &caller.workspace;
    let usage = control::usage(&api.store, workspace, &id, from, to).await?;
    let refused = control::refused(&api.store, workspace, Some(&id), now, MAX_SAMPLES).await?;
    Ok(Json(answer(usage, refused, from, to)))
}

fn range(wanted: &Wanted, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
    let to = match wanted.to.as_deref() {
        Some(text) => moment("to", text)?,
        None => now.start_of_hour().plus(HOUR),
    };
    let from = match wanted.from.as_deref() {
        Some(text) => moment("from", text)?,
        None => to.minus(HOUR.saturating_mul(DEFAULT_HOURS)),
    };
    let from = from.start_of_hour();
    let message = if from >= to {
        "must lie before to"
    } else if to.since(from) > MAX_USAGE_RANGE {
        "must lie at most 35 days before to"
    } else {
        return Ok((from, to));
    };
    Err(Problem::InvalidParameter {
        name: "from",
        message: message.into(),
    })
}

fn moment(name: &'static str, text: &str) -> Result<Timestamp, Problem> {
    let millis = text.parse().map_err(|_| Problem::InvalidParameter {
        name,
        message: "must be a whole number: milliseconds since 1970".into(),
    })?;
    Ok(Timestamp::from_millis(millis))
}

fn answer(usage: Usage, refused: Vec<RefusedSample>, from: Timestamp, to: Timestamp) -> KeyUsage {
    let hour = |(start, counts): (Timestamp, HourUsage)| Hour {
        start: start.as_millis(),
        counts: counts.into(),
    };
    KeyUsage {
        from: from.as_millis(),
        to: to.as_millis(),
        last_used_at: usage.last_used.map(Timestamp::as_millis),
        total: usage.total.into(),
        hours: usage.hours.into_iter().map(hour).collect(),
        recent_refusals: refused.into_iter().map(Refusal::from).collect(),
    }
}

impl From<HourUsage> for Counts {
    fn from(usage: HourUsage) -> Self {
        Self {
            requests: usage.requests,
            events: usage.events,
            old_secret_requests: usage.old_requests,
            old_secret_events: usage.old_events,
            refused: usage.refused,
            calls: usage.calls,
        }
    }
}

impl From<RefusedSample> for Refusal {
    fn from(sample: RefusedSample) -> Self {
        Self {
            at: sample.at.as_millis(),
            reason: sample.reason,
            event: sample.name,
            path: sample.path,
            address: sample.address.map(|address| address.to_string()),
        }
    }
}
