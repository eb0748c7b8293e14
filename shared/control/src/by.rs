//! Who does something, and what the audit log says about it.

use std::net::IpAddr;
use std::sync::Arc;

use event::{KeyId, Timestamp};
use policy::{Actor, KeyKind, Role};
use serde_json::{Map, Value, json};
use store::{AuditAction, AuditEntry};

use crate::ControlError;

/// Who does something, from where and when.
#[derive(Debug, Clone)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// What they may do.
    pub role: Role,
    /// From which address; none where it is no request.
    pub address: Option<IpAddr>,
    /// The request; none where it is none.
    pub request_id: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}

impl By {
    /// The command that makes a workspace.
    pub const fn bootstrap(at: Timestamp) -> Self {
        Self {
            actor: Actor::Bootstrap,
            role: Role::Admin,
            address: None,
            request_id: None,
            at,
        }
    }

    /// That they may make and change keys of that kind; else [`ControlError::RoleMissing`].
    pub fn may_change(&self, kind: KeyKind) -> Result<(), ControlError> {
        if self.role >= kind.least_role() {
            Ok(())
        } else {
            Err(ControlError::RoleMissing)
        }
    }

    /// The line of the audit log about something done to a key.
    pub(crate) fn did(
        &self,
        action: AuditAction,
        key: &KeyId,
        name: &str,
        changes: Changes,
    ) -> AuditEntry {
        self.noted(action, key.as_str(), Some(name), changes)
    }

    /// The line of the audit log about something done to the thing with that id.
    pub(crate) fn noted(
        &self,
        action: AuditAction,
        subject: &str,
        name: Option<&str>,
        changes: Changes,
    ) -> AuditEntry {
        AuditEntry {
            at: self.at,
            actor: self.actor.clone(),
            address: self.address,
            request_id: self.request_id.as_deref().map(str::to_owned),
            action,
            subject: subject.to_owned(),
            subject_name: name.map(str::to_owned),
            changes: changes.0,
        }
    }
}

/// The members of a thing that change: `{"name": {"from": "a", "to": "b"}}`.
#[derive(Debug, Default)]
pub(crate) struct Changes(Map<String, Value>);

impl Changes {
    /// A member that came into being.
    pub(crate) fn set(mut self, member: &str, to: impl Into<Value>) -> Self {
        let to = to.into();
        if !to.is_null() {
            self.0.insert(member.to_owned(), json!({"to": to}));
        }
        self
    }

    /// A member that has another value than before. One that stays as it is is left out.
    pub(crate) fn replace(
        mut self,
        member: &str,
        from: impl Into<Value>,
        to: impl Into<Value>,
    ) -> Self {
        let (from, to) = (from.into(), to.into());
        if from != to {
            let mut change = Map::new();
            for (side, value) in [("from", from), ("to", to)] {
                if !value.is_null() {
                    change.insert(side.to_owned(), value);
                }
            }
            self.0.insert(member.to_owned(), change.into());
        }
        self
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
