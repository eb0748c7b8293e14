//! A saved metric: to be read, and for editors a form.
//!
//! What a text means is for the planner to say, which only the Metrics API has: the form is sent to its
//! admin routes by a script, and the page shows what comes back.

use askama::Template;
use axum::extract::{Path, State};
use edge::Problem;
use event::MetricId;
use http::HeaderMap;
use store::SavedMetric;

use super::ENTRY;
use crate::Dashboard;
use crate::address::Address;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::member::{Editor, Member};

#[derive(Template)]
#[template(path = "saved_metric.html")]
struct Saved {
    frame: Frame,
    /// Where the page was made: another window may have gone elsewhere since.
    workspace: String,
    /// None: a new one.
    metric: Option<SavedMetric>,
    /// The variables as JSON, as the form has them.
    variables: String,
    base_url: String,
}

pub(super) async fn new(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    dashboard.metric_page(&member, &viewing, &headers, None)
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    member: Member,
    viewing: Viewing,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    let id = MetricId::parse(&id).map_err(|_| Problem::NotFound)?;
    let metrics = &dashboard.0.use_cases.metrics;
    let metric = metrics.read(&member.workspace, &id).await;
    let metric = Some(metric?);
    dashboard.metric_page(&member, &viewing, &headers, metric)
}

impl Dashboard {
    fn metric_page(
        &self,
        member: &Member,
        viewing: &Viewing,
        headers: &HeaderMap,
        metric: Option<SavedMetric>,
    ) -> Answer {
        let variables = metric.as_ref().map(|metric| metric.variables.as_slice());
        let variables = serde_json::to_string_pretty(variables.unwrap_or_default());
        let address = Address::of(&self.0.settings, headers).ok_or(Problem::Internal)?;
        Ok(page(&Saved {
            frame: Frame::new(ENTRY.title, viewing),
            workspace: member.workspace.to_string(),
            variables: variables.map_err(|_| Problem::Internal)?,
            metric,
            base_url: address.origin,
        }))
    }
}
