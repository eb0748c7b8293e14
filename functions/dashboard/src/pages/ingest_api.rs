//! The Ingest API: what comes in, what it takes to store it, and what its keys may do.

mod settings;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use edge::Problem;
use event::KeyId;
use policy::Role;
use serde::Deserialize;

use self::settings::Part;
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::graphs::{Span, Table};
use crate::member::{Editor, Member};
use crate::navigation::{Entry, Group, Icon};
use crate::notice::{Notice, done};
use crate::request::{Fields, Id, Parameters};
use crate::rules::{Edited, Editing, Typed};

pub(crate) const ENTRY: Entry = Entry {
    title: "Ingest API",
    path: "/dashboard/ingest-api",
    about: "Watch events come in, and say what its keys may do.",
    icon: Icon::Ingest,
    group: Group::Apis,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(show))
        .route("/dashboard/ingest-api/{key}", get(edit).post(save))
}

#[derive(Template)]
#[template(path = "ingest_api.html")]
struct IngestApi {
    frame: Frame,
    spans: [Span; 4],
    span: Span,
    /// What only scripts could show, as tables; none unless asked for.
    tables: Option<Result<[Table; 2], String>>,
    /// The settings of the integration keys, by kind.
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    range: Option<String>,
    /// `yes`: the values are wanted in the page itself.
    tables: Option<String>,
}

async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let template = dashboard
        .ingest_api(&asked, &member, &viewing, None)
        .await?;
    Ok(page(&template))
}

/// The page with the settings of one key in edit mode.
async fn edit(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let keys = &dashboard.0.use_cases.keys;
    let view = keys.read(&member.workspace, &id).await?;
    let editing = dashboard.begin_rules(&member, &view).await;
    let editing = Some((id, editing));
    let template = dashboard
        .ingest_api(&asked, &member, &viewing, editing)
        .await?;
    Ok(page(&template))
}

/// A button of that form.
async fn save(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Answer {
    match dashboard
        .edit_rules(&member, &id, Typed::read(fields))
        .await?
    {
        Edited::Saved => {
            let section = format!("{}#key-{id}", ENTRY.path);
            Ok(done(&section, Notice::ChangesSaved))
        }
        Edited::Further(editing) => {
            let undone = editing.undone();
            let editing = Some((id, *editing));
            let template = dashboard
                .ingest_api(&asked, &member, &viewing, editing)
                .await?;
            Ok(Editing::answer(undone.as_ref(), &template))
        }
    }
}

impl Dashboard {
    async fn ingest_api(
        &self,
        asked: &Asked,
        member: &Member,
        viewing: &Viewing,
        editing: Option<(KeyId, Editing)>,
    ) -> Result<IngestApi, Problem> {
        let span = Span::asked(asked.range.as_deref())?;
        let tables = if asked.tables.as_deref() == Some("yes") {
            let columns = self.0.graphs.read(&member.workspace, span, member.by.at);
            // The page comes all the same.
            Some(match columns.await {
                Ok(columns) => Ok(Table::both(&columns)),
                Err(problem) => Err(problem.message().into_owned()),
            })
        } else {
            None
        };
        Ok(IngestApi {
            frame: Frame::new(ENTRY.title, viewing),
            spans: Span::ALL,
            span,
            tables,
            // On the heap, with all that it reads at a time.
            parts: Box::pin(self.parts(member, editing)).await?,
        })
    }
}
