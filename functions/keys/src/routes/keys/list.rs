//! `GET /admin/v1/keys`.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use axum::Json;
use axum::extract::State;
use control::{KeyPage, KeyQuery, KeySort, ListedKey, UsageSummary, last_day};
use edge::Problem;
use policy::KeyKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Key;
use crate::Api;
use crate::caller::Viewer;
use crate::openapi::schema;
use crate::request::Parameters;

/// Keys in a page where the caller does not say.
const DEFAULT_LIMIT: usize = 100;
/// Keys in a page at most.
const MAX_LIMIT: usize = 1_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only keys of that kind.
    #[param(value_type = Option<schema::KeyKind>)]
    kind: Option<String>,
    /// `kind`, `creator`, `created`, `lastUsed` or `name` (the default); with a `-` before it, the
    /// greatest first.
    #[param(example = "-created")]
    sort: Option<String>,
    /// Keys in a page: 1 to 1000, 100 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `nextCursor` of the page before, with the same `sort`.
    cursor: Option<String>,
}

/// Some keys.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyList {
    keys: Vec<KeyInList>,
    /// `null`: there is no more.
    next_cursor: Option<String>,
}

/// A key, and how busy it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyInList {
    #[serde(flatten)]
    key: Key,
    last_day: LastDay,
}

/// What came with a key in the last 24 hours, by whole hours.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LastDay {
    /// Accepted requests, and those that bring no events.
    requests: u64,
    /// Refused events and requests.
    refusals: u64,
}

impl From<UsageSummary> for LastDay {
    fn from(usage: UsageSummary) -> Self {
        Self {
            requests: usage.requests,
            refusals: usage.refusals,
        }
    }
}

/// List the workspace's keys
///
/// Revoked keys and those of service accounts are not among them.
#[utoipa::path(
    get,
    path = "/admin/v1/keys",
    operation_id = "listKeys",
    tag = "Keys",
    params(Wanted),
    responses((status = 200, description = "A page of the keys", body = KeyList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<KeyList>, Problem> {
    let query = query(wanted)?;
    let now = caller.by.at;
    let (KeyPage { keys, next }, usage) = tokio::try_join!(
        api.keys.list(&caller.workspace, &query),
        last_day(&api.store, &caller.workspace, now),
    )?;
    let in_list = |listed: &ListedKey| KeyInList {
        key: Key::new(listed, now),
        last_day: usage
            .get(&listed.entry.id)
            .copied()
            .unwrap_or_default()
            .into(),
    };
    Ok(Json(KeyList {
        keys: keys.iter().map(in_list).collect(),
        next_cursor: next,
    }))
}

fn query(wanted: Wanted) -> Result<KeyQuery, Problem> {
    let kind = wanted.kind.as_deref().map(kind).transpose()?;
    let (sort, descending) = sort(wanted.sort.as_deref().unwrap_or("name"))?;
    let limit = match wanted.limit.as_deref() {
        None => DEFAULT_LIMIT,
        Some(text) => limit(text)?,
    };
    Ok(KeyQuery {
        kind,
        sort,
        descending,
        limit,
        cursor: wanted.cursor,
    })
}

fn kind(name: &str) -> Result<KeyKind, Problem> {
    KeyKind::parse(name)
        .filter(|kind| *kind != KeyKind::ServiceAccount)
        .ok_or(Problem::InvalidParameter {
            name: "kind",
            message: "must be write_only, read_write, sensor, rum, third_party or metrics".into(),
        })
}

fn sort(text: &str) -> Result<(KeySort, bool), Problem> {
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let sort = match name {
        "kind" => KeySort::Kind,
        "creator" => KeySort::Creator,
        "created" => KeySort::Created,
        "lastUsed" => KeySort::LastUsed,
        "name" => KeySort::Name,
        _ => {
            return Err(Problem::InvalidParameter {
                name: "sort",
                message: "must be kind, creator, created, lastUsed or name, perhaps after a -"
                    .into(),
            });
        }
    };
    Ok((sort, descending))
}

fn limit(text: &str) -> Result<usize, Problem> {
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or(Problem::InvalidParameter {
            name: "limit",
            message: "must be a whole number from 1 to 1000".into(),
        })
}
