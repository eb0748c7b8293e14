//! Who looks at a page, and what they may do: extractors. A handler that takes [`Editor`] is for
//! editors and admins.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use control::By;
use edge::{Connection, Problem};
use event::WorkspaceId;
use http::Method;
use http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use policy::{Actor, Role};

use crate::Dashboard;
use crate::address::ROOT;
use crate::session::Opened;

/// The parameter of a form's address that says in which workspace the form was made.
pub(crate) const MADE_IN: &str = "in";

/// Somebody signed in who has a role in the workspace they look at. Others are sent to the sign-in; a
/// script, and who posts, hears that nobody is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The workspace that they look at.
    pub(crate) workspace: WorkspaceId,
    /// What they may do in it.
    pub(crate) role: Role,
    /// Who they are, from where and when, in the words of the use cases.
    pub(crate) by: By,
}

impl Member {
    /// For what depends on more than the page: whether the role is that or more.
    pub(crate) fn require(&self, role: Role) -> Result<(), Problem> {
        if self.role >= role {
            Ok(())
        } else {
            Err(Problem::RoleMissing)
        }
    }
}

impl FromRequestParts<Dashboard> for Member {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        dashboard: &Dashboard,
    ) -> Result<Self, Response> {
        let connection = Connection::from_request_parts(parts, &()).await;
        let connection = connection.map_err(IntoResponse::into_response)?;
        let session = match parts.extensions.get::<Opened>() {
            Some(Ok(Some(session))) => session,
            Some(Ok(None)) => return Err(signed_out(parts)),
            Some(Err(problem)) => return Err(problem.clone().into_response()),
            None => return Err(Problem::Internal.into_response()),
        };
        let place = session.place();
        let (workspace, role) = place.ok_or_else(|| Problem::RoleMissing.into_response())?;
        check_workspace(parts, workspace).map_err(IntoResponse::into_response)?;
        let actor = Actor::Person {
            subject: session.subject.clone(),
            name: session.name.clone(),
        };
        Ok(Self {
            workspace: workspace.clone(),
            role,
            by: By {
                actor,
                role,
                address: Some(connection.source_ip),
                request_id: Some(connection.request_id),
                at: dashboard.0.clock.now(),
            },
        })
    }
}

macro_rules! extractor {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) Member);

        impl FromRequestParts<Dashboard> for $name {
            type Rejection = Response;

            async fn from_request_parts(
                parts: &mut Parts,
                dashboard: &Dashboard,
            ) -> Result<Self, Response> {
                let member = Member::from_request_parts(parts, dashboard).await?;
                let allowed = member.require($role).map_err(IntoResponse::into_response);
                allowed.map(|()| Self(member))
            }
        }
    };
}

extractor!(
    /// An editor or an admin.
    Editor,
    Role::Editor
);
extractor!(
    /// An admin.
    Admin,
    Role::Admin
);

/// The address to which the forms of a page post: the page's own, and in which workspace it was made.
pub(crate) fn form_action(workspace: &WorkspaceId) -> String {
    // The names of workspaces are letters, digits and dashes.
    format!("?{MADE_IN}={workspace}")
}

/// The workspace in which the form with that address was made.
pub(crate) fn made_in(path: &str) -> Option<&str> {
    let (_, query) = path.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, made_in) = pairs.find(|(name, _)| *name == MADE_IN)?;
    Some(made_in)
}

/// A form that was made in another workspace, in another window or before another sign-in, changes
/// nothing in this one.
fn check_workspace(parts: &Parts, workspace: &WorkspaceId) -> Result<(), Problem> {
    let path = parts.uri.path_and_query();
    match path.and_then(|path| made_in(path.as_str())) {
        Some(made_in) if made_in != workspace.as_str() => Err(Problem::Conflict {
            message:
                "this form belongs to another of your workspaces: switch to that one in another \
                      window, then send the form again"
                    .into(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// A page is asked for again after the sign-in; what was posted, or asked for by a script, is answered.
fn signed_out(parts: &Parts) -> Response {
    let path = parts.uri.path_and_query();
    let path = path.map_or(ROOT, |path| path.as_str());
    if path.starts_with("/dashboard/data/") || parts.method == Method::POST {
        return Problem::SignedOut.into_response();
    }
    let next = utf8_percent_encode(path, NON_ALPHANUMERIC);
    Redirect::to(&format!("{ROOT}?next={next}")).into_response()
}
