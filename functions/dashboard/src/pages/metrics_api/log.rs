//! What ran: each text with how often, and how long it took.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use control::{QuerySummary, SummedQuery};
use edge::Problem;
use serde::Deserialize;

use super::ENTRY;
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::member::Member;
use crate::request::Parameters;

/// Texts in the page.
const MAX_SHOWN: usize = 100;
pub(super) const LAST_DAY: Duration = Duration::from_hours(24);

/// A span that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    name: &'static str,
    label: &'static str,
    length: Duration,
}

const SPANS: [Span; 3] = [
    Span {
        name: "24h",
        label: "24 h",
        length: LAST_DAY,
    },
    Span {
        name: "7d",
        label: "7 d",
        length: Duration::from_hours(7 * 24),
    },
    Span {
        name: "30d",
        label: "30 d",
        length: Duration::from_hours(30 * 24),
    },
];

#[derive(Template)]
#[template(path = "query_log.html")]
struct QueryLog {
    frame: Frame,
    spans: [Span; 3],
    span: Span,
    summary: QuerySummary,
}

impl QueryLog {
    /// Those that ran last: a page has its limits.
    fn shown(&self) -> impl Iterator<Item = &SummedQuery> {
        self.summary.queries.iter().take(MAX_SHOWN)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    range: Option<String>,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let [first, ..] = SPANS;
    let span = match asked.range.as_deref() {
        None => first,
        Some(name) => {
            let found = SPANS.into_iter().find(|span| span.name == name);
            found.ok_or(Problem::InvalidParameter {
                name: "range",
                message: "must be 24h, 7d or 30d".into(),
            })?
        }
    };
    let (log, now) = (&dashboard.0.use_cases.query_log, member.by.at);
    let summary = log.summary(&member.workspace, now.minus(span.length), now);
    Ok(page(&QueryLog {
        frame: Frame::new(ENTRY.title, &viewing),
        spans: SPANS,
        span,
        summary: summary.await?,
    }))
}
