//! Live events: what comes in just now, accepted or refused, and why.

mod list;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use control::{KeyQuery, KeySort, LiveQuery, live};
use edge::Problem;
use event::KeyId;
use event::ids::MAX_EVENT_NAME_CHARS;
use policy::Role;
use serde::Deserialize;

pub(super) use list::List;

use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::member::Member;
use crate::navigation::{Entry, Group, Icon};
use crate::request::Parameters;

pub(crate) const ENTRY: Entry = Entry {
    title: "Live events",
    path: "/dashboard/live",
    about: "See each event as it comes in, and why one was refused.",
    icon: Icon::Live,
    group: Group::Apis,
    least: Role::Viewer,
};

/// Rows of a page.
const ROWS: usize = 50;
/// Keys to choose from at most.
const MAX_KEYS: usize = 1_000;

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(show))
        .route("/dashboard/data/live", get(data))
}

#[derive(Template)]
#[template(path = "live.html")]
struct Page {
    frame: Frame,
    keys: Vec<Choice>,
    /// What is typed into the field of names.
    name: String,
    list: List,
    /// Whether only some is wanted.
    is_filtered: bool,
}

/// A key to choose.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// What is wanted, as the address says it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    key: Option<String>,
    name: Option<String>,
    /// So many rows; fewer than the page shows.
    rows: Option<usize>,
}

impl Asked {
    /// The newest rows of one key.
    pub(super) fn of_key(id: &str, rows: usize) -> Self {
        Self {
            key: Some(id.to_owned()),
            name: None,
            rows: Some(rows),
        }
    }

    /// An empty field wants everything.
    fn query(&self) -> Result<LiveQuery, Problem> {
        let given = |field: &Option<String>| field.clone().filter(|text| !text.trim().is_empty());
        let key = given(&self.key).map(|text| KeyId::parse(&text));
        let key = key.transpose().map_err(|_| Problem::InvalidParameter {
            name: "key",
            message: "must be the id of a key".into(),
        })?;
        let name = given(&self.name).map(|name| name.trim().to_owned());
        if name
            .as_ref()
            .is_some_and(|name| name.chars().count() > MAX_EVENT_NAME_CHARS)
        {
            return Err(Problem::InvalidParameter {
                name: "name",
                message: "must be at most 128 characters".into(),
            });
        }
        Ok(LiveQuery {
            key,
            name,
            since: None,
            limit: self.rows.unwrap_or(ROWS).min(ROWS),
        })
    }
}

async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let chosen = asked.query()?.key;
    let (list, keys) = tokio::try_join!(
        dashboard.live(&member, &asked),
        dashboard.choices(&member, chosen.as_ref()),
    )?;
    Ok(page(&Page {
        frame: Frame::new(ENTRY.title, &viewing),
        keys,
        is_filtered: asked.query()?.name.is_some() || chosen.is_some(),
        name: asked.name.unwrap_or_default(),
        list,
    }))
}

#[derive(Template)]
#[template(path = "live_rows.html")]
struct Rows {
    list: List,
}

/// `GET /dashboard/data/live?key=&name=&rows=`: the rows alone, for the page's script.
async fn data(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
) -> Answer {
    let list = dashboard.live(&member, &asked).await?;
    Ok(page(&Rows { list }))
}

impl Dashboard {
    /// The rows that are asked for.
    pub(super) async fn live(&self, member: &Member, asked: &Asked) -> Result<List, Problem> {
        let query = asked.query()?;
        let store = &self.0.use_cases.store;
        // On the heap, with all that it reads at a time.
        let found = Box::pin(live(store, &member.workspace, &query, member.by.at)).await;
        Ok(List::new(found?, &query, member.by.at))
    }

    /// The workspace's keys by name; the chosen one also where it is revoked.
    async fn choices(
        &self,
        member: &Member,
        chosen: Option<&KeyId>,
    ) -> Result<Vec<Choice>, Problem> {
        let query = KeyQuery {
            kind: None,
            sort: KeySort::Name,
            descending: false,
            limit: MAX_KEYS,
            cursor: None,
        };
        let keys = self.0.use_cases.keys.list(&member.workspace, &query).await;
        let mut choices: Vec<_> = keys?
            .keys
            .into_iter()
            .map(|key| Choice {
                is_chosen: chosen == Some(&key.entry.id),
                id: key.entry.id.to_string(),
                name: key.entry.details.name,
            })
            .collect();
        if let Some(id) = chosen
            && !choices.iter().any(|choice| choice.is_chosen)
        {
            choices.push(Choice {
                id: id.to_string(),
                name: format!("{id} (revoked)"),
                is_chosen: true,
            });
        }
        Ok(choices)
    }
}
