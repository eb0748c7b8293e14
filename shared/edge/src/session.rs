//! A session: a sealed text in the browser's cookie, and nothing on the server. The dashboard makes it;
//! what its pages' scripts ask may be answered by another function.

use std::collections::BTreeMap;
use std::time::Duration;

use event::{Timestamp, WorkspaceId};
use http::HeaderMap;
use http::header::{COOKIE, HOST, ORIGIN};
use http::request::Parts;
use policy::Role;
use secrets::{SecretsError, SessionKeys};
use serde::{Deserialize, Serialize};

use crate::{Identity, Problem};

/// The name of the cookie that holds a session.
pub const SESSION_COOKIE: &str = "__Host-weir-session";
/// What the cookie is sealed for.
const PURPOSE: &str = "session";
/// Where the dashboard is on its host.
const DASHBOARD: &str = "/dashboard";

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
pub struct Session {
    /// The identity provider's lasting name for the person.
    pub subject: String,
    /// What people call them.
    pub name: String,
    /// The workspace they look at.
    pub workspace: Option<WorkspaceId>,
    /// The workspaces they may choose from.
    pub memberships: BTreeMap<WorkspaceId, Role>,
    /// When they signed in, and when they last did something.
    started: Timestamp,
    seen: Timestamp,
}

impl Session {
    /// The session of somebody who has just signed in.
    pub fn start(identity: Identity, now: Timestamp) -> Self {
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
    pub fn place(&self) -> Option<(&WorkspaceId, Role)> {
        let workspace = self.workspace.as_ref()?;
        Some((workspace, *self.memberships.get(workspace)?))
    }

    /// The same person, looking at another of their workspaces.
    pub fn look_at(self, workspace: WorkspaceId) -> Option<Self> {
        let is_member = self.memberships.contains_key(&workspace);
        let workspace = Some(workspace);
        is_member.then_some(Self { workspace, ..self })
    }

    /// The session in a sealed text, if it was sealed here and is alive.
    pub async fn open(
        keys: &SessionKeys,
        sealed: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, SecretsError> {
        let text = keys.open(PURPOSE, sealed).await?;
        let session = text.and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        Ok(session.filter(|session| session.is_alive(now)))
    }

    /// The session as somebody used it now, sealed, and how long it is to be kept.
    pub async fn seal(
        &self,
        keys: &SessionKeys,
        now: Timestamp,
    ) -> Result<(String, Duration), SecretsError> {
        let session = Self {
            seen: now,
            ..self.clone()
        };
        let text = serde_json::to_vec(&session).map_err(|_| SecretsError::Corrupt)?;
        Ok((keys.seal(PURPOSE, &text).await?, session.rest(now)))
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        now.since(self.started) < LIFETIME && now.since(self.seen) < IDLE
    }

    /// Whether the cookie is to be sealed anew, so that the session goes on.
    pub fn is_to_be_renewed(&self, now: Timestamp) -> bool {
        now.since(self.seen) >= RENEWED_EVERY
    }

    fn rest(&self, now: Timestamp) -> Duration {
        LIFETIME.saturating_sub(now.since(self.started)).min(IDLE)
    }
}

/// Opens sessions for a function that is not the dashboard. Clones share the keys.
#[derive(Debug, Clone)]
pub struct Sessions {
    keys: SessionKeys,
    dashboard: Option<String>,
}

impl Sessions {
    /// Sessions sealed under these keys, by a dashboard at this address: `None`, at the host that a
    /// request names.
    pub const fn new(keys: SessionKeys, dashboard: Option<String>) -> Self {
        Self { keys, dashboard }
    }

    /// The session of a request, if it carries one. One that is over is [`Problem::SignedOut`]. A request
    /// that may change something must come from a page of the dashboard: else it is
    /// [`Problem::CrossSite`].
    pub async fn of(&self, parts: &Parts, now: Timestamp) -> Result<Option<Session>, Problem> {
        let Some(sealed) = cookie(&parts.headers) else {
            return Ok(None);
        };
        if !parts.method.is_safe() && !self.is_own(&parts.headers) {
            return Err(Problem::CrossSite);
        }
        let opened = Session::open(&self.keys, sealed, now).await;
        let session = opened.map_err(|error| {
            tracing::warn!(%error, "a session cannot be opened");
            Problem::Unavailable
        })?;
        session.map(Some).ok_or(Problem::SignedOut)
    }

    /// Browsers name the origin of every such request, and no script can change it.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let own = match &self.dashboard {
            Some(url) => url.strip_suffix(DASHBOARD).map(str::to_owned),
            None => host.map(|host| format!("https://{host}")),
        };
        let origin = headers.get(ORIGIN).map(http::HeaderValue::as_bytes);
        own.is_some_and(|own| origin == Some(own.as_bytes()))
    }
}

/// The sealed text in the cookie.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == SESSION_COOKIE).then_some(value))
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
