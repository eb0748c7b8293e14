//! What surrounds every page: title, navigation, who is signed in.

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::response::{Html, IntoResponse, Response};
use edge::Problem;
use http::Method;
use http::request::Parts;
use policy::Role;

use crate::address::ROOT;
use crate::assets;
use crate::member::form_action;
use crate::navigation::{Section, sections};
use crate::notice::Notice;
use crate::session::Session;
use crate::theme::Theme;

/// How a page is looked at, and by whom. An extractor.
#[derive(Debug, Clone)]
pub(crate) struct Viewing {
    pub(crate) session: Option<Session>,
    theme: Theme,
    /// Path and query, to come back to.
    here: String,
    /// Path, for the navigation.
    path: String,
    /// What the request before this one has done.
    pub(crate) notice: Option<Notice>,
}

impl Viewing {
    pub(crate) fn of(request: &Request, session: Option<Session>) -> Self {
        // What was posted cannot be come back to.
        let here = request.uri().path_and_query();
        let here = here.filter(|_| request.method() == Method::GET);
        Self {
            session,
            theme: Theme::of(request.headers()),
            here: here.map_or(ROOT, |here| here.as_str()).to_owned(),
            path: request.uri().path().to_owned(),
            notice: Notice::of(request.headers()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Viewing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or(Problem::Internal)
    }
}

/// The part of every template that is not its own.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) title: &'static str,
    pub(crate) assets: &'static str,
    pub(crate) theme: Theme,
    pub(crate) themes: [Theme; 3],
    pub(crate) here: String,
    /// Somebody signed in.
    pub(crate) person: Option<Person>,
    pub(crate) sections: Vec<Section>,
    pub(crate) notice: Option<&'static str>,
    /// Where the forms of a page post to.
    pub(crate) action: String,
    role: Option<Role>,
}

/// Who is signed in, as the frame shows it.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// The workspace they look at; none if they belong to none.
    pub(crate) place: Option<Place>,
    /// The other workspaces they may look at.
    pub(crate) others: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) workspace: String,
    pub(crate) role: Role,
}

impl Frame {
    pub(crate) fn new(title: &'static str, viewing: &Viewing) -> Self {
        let person = viewing.session.as_ref().map(Person::of);
        let place = viewing.session.as_ref().and_then(Session::place);
        Self {
            title,
            assets: &assets::BASE,
            theme: viewing.theme,
            themes: Theme::ALL,
            here: viewing.here.clone(),
            person,
            sections: place
                .map(|(_, role)| sections(role, &viewing.path))
                .unwrap_or_default(),
            notice: viewing.notice.map(Notice::text),
            action: place.map_or_else(String::new, |(workspace, _)| form_action(workspace)),
            role: place.map(|(_, role)| role),
        }
    }

    /// Whether an edit is offered.
    pub(crate) fn may_edit(&self) -> bool {
        self.role >= Some(Role::Editor)
    }

    /// Whether what only admins may is offered.
    pub(crate) fn may_administer(&self) -> bool {
        self.role >= Some(Role::Admin)
    }
}

impl Person {
    fn of(session: &Session) -> Self {
        let place = session.place();
        let others = session
            .memberships
            .keys()
            .filter(|other| place.is_none_or(|(here, _)| here != *other));
        Self {
            name: session.name.clone(),
            others: others.map(ToString::to_string).collect(),
            place: place.map(|(workspace, role)| Place {
                workspace: workspace.to_string(),
                role,
            }),
        }
    }
}

/// The page as an answer.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Problem::Internal.into_response()
        }
    }
}

/// The page as an answer with the status of that problem: a form that is shown again.
pub(crate) fn page_about(problem: &Problem, template: &impl Template) -> Response {
    let mut response = page(template);
    if response.status().is_success() {
        *response.status_mut() = problem.status();
    }
    response
}

/// Handlers of pages answer with these.
pub(crate) type Answer = Result<Response, Problem>;
