//! The page with all of it.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use control::{AcceptedClientSecrets, KeyQuery, KeySort, KeyView, QueryFigures};
use edge::Problem;
use event::{KeyId, Timestamp};
use http::HeaderMap;
use policy::KeyKind;
use store::{SavedMetric, StoreError, WorkspaceSettings};

use super::ENTRY;
use super::cache::CacheForm;
use super::log::LAST_DAY;
use crate::Dashboard;
use crate::address::Address;
use crate::advice::Note;
use crate::frame::{Answer, Frame, Viewing};
use crate::kinds::Status;
use crate::member::Member;
use crate::refused::Refused;
use crate::rules::{Editing, Shown};
use crate::shown_once::Secret;

const HOUR: Duration = Duration::from_hours(1);

#[derive(Template)]
#[template(path = "metrics_api.html")]
struct MetricsApi<'a> {
    frame: Frame,
    /// The one metrics key; none where nobody made one, or it was revoked.
    key: Option<Key>,
    settings: WorkspaceSettings,
    metrics: Vec<SavedMetric>,
    /// What ran in the last day.
    figures: QueryFigures,
    /// Where clients send to.
    base_url: String,
    now: &'a Extra,
}

/// The metrics key, as the page shows it.
struct Key {
    id: KeyId,
    name: String,
    creator: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    status: Status,
    client_secrets: AcceptedClientSecrets,
    shown: Shown,
    /// What could be better about it.
    notes: Vec<Note>,
}

/// What an answer has beyond the page as it always is.
#[derive(Debug, Default)]
pub(super) struct Extra {
    /// Texts that are shown in this answer alone.
    pub(super) texts: Vec<Secret>,
    /// The address rules in edit mode.
    pub(super) rules: Option<Editing>,
    /// The lifetime of answers in edit mode.
    pub(super) cache: Option<CacheForm>,
    /// The name of a key that could not be made.
    pub(super) name: Option<String>,
    pub(super) refused: Refused,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    member: Member,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let extra = Extra::default();
    dashboard
        .metrics_page(&member, &viewing, &headers, &extra)
        .await
}

/// What was done by a form is not done again by coming back to its address.
pub(super) async fn instead() -> Redirect {
    Redirect::to(ENTRY.path)
}

impl Dashboard {
    /// The workspace's metrics key.
    pub(super) async fn metrics_key(&self, member: &Member) -> Result<Option<KeyId>, Problem> {
        let query = KeyQuery {
            kind: Some(KeyKind::Metrics),
            sort: KeySort::Created,
            descending: true,
            limit: 1,
            cursor: None,
        };
        let found = self.0.use_cases.keys.list(&member.workspace, &query).await;
        let keys = found?.keys;
        Ok(keys.into_iter().next().map(|key| key.entry.id))
    }

    /// The same, where the page only offers what is asked for if there is one.
    pub(super) async fn the_metrics_key(&self, member: &Member) -> Result<KeyId, Problem> {
        let found = self.metrics_key(member).await?;
        found.ok_or_else(|| {
            let what = "metrics key";
            StoreError::NotFound { what }.into()
        })
    }

    pub(super) async fn metrics_page(
        &self,
        member: &Member,
        viewing: &Viewing,
        headers: &HeaderMap,
        extra: &Extra,
    ) -> Answer {
        let cases = &self.0.use_cases;
        let (workspace, now) = (&member.workspace, member.by.at);
        // On the heap, as below: all that is read at once is large.
        let read = Box::pin(async {
            tokio::try_join!(
                cases.settings.read(workspace),
                cases.metrics.list(workspace),
                cases.query_log.summary(workspace, now.minus(LAST_DAY), now),
            )
        });
        let (settings, metrics, summary) = read.await?;
        let key = match self.metrics_key(member).await? {
            None => None,
            Some(id) => Some(Box::pin(self.key_of_metrics(member, &id)).await?),
        };
        let address = Address::of(&self.0.settings, headers).ok_or(Problem::Internal)?;
        let template = MetricsApi {
            frame: Frame::new(ENTRY.title, viewing),
            key,
            settings,
            metrics,
            figures: summary.overall,
            base_url: address.origin,
            now: extra,
        };
        Ok(match extra.rules.as_ref().and_then(Editing::undone) {
            Some(undone) => Editing::answer(Some(&undone), &template),
            None => extra.refused.page(&template),
        })
    }

    async fn key_of_metrics(&self, member: &Member, id: &KeyId) -> Result<Key, Problem> {
        let (workspace, now) = (&member.workspace, member.by.at);
        let cases = &self.0.use_cases;
        let (from, to) = (now.minus(LAST_DAY), now.plus(HOUR));
        let (view, client_secrets, usage) = tokio::try_join!(
            cases.keys.read(workspace, id),
            cases.client_secrets.accepted(workspace, id, now),
            control::usage(&cases.store, workspace, id, from, to),
        )?;
        let entry = &view.listed.entry;
        let mut advice = self.advice_about(workspace, [entry]).await;
        Ok(Key {
            notes: advice.take(id),
            // Within seconds where that is a day ago at most.
            last_used_at: usage.last_used.max(view.listed.last_used_at),
            ..Key::new(&view, client_secrets, now)
        })
    }
}

impl Key {
    fn new(view: &KeyView, client_secrets: AcceptedClientSecrets, now: Timestamp) -> Self {
        let entry = &view.listed.entry;
        Self {
            id: entry.id.clone(),
            name: entry.details.name.clone(),
            creator: entry.details.creator.to_string(),
            created_at: entry.details.created_at,
            last_used_at: view.listed.last_used_at,
            status: Status::of(entry, now),
            client_secrets,
            shown: Shown::new(entry.kind, &view.policy),
            notes: Vec::new(),
        }
    }
}
