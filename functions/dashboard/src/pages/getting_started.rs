//! Getting started: requests that work, with the reader's own key, and the event that arrives.

mod recipes;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use control::{KeyQuery, KeySort, ListedKey};
use edge::Problem;
use event::KeyId;
use http::HeaderMap;
use policy::{KeyKind, KeyState, Role};
use serde::Deserialize;

use self::recipes::{Recipe, recipes};
use super::live;
use crate::Dashboard;
use crate::address::Address;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::member::{Admin, Member};
use crate::navigation::{Entry, Group, Icon};
use crate::request::{Fields, Parameters};

pub(crate) const ENTRY: Entry = Entry {
    title: "Getting started",
    path: "/dashboard/getting-started",
    about: "Send a first event with one of your keys, and see it arrive.",
    icon: Icon::Start,
    group: Group::Apis,
    least: Role::Viewer,
};

/// Keys to choose from at most.
const MAX_KEYS: usize = 1_000;
/// Rows of the list in which the first event arrives.
const ROWS: usize = 5;
/// What stands for the text of a key that is not shown.
const PLACEHOLDER: &str = "YOUR-KEY";

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route(ENTRY.path, get(show).post(reveal))
}

#[derive(Template)]
#[template(path = "getting_started.html")]
struct Page {
    frame: Frame,
    keys: Vec<live::Choice>,
    /// The key that is chosen; none where there is no key that sends.
    chosen: Option<Chosen>,
}

struct Chosen {
    id: String,
    /// Whether its text stands in the recipes.
    is_shown: bool,
    recipes: Vec<Recipe>,
    list: live::List,
}

#[derive(Debug, Deserialize)]
struct Asked {
    key: Option<String>,
}

async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let asked = asked.key.filter(|key| !key.is_empty());
    let page_of = dashboard.getting_started(&member, &viewing, &headers, asked, None);
    Ok(page(&page_of.await?))
}

/// Shows the key's text in the recipes. The audit log has it.
async fn reveal(
    State(dashboard): State<Dashboard>,
    Admin(member): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(asked): Fields<Asked>,
) -> Answer {
    let id = asked.key.as_deref().map(KeyId::parse);
    let id = id.and_then(Result::ok).ok_or(Problem::NotFound)?;
    let keys = &dashboard.0.use_cases.keys;
    let key = keys.reveal(&member.workspace, &member.by, &id).await;
    let key = key?;
    let text = Some(key.expose());
    let page_of = dashboard.getting_started(&member, &viewing, &headers, asked.key, text);
    Ok(page(&page_of.await?))
}

impl Dashboard {
    async fn getting_started(
        &self,
        member: &Member,
        viewing: &Viewing,
        headers: &HeaderMap,
        asked: Option<String>,
        text: Option<&str>,
    ) -> Result<Page, Problem> {
        let query = KeyQuery {
            kind: None,
            sort: KeySort::Name,
            descending: false,
            limit: MAX_KEYS,
            cursor: None,
        };
        let keys = self.0.use_cases.keys.list(&member.workspace, &query).await;
        let mut keys = keys?.keys;
        // A metrics key sends nothing, and a key that is switched off is of no use here.
        keys.retain(|key| {
            key.entry.kind != KeyKind::Metrics && key.entry.state == KeyState::Enabled
        });
        let chosen = match asked {
            Some(id) => {
                let found = keys.iter().find(|key| key.entry.id.as_str() == id);
                Some(found.ok_or(Problem::NotFound)?)
            }
            // Most people begin with events, sent by what may do nothing else.
            None => keys.iter().min_by_key(|key| key.entry.kind),
        };
        let chosen = match chosen {
            Some(key) => {
                let address = Address::of(&self.0.settings, headers).ok_or(Problem::Internal)?;
                Some(self.chosen(member, key, &address.origin, text).await?)
            }
            None => None,
        };
        let choice = |key: &ListedKey| live::Choice {
            id: key.entry.id.to_string(),
            name: key.entry.details.name.clone(),
            is_chosen: chosen
                .as_ref()
                .is_some_and(|it| it.id == key.entry.id.as_str()),
        };
        Ok(Page {
            frame: Frame::new(ENTRY.title, viewing),
            keys: keys.iter().map(choice).collect(),
            chosen,
        })
    }

    async fn chosen(
        &self,
        member: &Member,
        key: &ListedKey,
        origin: &str,
        text: Option<&str>,
    ) -> Result<Chosen, Problem> {
        let id = key.entry.id.to_string();
        let list = self.live(member, &live::Asked::of_key(&id, ROWS)).await?;
        Ok(Chosen {
            recipes: recipes(key.entry.kind, origin, text.unwrap_or(PLACEHOLDER)),
            is_shown: text.is_some(),
            list,
            id,
        })
    }
}
