//! The translated template: its functions with their variables and their roles.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use super::conditions::Partitions;

const NOTHING: Value = Value::Null;

/// The translated template.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Template {
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) resources: BTreeMap<String, Resource>,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) properties: Value,
    #[serde(default)]
    pub(super) metadata: Value,
}

/// A Lambda function of the template.
pub(super) struct Function<'a> {
    /// Its binary, which is also its name everywhere else.
    pub(super) name: &'a str,
    /// What each variable is set to.
    pub(super) variables: BTreeMap<&'a str, &'a Value>,
    /// What it may do.
    pub(super) statements: Vec<Statement<'a>>,
}

/// A statement of a role that allows something.
pub(super) struct Statement<'a> {
    pub(super) sid: &'a str,
    pub(super) actions: Vec<&'a str>,
    pub(super) resources: Vec<&'a Value>,
    pub(super) partitions: Partitions<'a>,
}

impl Template {
    pub(crate) fn read(translated: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(translated)?;
        serde_json::from_str(&text).context("the translated template")
    }

    /// The resources of a type, by logical name.
    pub(super) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&str, &Resource)> {
        let resources = self.resources.iter().filter(move |(_, it)| it.kind == kind);
        resources.map(|(name, resource)| (name.as_str(), resource))
    }

    /// The binary of the function of that logical name.
    pub(super) fn binary(&self, logical: &str) -> Option<&str> {
        let metadata = &self.resources.get(logical)?.metadata;
        metadata.pointer("/BuildProperties/Binary")?.as_str()
    }

    pub(super) fn functions(&self) -> Result<Vec<Function<'_>>> {
        let functions = self.of_type("AWS::Lambda::Function");
        functions
            .map(|(logical, resource)| {
                let name = self.binary(logical);
                let role = resource.properties.pointer("/Role").and_then(logical_name);
                Ok(Function {
                    name: name.with_context(|| format!("{logical} names no binary"))?,
                    variables: variables(&resource.properties),
                    statements: self
                        .statements(role.with_context(|| format!("{logical} has no role"))?)?,
                })
            })
            .collect()
    }

    fn statements(&self, role: &str) -> Result<Vec<Statement<'_>>> {
        let role = self.resources.get(role).context("a role is missing")?;
        let policies = list(role.properties.get("Policies"));
        let statements =
            policies.flat_map(|policy| list(policy.pointer("/PolicyDocument/Statement")));
        let read = statements.map(|statement| {
            let sid = statement.get("Sid").and_then(Value::as_str);
            let sid = sid.unwrap_or_default();
            let actions = list(statement.get("Action")).filter_map(Value::as_str);
            let partitions = Partitions::read(statement.get("Condition"));
            Ok(Statement {
                sid,
                actions: actions.collect(),
                resources: list(statement.get("Resource")).collect(),
                partitions: partitions.with_context(|| format!("the statement {sid}"))?,
            })
        });
        read.collect()
    }
}

fn variables(properties: &Value) -> BTreeMap<&str, &Value> {
    let variables = properties.pointer("/Environment/Variables");
    let variables = variables.and_then(Value::as_object).into_iter().flatten();
    variables
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

/// One value or several: templates write both.
pub(super) fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let value = value.unwrap_or(&NOTHING);
    if value.is_null() {
        return [].iter();
    }
    let several = value.as_array().map(Vec::as_slice);
    several.unwrap_or(std::slice::from_ref(value)).iter()
}

/// The resource that a `Ref` or `Fn::GetAtt` is about.
pub(super) fn logical_name(value: &Value) -> Option<&str> {
    value
        .get("Ref")
        .or_else(|| value.pointer("/Fn::GetAtt/0"))
        .and_then(Value::as_str)
}
