//! An operation, as the OpenAPI document describes it.

use std::fmt;

use policy::Role;
use serde_json::{Value, json};

use super::objects::unique;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// What has a version of its own: an `ETag` when it is read.
const RESOURCES: [&str; 5] = [
    "/admin/v1/keys/{keyId}",
    "/admin/v1/service-accounts/{accountId}",
    "/admin/v1/settings",
    "/admin/v1/remote-config",
    "/admin/v1/workflows/{workflowId}",
];

/// A method of a path, and the least role that may use it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// With the names of parameters in braces.
    pub(crate) path: String,
    pub(crate) role: Role,
    /// Whether it wants `If-Match`.
    wants_version: bool,
}

impl Operation {
    /// Every operation of the admin API.
    pub(crate) fn all() -> Vec<Self> {
        let document = serde_json::to_value(keys::openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let admin = paths.iter().filter(|(path, _)| path.starts_with("/admin/"));
        admin
            .flat_map(|(path, methods)| {
                METHODS.into_iter().filter_map(move |method| {
                    let described = methods.get(method.to_lowercase())?;
                    Some(Self::read(method, path, described))
                })
            })
            .collect()
    }

    fn read(method: &'static str, path: &str, described: &Value) -> Self {
        let role = described["x-weir-role"].as_str().and_then(Role::parse);
        let parameters = described["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        Self {
            method,
            path: path.to_owned(),
            role: role.unwrap_or_else(|| panic!("{method} {path} names no role")),
            wants_version: parameters.any(|parameter| parameter["name"] == "If-Match"),
        }
    }

    /// Whether the operation is about an object that the path names.
    pub(crate) fn names_an_object(&self) -> bool {
        self.path.contains('{')
    }

    /// The path of what it changes a version of, if it wants one.
    pub(crate) fn versioned(&self) -> Option<&'static str> {
        let mut resources = RESOURCES.into_iter();
        let resource = resources.find(|resource| self.path.starts_with(resource));
        let resource = || resource.unwrap_or_else(|| panic!("{self}: of what is the version?"));
        self.wants_version.then(resource)
    }

    /// A body that makes the operation work, where it needs one.
    pub(crate) fn body(&self) -> Option<Value> {
        let path = self.path.strip_prefix("/admin/v1/").unwrap();
        let name = unique();
        let policy = json!({"addresses": [{"cidr": "203.0.113.0/24"}], "events": "all"});
        match (self.method, path) {
            ("POST", "keys") => Some(json!({"name": name, "kind": "write_only"})),
            ("PATCH", "keys/{keyId}") | ("POST", "service-accounts/{accountId}/keys") => {
                Some(json!({"name": name}))
            }
            ("PUT", "keys/{keyId}/policy") | ("POST", "keys/{keyId}/policy/check") => Some(policy),
            ("POST", "keys/{keyId}/rotate" | "keys/{keyId}/client-secret/rotate") => {
                Some(json!({"overlapSeconds": 60, "replacePrevious": true}))
            }
            ("POST", "service-accounts") | ("PUT", "service-accounts/{accountId}") => {
                Some(json!({"name": name, "role": "viewer"}))
            }
            ("PUT", "settings") => Some(json!({
                "name": name,
                "keepAddresses": true,
                "retentionDays": null,
                "metricsCacheTtlMinutes": 5,
            })),
            ("PUT", "remote-config") => Some(json!({"config": {"name": name}})),
            ("POST", "remote-config/rollback") => Some(json!({"version": 1})),
            ("POST", "workflows") | ("PUT", "workflows/{workflowId}") => Some(workflow(&name)),
            ("POST", "workflows/{workflowId}/secret/rotate") => Some(json!({"overlapSeconds": 60})),
            ("POST", "workflow-destinations/resume") => {
                Some(json!({"destination": "https://a.example"}))
            }
            _ => None,
        }
    }
}

/// A workflow that does nothing.
pub(crate) fn workflow(name: &str) -> Value {
    json!({"name": name, "trigger": {"type": "api"}, "steps": [{"id": "end", "type": "stop"}]})
}

/// As a line of a table.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<6} {:<6} {}",
            self.role.as_str(),
            self.method,
            self.path
        )
    }
}
