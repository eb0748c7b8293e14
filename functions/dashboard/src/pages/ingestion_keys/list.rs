//! `GET /dashboard/ingestion-keys`: the table.

use askama::Template;
use axum::extract::State;
use edge::Problem;

use super::ENTRY;
use super::create::NewKey;
use super::issued::Issued;
use super::table::{Asked, Table};
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::member::Member;
use crate::request::Parameters;

#[derive(Template)]
#[template(path = "ingestion_keys.html")]
pub(super) struct List {
    frame: Frame,
    table: Table,
    /// The dialog for a new key.
    new: Option<NewKey>,
    /// The text of a key that was made just now.
    issued: Option<Issued>,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let list = dashboard
        .list(&member, &viewing, &asked, None, None)
        .await?;
    Ok(page(&list))
}

impl Dashboard {
    pub(super) async fn list(
        &self,
        member: &Member,
        viewing: &Viewing,
        asked: &Asked,
        new: Option<NewKey>,
        issued: Option<Issued>,
    ) -> Result<List, Problem> {
        Ok(List {
            frame: Frame::new(ENTRY.title, viewing),
            // On the heap, with all that it reads at a time.
            table: Box::pin(self.table(member, asked)).await?,
            new,
            issued,
        })
    }
}
