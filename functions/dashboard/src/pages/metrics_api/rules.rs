//! From where the metrics key may be used: its address rules in edit mode.

use axum::extract::State;
use http::HeaderMap;

use super::ENTRY;
use super::overview::Extra;
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::notice::{Notice, done};
use crate::request::Fields;
use crate::rules::{Edited, Typed};

pub(super) async fn edit(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let id = dashboard.the_metrics_key(&admin).await?;
    let keys = &dashboard.0.use_cases.keys;
    let view = keys.read(&admin.workspace, &id).await?;
    let extra = Extra {
        rules: Some(dashboard.begin_rules(&admin, &view).await),
        ..Extra::default()
    };
    dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await
}

pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Answer {
    let id = dashboard.the_metrics_key(&admin).await?;
    match dashboard
        .edit_rules(&admin, &id, Typed::read(fields))
        .await?
    {
        Edited::Saved => Ok(done(ENTRY.path, Notice::ChangesSaved)),
        Edited::Further(editing) => {
            let extra = Extra {
                rules: Some(*editing),
                ..Extra::default()
            };
            dashboard
                .metrics_page(&admin, &viewing, &headers, &extra)
                .await
        }
    }
}
