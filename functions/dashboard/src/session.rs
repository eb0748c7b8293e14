//! Who is signed in: a sealed text in the browser's cookie, and nothing on the server.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use edge::{Identity, Problem};
use event::{Timestamp, WorkspaceId};
use http::HeaderMap;
use http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use policy::Role;
use secrets::SecretsError;
use serde::{Deserialize, Serialize};

use crate::Dashboard;
use crate::address::ROOT;
use crate::cookie::Cookie;

pub(crate) const COOKIE: Cookie = Cookie::new("__Host-weir-session");
/// What the cookie is sealed for.
const PURPOSE: &str = "session";

/// A session ends so long after the sign-in: a role that was taken away is gone by then.
const LIFETIME: Duration = Duration::from_hours(8);
/// A session ends so long after its last request.
const IDLE: Duration = Duration::from_hours(1);
/// The cookie is renewed at most so often.
const RENEWED_EVERY: Duration = Duration::from_mins(1);
/// So many workspaces of a person fit into a cookie, whatever their names.
const MAX_WORKSPACES: usize = 16;

/// A person who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The identity provider's lasting name for the person.
    pub(crate) subject: String,
    /// What people call them.
    pub(crate) name: String,
    /// The workspace they look at, and those they may choose from.
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) memberships: BTreeMap<WorkspaceId, Role>,
    /// When they signed in, and when they last did something.
    started: Timestamp,
    seen: Timestamp,
}

impl Session {
    /// The session of somebody who has just signed in.
    pub(crate) fn start(identity: Identity, now: Timestamp) -> Self {
        let memberships: BTreeMap<_, _> = identity
            .memberships
            .into_iter()
            .take(MAX_WORKSPACES)
            .collect();
        Self {
            subject: identity.subject,
            name: identity.name,
            workspace: memberships.keys().next().cloned(),
            memberships,
            started: now,
            seen: now,
        }
    }

    /// The workspace they look at and what they may do there; none if they belong to none.
    pub(crate) fn place(&self) -> Option<(&WorkspaceId, Role)> {
        let workspace = self.workspace.as_ref()?;
        Some((workspace, *self.memberships.get(workspace)?))
    }

    /// The same person, looking at another of their workspaces.
    pub(crate) fn look_at(self, workspace: WorkspaceId) -> Option<Self> {
        let is_member = self.memberships.contains_key(&workspace);
        let workspace = Some(workspace);
        is_member.then_some(Self { workspace, ..self })
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        now.since(self.started) < LIFETIME && now.since(self.seen) < IDLE
    }

    fn is_to_be_renewed(&self, now: Timestamp) -> bool {
        now.since(self.seen) >= RENEWED_EVERY
    }

    fn rest(&self, now: Timestamp) -> Duration {
        LIFETIME.saturating_sub(now.since(self.started)).min(IDLE)
    }
}

/// What the cookie of a request says: put into its extensions by the layer around all routes.
pub(crate) type Opened = Result<Option<Session>, Problem>;

impl Dashboard {
    /// The session of the request, if it carries a living one.
    pub(crate) async fn open_session(&self, headers: &HeaderMap) -> Opened {
        let Some(sealed) = COOKIE.read(headers) else {
            return Ok(None);
        };
        let opened = self.0.session_keys.open(PURPOSE, sealed).await;
        let text = opened.map_err(unavailable)?;
        let session = text.and_then(|text| serde_json::from_slice::<Session>(&text).ok());
        Ok(session.filter(|session| session.is_alive(self.0.clock.now())))
    }

    /// Has the browser keep the session.
    pub(crate) async fn keep_session(
        &self,
        session: &Session,
        headers: &mut HeaderMap,
    ) -> Result<(), Problem> {
        let now = self.0.clock.now();
        let session = Session {
            seen: now,
            ..session.clone()
        };
        let text = serde_json::to_vec(&session).map_err(|_| Problem::Internal)?;
        let sealed = self.0.session_keys.seal(PURPOSE, &text).await;
        COOKIE.set(headers, &sealed.map_err(unavailable)?, session.rest(now));
        Ok(())
    }

    /// Moves the end of an idle session, unless the answer sets the cookie itself.
    pub(crate) async fn renew_session(&self, session: &Session, headers: &mut HeaderMap) {
        if session.is_to_be_renewed(self.0.clock.now()) && !COOKIE.is_set(headers) {
            // It stays as it is where the keys cannot be had just now.
            self.keep_session(session, headers).await.ok();
        }
    }
}

pub(crate) fn unavailable(error: SecretsError) -> Problem {
    match error {
        SecretsError::Unavailable | SecretsError::Contended => Problem::Unavailable,
        SecretsError::Missing
        | SecretsError::Corrupt
        | SecretsError::UnknownSealingKey
        | SecretsError::NotGenuine => {
            tracing::error!(%error, "the session keys are of no use");
            Problem::Internal
        }
    }
}

/// Somebody signed in who has a role in the workspace they look at. An extractor: others are sent to
/// the sign-in, or hear in JSON that they are signed out.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) workspace: WorkspaceId,
}

impl FromRequestParts<Dashboard> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Response> {
        let opened = parts.extensions.get::<Opened>().cloned();
        let session = match opened {
            Some(Ok(Some(session))) => session,
            Some(Ok(None)) => return Err(signed_out(parts)),
            Some(Err(problem)) => return Err(problem.into_response()),
            None => return Err(Problem::Internal.into_response()),
        };
        let place = session.place();
        let (workspace, _) = place.ok_or_else(|| Problem::RoleMissing.into_response())?;
        Ok(Self {
            workspace: workspace.clone(),
        })
    }
}

/// A page is asked for again after the sign-in; what a script asks for is answered.
fn signed_out(parts: &Parts) -> Response {
    let path = parts.uri.path_and_query();
    let path = path.map_or(ROOT, |path| path.as_str());
    if path.starts_with("/dashboard/data/") {
        return Problem::SignedOut.into_response();
    }
    let next = utf8_percent_encode(path, NON_ALPHANUMERIC);
    Redirect::to(&format!("{ROOT}?next={next}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_SECOND: Duration = Duration::from_secs(1);

    fn session() -> Session {
        let acme = WorkspaceId::parse("acme").unwrap();
        let identity = Identity {
            subject: "1".to_owned(),
            name: "ann@example.com".to_owned(),
            memberships: BTreeMap::from([(acme, Role::Viewer)]),
        };
        Session::start(identity, Timestamp::from_millis(0))
    }

    fn after(duration: Duration) -> Timestamp {
        Timestamp::from_millis(0).plus(duration)
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it_and_when_its_day_is_over() {
        let mut session = session();
        assert!(session.is_alive(after(IDLE).minus(A_SECOND)));
        assert!(!session.is_alive(after(IDLE)));
        session.seen = after(LIFETIME).minus(A_SECOND);
        assert!(session.is_alive(session.seen));
        assert!(!session.is_alive(after(LIFETIME)));
    }

    #[test]
    fn the_cookie_outlives_neither_end_of_the_session() {
        assert_eq!(session().rest(after(Duration::ZERO)), IDLE);
        let late = after(LIFETIME).minus(A_SECOND);
        assert_eq!(session().rest(late), A_SECOND);
        assert_eq!(session().rest(after(LIFETIME * 2)), Duration::ZERO);
    }

    #[test]
    fn a_session_with_sixteen_long_names_fits_into_a_cookie() {
        let long = |number: usize| format!("{number:02}{}", "x".repeat(30));
        let identity = Identity {
            subject: "s".repeat(255),
            name: "n".repeat(128),
            memberships: (0..40)
                .filter_map(|number| WorkspaceId::parse(&long(number)).ok())
                .map(|workspace| (workspace, Role::Viewer))
                .collect(),
        };
        let session = Session::start(identity, Timestamp::from_millis(0));
        assert_eq!(session.memberships.len(), MAX_WORKSPACES);
        let text = serde_json::to_vec(&session).unwrap();
        // Base64 makes four bytes out of three; browsers keep 4,096 bytes.
        assert!(text.len() * 4 / 3 < 3_900, "{}", text.len());
    }
}
