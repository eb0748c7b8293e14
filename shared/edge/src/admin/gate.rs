//! From a request to who uses the admin API.

use std::collections::BTreeMap;

use event::{Timestamp, WorkspaceId};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use policy::{Actor, ApiKey, Operation, Role};

use super::{Admin, workspace};
use crate::{Connection, Gate, Oidc, Presented, Problem, Sessions};

/// Finds out who uses the admin API and in which role. Clones share the caches.
#[derive(Debug, Clone)]
pub struct AdminGate {
    gate: Gate,
    oidc: Option<Oidc>,
    sessions: Option<Sessions>,
}

impl AdminGate {
    /// A gate for service accounts, and for people where there is an identity provider.
    pub const fn new(gate: Gate, oidc: Option<Oidc>) -> Self {
        Self {
            gate,
            oidc,
            sessions: None,
        }
    }

    /// The gate, also for people who are signed in at the dashboard: what a script of its pages asks.
    #[must_use]
    pub fn with_sessions(self, sessions: Sessions) -> Self {
        let sessions = Some(sessions);
        Self { sessions, ..self }
    }

    /// As [`AdminGate::admit`], for a request that may carry a session instead. What it presents as a
    /// key or a token counts before the session.
    pub async fn admit_request(
        &self,
        parts: &Parts,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Admin, Problem> {
        if let Some(sessions) = &self.sessions
            && Presented::find(&parts.headers, parts.uri.query()).is_none()
            && let Some(session) = sessions.of(parts, now).await?
        {
            let (workspace, role) = session.place().ok_or(Problem::RoleMissing)?;
            // A page that was made in another workspace changes nothing in this one.
            let asked = workspace::asked(&parts.headers)?;
            if asked.is_some_and(|asked| asked != *workspace) {
                return Err(Problem::Conflict {
                    message:
                        "this page belongs to another of your workspaces: switch to that one in \
                              another window, then try again"
                            .into(),
                });
            }
            return Ok(Admin {
                workspace: workspace.clone(),
                role,
                source_ip: connection.source_ip,
                request_id: connection.request_id.clone(),
                actor: Actor::Person {
                    subject: session.subject,
                    name: session.name,
                },
            });
        }
        let query = parts.uri.query();
        self.admit(&parts.headers, query, connection, now).await
    }

    /// Judges what the request presents: a bearer token that does not start like a key is a person's,
    /// where there is an identity provider; everything else goes the way of keys.
    ///
    /// What a role may do is the handler's to ask, by [`Admin::require`].
    pub async fn admit(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Admin, Problem> {
        let caller = match (&self.oidc, access_token(headers)) {
            (Some(oidc), Some(token)) => person(oidc, token, now).await,
            (Some(_) | None, _) => self.account(headers, query, connection, now).await,
        };
        let Caller { memberships, actor } = caller?;
        let asked = workspace::asked(headers)?;
        let (workspace, role) = workspace::choose(memberships, asked.as_ref())?;
        Ok(Admin {
            workspace,
            role,
            actor,
            source_ip: connection.source_ip,
            request_id: connection.request_id.clone(),
        })
    }

    /// A service account, by its key.
    async fn account(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Caller, Problem> {
        let key = self
            .gate
            .admit(headers, query, connection, Operation::Administer, now)
            .await?;
        let role = key.role.ok_or(Problem::RoleMissing)?;
        Ok(Caller {
            memberships: BTreeMap::from([(key.workspace, role)]),
            actor: Actor::ServiceAccount {
                name: key.account.unwrap_or_else(|| key.key_id.to_string()),
                key: key.key_id,
            },
        })
    }
}

/// A person, by an access token.
async fn person(oidc: &Oidc, token: &str, now: Timestamp) -> Result<Caller, Problem> {
    let person = oidc.verify(token, now).await.inspect_err(|error| {
        tracing::debug!(%error, "an access token is refused");
    })?;
    Ok(Caller {
        memberships: person.memberships,
        actor: Actor::Person {
            subject: person.subject,
            name: person.name,
        },
    })
}

/// Who calls, and what they are where.
struct Caller {
    memberships: BTreeMap<WorkspaceId, Role>,
    actor: Actor,
}

/// The bearer token, unless it is meant as a key.
fn access_token(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    let is_token = !token.is_empty() && !ApiKey::is_meant(token);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_bearer_that_is_no_key_is_an_access_token() {
        let token = |value: &'static str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
            access_token(&headers).map(str::to_owned)
        };
        assert_eq!(token("Bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(token("bearer  x ").as_deref(), Some("x"));
        for other in [
            "Bearer weir_sa_x",
            "Bearer ",
            "Bearer",
            "a.b.c",
            "Basic YTpi",
        ] {
            assert_eq!(token(other), None, "{other}");
        }
        assert_eq!(access_token(&HeaderMap::new()), None);
    }
}
