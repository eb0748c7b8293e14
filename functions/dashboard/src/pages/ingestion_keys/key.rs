//! `GET /dashboard/ingestion-keys/{key}`: the page of one key.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use control::KeyView;
use edge::Problem;
use event::KeyId;

use super::ask::{Ask, Overlap};
use super::details::Details;
use super::issued::Issued;
use super::page_of;
use crate::Dashboard;
use crate::advice::Note;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::kinds::Status;
use crate::member::Member;
use crate::moment::Moment;
use crate::number::number;
use crate::request::Id;
use crate::rules::{Editing, Shown};

const HOUR: Duration = Duration::from_hours(1);

#[derive(Template)]
#[template(path = "ingestion_key.html")]
pub(super) struct Page {
    frame: Frame,
    id: KeyId,
    name: String,
    version: String,
    kind: &'static str,
    tags: Vec<String>,
    creator: String,
    created: Moment,
    expires: Option<Moment>,
    /// Until when the secret before the last rotation works.
    previous: Option<Moment>,
    last_used: Option<Moment>,
    status: Status,
    is_enabled: bool,
    /// Whether what only some roles may do with a key of its kind is offered.
    may_change: bool,
    requests: String,
    refusals: String,
    /// The refusals by their code, most first.
    reasons: Vec<(String, String)>,
    /// The requests that still brought the secret before the last rotation.
    with_previous: String,
    rules: Shown,
    /// What could be better about it.
    notes: Vec<Note>,
    mode: Mode,
}

/// What of the page is in hand.
#[derive(Debug, Default)]
pub(super) struct Mode {
    pub(super) rules: Option<Editing>,
    pub(super) details: Option<Details>,
    pub(super) ask: Option<Ask>,
    pub(super) issued: Option<Issued>,
}

impl Mode {
    /// A dialog is open.
    pub(super) fn asking(ask: Ask) -> Self {
        Self {
            ask: Some(ask),
            ..Self::default()
        }
    }
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    member: Member,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let view = dashboard.view(&member, &id).await?;
    let key = dashboard.key_page(&member, &viewing, view, Mode::default());
    Ok(page(&key.await?))
}

fn by_count(refused: BTreeMap<String, u64>) -> Vec<(String, String)> {
    let mut reasons: Vec<_> = refused.into_iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(*count));
    let shown = reasons
        .into_iter()
        .map(|(code, count)| (code, number(count)));
    shown.collect()
}

/// A page that shows a secret cannot be come back to.
pub(super) async fn instead(Id(id): Id) -> Response {
    Redirect::to(&page_of(&id)).into_response()
}

impl Dashboard {
    pub(super) async fn view(&self, member: &Member, id: &KeyId) -> Result<KeyView, Problem> {
        let keys = &self.0.use_cases.keys;
        keys.read(&member.workspace, id)
            .await
            .map_err(Problem::from)
    }

    /// The key, for who is about to change it: their role must allow that.
    pub(super) async fn view_to_change(
        &self,
        member: &Member,
        id: &KeyId,
    ) -> Result<KeyView, Problem> {
        let view = self.view(member, id).await?;
        member.require(view.listed.entry.kind.least_role())?;
        Ok(view)
    }

    pub(super) async fn key_page(
        &self,
        member: &Member,
        viewing: &Viewing,
        view: KeyView,
        mode: Mode,
    ) -> Result<Page, Problem> {
        let KeyView { listed, policy } = view;
        let (entry, now) = (listed.entry, member.by.at);
        // Twenty-four hours, the present one among them.
        let from = now.start_of_hour().minus(HOUR.saturating_mul(23));
        let store = &self.0.use_cases.store;
        let usage = control::usage(store, &member.workspace, &entry.id, from, now.plus(HOUR));
        let usage = usage.await?;
        let mut advice = self.advice_about(&member.workspace, [&entry]).await;
        let calls: u64 = usage.total.calls.values().sum();
        let refusals: u64 = usage.total.refused.values().sum();
        let previous = entry.previous_expires_at.filter(|until| *until > now);
        Ok(Page {
            frame: Frame::new("Ingestion key", viewing),
            kind: entry.kind.label(),
            version: entry.version.to_string(),
            status: Status::of(&entry, now),
            may_change: member.role >= entry.kind.least_role(),
            is_enabled: entry.state == policy::KeyState::Enabled,
            created: entry.details.created_at.into(),
            creator: entry.details.creator.to_string(),
            expires: entry.expires_at.map(Moment::from),
            previous: previous.map(Moment::from),
            last_used: usage.last_used.max(listed.last_used_at).map(Moment::from),
            requests: number(usage.total.requests + calls),
            refusals: number(refusals),
            reasons: by_count(usage.total.refused),
            with_previous: number(usage.total.old_requests),
            rules: Shown::new(entry.kind, &policy),
            notes: advice.take(&entry.id),
            name: entry.details.name,
            tags: entry.details.tags,
            id: entry.id,
            mode,
        })
    }
}
