//! The audit log: who did what to which thing, from where and when.

mod changes;
mod filter;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use control::ControlError;
use event::Timestamp;
use policy::Role;
use store::{AuditAction, AuditPage, RecordedEntry};

use self::changes::{Change, changes};
use self::filter::Filter;
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing};
use crate::member::Admin;
use crate::navigation::{Entry, Group, Icon};
use crate::refused::Refused;
use crate::request::Parameters;

pub(crate) const ENTRY: Entry = Entry {
    title: "Audit log",
    path: "/dashboard/audit-log",
    about: "Who did what to which key, account or setting, from where and when.",
    icon: Icon::Audit,
    group: Group::Settings,
    least: Role::Admin,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route(ENTRY.path, get(show))
}

#[derive(Template)]
#[template(path = "audit_log.html")]
struct AuditLog<'a> {
    frame: Frame,
    filter: Filter,
    refused: &'a Refused,
    actions: Vec<Action>,
    lines: Vec<Line>,
    /// The parameters of the page with the newest entries.
    newest: String,
    /// The parameters of the page with older entries.
    older: Option<String>,
}

/// An action that can be asked for.
struct Action {
    name: &'static str,
    label: String,
}

/// An entry, as the page shows it.
struct Line {
    at: Timestamp,
    what: String,
    actor: String,
    /// The parameters of the page with all that they did.
    by_actor: String,
    subject: String,
    /// The parameters of the page with all that was done to it.
    of_subject: String,
    address: Option<String>,
    request_id: Option<String>,
    changes: Vec<Change>,
}

async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(filter): Parameters<Filter>,
    Admin(admin): Admin,
    viewing: Viewing,
) -> Answer {
    let audit = &dashboard.0.use_cases.audit;
    let (found, refused) = match filter.query() {
        Ok(query) => {
            let found = audit.page(&admin.workspace, &query).await;
            (found?, Refused::default())
        }
        Err(errors) => {
            let (entries, next) = (Vec::new(), None);
            let refused = Refused::of(ControlError::Invalid(errors), "")?;
            (AuditPage { entries, next }, refused)
        }
    };
    Ok(refused.page(&AuditLog {
        frame: Frame::new(ENTRY.title, &viewing),
        actions: AuditAction::ALL.map(Action::new).into(),
        older: found.next.as_deref().map(|cursor| filter.before(cursor)),
        lines: found.entries.into_iter().map(Line::new).collect(),
        newest: filter.before(""),
        filter,
        refused: &refused,
    }))
}

impl Action {
    fn new(action: AuditAction) -> Self {
        let name = action.as_str();
        Self {
            name,
            label: words(name),
        }
    }
}

impl Line {
    fn new(RecordedEntry { entry, .. }: RecordedEntry) -> Self {
        let by_actor = Filter {
            actor: entry.actor.id().to_owned(),
            ..Filter::default()
        };
        let of_subject = Filter {
            subject: entry.subject.clone(),
            ..Filter::default()
        };
        Self {
            at: entry.at,
            what: words(entry.action.as_str()),
            actor: entry.actor.to_string(),
            by_actor: by_actor.parameters(),
            subject: entry.subject_name.unwrap_or(entry.subject),
            of_subject: of_subject.parameters(),
            address: entry.address.map(|address| address.to_string()),
            request_id: entry.request_id,
            changes: changes(&entry.changes),
        }
    }
}

/// The name of an action as people say it: `api_key.created` is `API key created`.
fn words(name: &str) -> String {
    let words = name.replace(['.', '_'], " ");
    match words.strip_prefix("api ") {
        Some(rest) => format!("API {rest}"),
        None => capital(&words),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
