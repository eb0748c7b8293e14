//! `POST /metrics/query` and `POST /metrics/query/{metricId}`: a query that comes with the request, and
//! one that was saved.

use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use edge::{BodyText, Media, Problem};
use event::MetricId;
use http::HeaderMap;
use http::header::CACHE_CONTROL;
use query::Variables;
use store::{AnswerPage, KeptPage, SavedMetric, Wanted};

use crate::asking::{Failed, Given, Work, bind};
use crate::caller::Caller;
use crate::note::Note;
use crate::question::{Asked, Question};
use crate::{MetricsQuery, fault, format, shown};

/// Answers the query in the format that the client accepts.
pub(crate) async fn ad_hoc(
    State(metrics_query): State<MetricsQuery>,
    request: Request,
) -> Result<Response, Response> {
    metrics_query.ask(request, Target::Text).await
}

/// Runs a saved metric.
pub(crate) async fn saved(
    State(metrics_query): State<MetricsQuery>,
    metric: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Response> {
    // What is no id names no metric; who may not ask hears nothing of it.
    let id = metric.ok().and_then(|Path(id)| MetricId::parse(&id).ok());
    let target = id.map_or(Target::Nothing, Target::Metric);
    metrics_query.ask(request, target).await
}

/// What the path asks for.
#[derive(Debug)]
enum Target {
    /// The text in the body.
    Text,
    /// A saved metric.
    Metric(MetricId),
    /// What cannot be there.
    Nothing,
}

impl Target {
    const fn metric(&self) -> Option<&MetricId> {
        match self {
            Self::Metric(id) => Some(id),
            Self::Text | Self::Nothing => None,
        }
    }
}

impl MetricsQuery {
    async fn ask(&self, request: Request, target: Target) -> Result<Response, Response> {
        let (started, now) = (Instant::now(), self.clock.now());
        let (mut parts, body) = request.into_parts();
        let refused = IntoResponse::into_response;
        let caller = Caller::of(self, &mut parts, now).await.map_err(refused)?;
        let id = target.metric();
        let asked = asked(&parts.headers, body, &target).await;
        let is_fresh = is_fresh(&parts.headers);
        // One call for the key, the metric and the answer.
        let page = asked.as_ref().ok().map(Asked::page);
        let wanted = Wanted {
            key: caller.key(),
            metric: id,
            page: page.filter(|page| !is_fresh || matches!(page, AnswerPage::Other { .. })),
        };
        let found = self.store.find_at_once(caller.workspace(), wanted).await;
        let found = found.map_err(|error| Problem::from(error).into_response())?;
        caller
            .judge(self, found.key.as_ref(), now)
            .await
            .map_err(refused)?;
        let asked = asked.map_err(refused)?;
        if id.is_some() && found.metric.is_none() {
            return Err(Problem::NotFound.into_response());
        }
        let question = match asked {
            Asked::Question(question) => question,
            Asked::Page(cursor) => {
                let counts = |page: &&KeptPage| now < page.expires_at;
                let given = found.page.as_ref().filter(counts);
                let given = given.and_then(Given::kept).ok_or_else(expired)?;
                return Ok(shown::answer(&given, cursor.digest));
            }
        };
        let digest = question.digest;
        let sql = text(&question, found.metric.as_ref());
        let note = Note {
            workspace: caller.workspace().clone(),
            sql: sql.to_owned(),
            source: caller.source(id.is_some()),
            metric: id.cloned(),
            started,
            at: now,
        };
        let at = (started, now);
        let work = work(&caller, &question, found.metric.as_ref(), is_fresh, at);
        let outcome = match work {
            Err(failed) => Err(failed),
            Ok(work) => match found.page.and_then(|page| work.given(&page, now)) {
                Some(given) => Ok(given),
                None => self.answer(work).await,
            },
        };
        match outcome {
            Ok(given) => {
                self.note(note, Ok(&given));
                Ok(shown::answer(&given, digest))
            }
            Err(failed) => {
                let (code, response) = fault::answer(failed);
                self.note(note, Err(code));
                Err(response)
            }
        }
    }
}

/// What the body asks.
async fn asked(
    headers: &HeaderMap,
    body: axum::body::Body,
    target: &Target,
) -> Result<Asked, Problem> {
    let format = format::of(headers)?;
    let text = BodyText::read(headers, body, Media::Json).await?;
    match target {
        Target::Text => Asked::ad_hoc(&text, format),
        Target::Metric(id) => Asked::saved(id, &text, format),
        Target::Nothing => Err(Problem::NotFound),
    }
}

fn text<'a>(question: &'a Question, metric: Option<&'a SavedMetric>) -> &'a str {
    let own = question.sql.as_deref();
    own.or(metric.map(|metric| metric.sql.as_str()))
        .unwrap_or_default()
}

fn work(
    caller: &Caller,
    question: &Question,
    metric: Option<&SavedMetric>,
    is_fresh: bool,
    (started, now): (Instant, event::Timestamp),
) -> Result<Work, Failed> {
    let variables = match metric {
        Some(metric) => bind(&metric.variables, &question.variables)?,
        None => Variables::new(question.variables.clone()),
    };
    Ok(Work {
        workspace: caller.workspace().clone(),
        sql: text(question, metric).to_owned(),
        variables,
        format: question.format,
        page_size: question.page_size,
        digest: question.digest,
        metric_version: metric.map_or(0, |metric| metric.version),
        is_fresh,
        started,
        now,
    })
}

/// Whether the caller wants no answer that was kept.
fn is_fresh(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CACHE_CONTROL).iter();
    let mut directives = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    directives.any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

fn expired() -> Response {
    let at = "cursor".into();
    let message = "is of an answer that is not kept any more: ask again".into();
    Problem::InvalidBody { at, message }.into_response()
}
