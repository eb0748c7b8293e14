//! Saved metrics: listed, made, read, changed, deleted, tried.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::{MetricDraft, PlannedMetric};
use edge::{Expected, etag};
use http::header::{ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use store::SavedMetric;

use super::answer::{Metric, NewMetric, ShownColumn, Trial};
use super::caller::{Caller, Editor, Viewer};
use super::failure::Failure;
use super::request::{Body, Id};
use crate::MetricsQuery;
use crate::asking::plan;

/// All metrics of a workspace, in the order of their names.
#[derive(Serialize)]
struct MetricList<'a> {
    metrics: Vec<Metric<'a>>,
}

/// What a text would answer.
#[derive(Serialize)]
struct Columns {
    columns: Vec<ShownColumn>,
}

pub(crate) async fn list(
    State(metrics_query): State<MetricsQuery>,
    Viewer(caller): Viewer,
) -> Result<impl IntoResponse, Failure> {
    let metrics = metrics_query.metrics.list(&caller.workspace).await?;
    let metrics = metrics.iter().map(Metric::new).collect();
    Ok(Json(MetricList { metrics }).into_response())
}

pub(crate) async fn create(
    State(metrics_query): State<MetricsQuery>,
    Editor(caller): Editor,
    Body(body): Body<NewMetric>,
) -> Result<impl IntoResponse, Failure> {
    let draft = draft(body);
    let planned = vouch(&metrics_query, &caller, &draft).await?;
    let Caller { workspace, by } = &caller;
    let metric = metrics_query.metrics.create(workspace, by, planned).await?;
    let path = format!("/admin/v1/metrics/{}", metric.id);
    // Letters, digits and slashes are a header's value.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(&metric)))
}

pub(crate) async fn read(
    State(metrics_query): State<MetricsQuery>,
    Viewer(caller): Viewer,
    Id(id): Id,
) -> Result<impl IntoResponse, Failure> {
    let metric = metrics_query.metrics.read(&caller.workspace, &id).await?;
    Ok(shown(&metric))
}

pub(crate) async fn replace(
    State(metrics_query): State<MetricsQuery>,
    Editor(caller): Editor,
    Id(id): Id,
    Expected(version): Expected,
    Body(body): Body<NewMetric>,
) -> Result<impl IntoResponse, Failure> {
    let draft = draft(body);
    let planned = vouch(&metrics_query, &caller, &draft).await?;
    let Caller { workspace, by } = &caller;
    let metrics = &metrics_query.metrics;
    let metric = metrics.change(workspace, by, &id, version, planned).await?;
    Ok(shown(&metric))
}

pub(crate) async fn delete(
    State(metrics_query): State<MetricsQuery>,
    Editor(caller): Editor,
    Id(id): Id,
) -> Result<impl IntoResponse, Failure> {
    let Caller { workspace, by } = &caller;
    metrics_query.metrics.delete(workspace, by, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Plans a text, and says what it would answer. Nothing is read, nothing is saved.
pub(crate) async fn dry_run(
    State(metrics_query): State<MetricsQuery>,
    Viewer(caller): Viewer,
    Body(Trial { sql, variables }): Body<Trial>,
) -> Result<impl IntoResponse, Failure> {
    let draft = draft(NewMetric {
        // A name that no rule is against: it is the rest that is tried.
        name: "dry run".to_owned(),
        sql,
        variables,
    });
    draft.check()?;
    let MetricDraft { sql, variables, .. } = &draft;
    let (workspace, now) = (&caller.workspace, caller.by.at);
    let columns = plan(&metrics_query, workspace, sql, variables, now).await?;
    let columns = columns.into_iter().map(ShownColumn::from).collect();
    Ok(Json(Columns { columns }))
}

/// The draft, if it is as it may be and its text can be planned.
async fn vouch<'a>(
    metrics_query: &MetricsQuery,
    caller: &Caller,
    draft: &'a MetricDraft,
) -> Result<PlannedMetric<'a>, Failure> {
    draft.check()?;
    let (workspace, now) = (&caller.workspace, caller.by.at);
    plan(metrics_query, workspace, &draft.sql, &draft.variables, now).await?;
    Ok(PlannedMetric::vouched(draft))
}

fn draft(body: NewMetric) -> MetricDraft {
    MetricDraft {
        name: body.name,
        sql: body.sql,
        variables: body.variables.into_iter().map(Into::into).collect(),
    }
}

fn shown(metric: &SavedMetric) -> impl IntoResponse + use<> {
    (
        [(ETAG, etag(metric.version))],
        Json(Metric::new(metric)).into_response(),
    )
}
