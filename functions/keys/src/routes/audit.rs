//! `/admin/v1/audit`.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use axum::Json;
use axum::extract::State;
use edge::Problem;
use event::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{AuditAction, AuditPage, AuditQuery, RecordedEntry};
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::caller::Admin;
use crate::request::Parameters;
use crate::routes::named::{Named, name};
use crate::routes::who::Who;

/// Entries in a page where the caller does not say.
const DEFAULT_LIMIT: usize = 100;
/// Entries in a page at most.
const MAX_LIMIT: usize = 1_000;

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to; list)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Not before this moment, in milliseconds since 1970.
    #[param(value_type = Option<i64>)]
    from: Option<String>,
    /// Before this moment, in milliseconds since 1970.
    #[param(value_type = Option<i64>)]
    until: Option<String>,
    /// Of the actor with that id or name.
    actor: Option<String>,
    /// About the thing with that id.
    subject: Option<String>,
    /// Of that kind.
    #[param(example = "key.revealed")]
    action: Option<String>,
    /// Entries in a page: 1 to 1000, 100 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Some entries, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditLog {
    entries: Vec<Entry>,
    /// `null`: there is no more. A page may be short, or empty, and still have one.
    next_cursor: Option<String>,
}

/// Who did what to which thing, from where and when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    /// In milliseconds since 1970.
    at: i64,
    actor: Who,
    /// From which address; `null` where it was no request.
    address: Option<String>,
    /// The request, as the logs name it.
    request_id: Option<String>,
    #[schema(example = "key.rotated")]
    action: &'static str,
    /// The id of the thing.
    subject: String,
    /// Its name at that time.
    subject_name: Option<String>,
    /// What changed: `{"name": {"from": "a", "to": "b"}}`.
    changes: Map<String, Value>,
}

impl Entry {
    fn new(RecordedEntry { id, entry }: RecordedEntry) -> Self {
        Self {
            id,
            at: entry.at.as_millis(),
            actor: Who::new(&entry.actor),
            address: entry.address.map(|address| address.to_string()),
            request_id: entry.request_id,
            action: entry.action.as_str(),
            subject: entry.subject,
            subject_name: entry.subject_name,
            changes: entry.changes,
        }
    }
}

/// Read the audit log
///
/// The newest entries first. Entries are only ever added.
#[utoipa::path(
    get,
    path = "/admin/v1/audit",
    operation_id = "readAuditLog",
    tag = "Audit",
    params(Wanted),
    responses((status = 200, description = "A page of the log", body = AuditLog)),
    extensions(("x-weir-role" = json!("admin"))),
)]
async fn list(
    State(api): State<Api>,
    Admin(caller): Admin,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<AuditLog>, Problem> {
    let query = query(wanted)?;
    let AuditPage { entries, next } = api.audit.page(&caller.workspace, &query).await?;
    Ok(Json(AuditLog {
        entries: entries.into_iter().map(Entry::new).collect(),
        next_cursor: next,
    }))
}

fn query(wanted: Wanted) -> Result<AuditQuery, Problem> {
    let moment = |name, text: Option<String>| {
        let text = text.as_deref();
        text.map(|text| moment(name, text)).transpose()
    };
    let (from, until) = (moment("from", wanted.from)?, moment("until", wanted.until)?);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Err(Problem::InvalidParameter {
            name: "until",
            message: "must not be before from".into(),
        });
    }
    Ok(AuditQuery {
        from,
        until,
        actor: wanted.actor,
        subject: wanted.subject,
        action: wanted.action.as_deref().map(action).transpose()?,
        cursor: wanted.cursor,
        limit: match wanted.limit.as_deref() {
            None => DEFAULT_LIMIT,
            Some(text) => limit(text)?,
        },
    })
}

fn moment(name: &'static str, text: &str) -> Result<Timestamp, Problem> {
    let millis = text.parse().map_err(|_| Problem::InvalidParameter {
        name,
        message: "must be a whole number of milliseconds since 1970".into(),
    })?;
    Ok(Timestamp::from_millis(millis))
}

fn action(name: &str) -> Result<AuditAction, Problem> {
    AuditAction::parse(name).ok_or_else(|| {
        let names = AuditAction::ALL.map(AuditAction::as_str).join(", ");
        Problem::InvalidParameter {
            name: "action",
            message: format!("must be one of {names}").into(),
        }
    })
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
