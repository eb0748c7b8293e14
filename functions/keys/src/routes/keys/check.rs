//! `POST /admin/v1/keys/{keyId}/policy/check`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use control::PolicyCheck;
use edge::Problem;
use event::Timestamp;
use policy::{Example, PolicyDraft, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Notice;
use crate::Api;
use crate::caller::Viewer;
use crate::openapi::schema;
use crate::request::{Body, Id};

/// What a policy would have refused of what the key has sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DryRun {
    /// From when on requests were looked at: seven days ago, by whole hours. In milliseconds since
    /// 1970, as all times.
    from: i64,
    /// The first hour since then in which the key has sent something: so far the data reaches back;
    /// `null`: it has not.
    reaches_back_to: Option<i64>,
    /// Requests, and those that would have been refused as a whole.
    requests: Judged,
    /// Events, and those that would have been refused, alone or with their request.
    events: Judged,
    /// What would have been refused most often, at most 20.
    examples: Vec<RefusedTraffic>,
    /// Whether numbers are estimates, since the key has more senders than are listed.
    estimated: bool,
    /// Requests and events of senders that are not listed, which are not judged.
    unlisted: Unlisted,
    /// Members of the policy that could not be held against the past: `origins` are not recorded,
    /// `addresses` not where the workspace does not keep them.
    not_judged: Vec<&'static str>,
    /// What is allowed in the policy but perhaps not meant.
    warnings: Vec<Notice>,
}

/// How many, and how many of them a policy would have refused.
#[derive(Debug, Serialize, ToSchema)]
struct Judged {
    seen: u64,
    /// By the code of the answer.
    #[schema(value_type = BTreeMap<String, u64>, example = json!({"ip_not_allowed": 3}))]
    refused: BTreeMap<&'static str, u64>,
}

/// What is not judged.
#[derive(Debug, Serialize, ToSchema)]
struct Unlisted {
    requests: u64,
    events: u64,
}

/// Events of one name from one address that would have been refused.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedTraffic {
    /// The code of the answer.
    reason: &'static str,
    /// From where; `null` where the workspace does not keep addresses.
    address: Option<String>,
    /// The events' name.
    event: String,
    /// Their number.
    events: u64,
}

/// Try a policy on what a key has sent
///
/// Nothing is changed. The policy is judged as if the accepted requests of the last seven days came
/// now.
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/policy/check",
    operation_id = "checkKeyPolicy",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    request_body(content = inline(schema::Policy)),
    responses((status = 200, description = "What it would have refused", body = DryRun)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn check(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Id(id): Id,
    Body(draft): Body<PolicyDraft>,
) -> Result<Json<DryRun>, Problem> {
    let now = caller.by.at;
    let checked = control::check_policy(&api.store, &caller.workspace, &id, draft, now).await?;
    Ok(Json(checked.into()))
}

impl From<PolicyCheck> for DryRun {
    fn from(check: PolicyCheck) -> Self {
        let outcome = check.outcome;
        Self {
            from: check.from.as_millis(),
            reaches_back_to: check.reaches_back_to.map(Timestamp::as_millis),
            requests: Judged::new(outcome.requests, &outcome.refused_requests),
            events: Judged::new(outcome.events, &outcome.refused_events),
            examples: outcome.examples.into_iter().map(Into::into).collect(),
            estimated: check.is_estimate,
            unlisted: Unlisted {
                requests: check.unlisted_requests,
                events: check.unlisted_events,
            },
            not_judged: check.not_judged,
            warnings: Notice::all(&check.warnings),
        }
    }
}

impl Judged {
    fn new(seen: u64, refused: &BTreeMap<Refusal, u64>) -> Self {
        let by_code = |(refusal, count): (&Refusal, &u64)| (refusal.code(), *count);
        Self {
            seen,
            refused: refused.iter().map(by_code).collect(),
        }
    }
}

impl From<Example> for RefusedTraffic {
    fn from(example: Example) -> Self {
        Self {
            reason: example.refusal.code(),
            address: example.address.map(|address| address.to_string()),
            event: example.event,
            events: example.events,
        }
    }
}
