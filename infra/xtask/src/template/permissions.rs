//! What the functions may do, against what the AWS stand-in has seen them do in the end-to-end tests.
//!
//! The record has a line for each caller, action, resource and, of a table, the partitions that one
//! request was about. A resource is known by the variable that names it to the function:
//! `WEIR_TABLE_EVENTS` is `events` in a test and a table in the template.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::Template;
use super::reading::{Function, Statement, logical_name};
use crate::workspace::Workspace;

/// What is allowed and not seen in the tests, by the statement's Sid, and why.
const UNSEEN: [(&str, &str); 4] = [
    ("Log", "Lambda writes the log in the function's name"),
    (
        "FollowStream",
        "Lambda reads the stream in the function's name",
    ),
    (
        "ListStreams",
        "Lambda reads the stream in the function's name",
    ),
    (
        "DeadLetters",
        "Lambda sends what failed in the function's name",
    ),
];

/// What is seen in the tests and not allowed, and why.
const LOCAL: [(&str, &str); 1] = [(
    "cloudwatch:PutMetricData",
    "on Lambda metrics leave as lines of the log",
)];

/// A line of the record.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    /// What the variables were set to.
    Environment {
        environment: BTreeMap<String, String>,
    },
    Asked(Asked),
}

/// A caller was seen to need this.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    caller: String,
    action: String,
    resource: Option<String>,
    /// The partitions of a table that one request was about, by the shapes of their keys.
    #[serde(default)]
    partitions: BTreeSet<String>,
}

impl Asked {
    /// What it was done to.
    fn object(&self) -> String {
        let resource = self.resource.as_deref().unwrap_or("no resource");
        if self.partitions.is_empty() {
            return resource.to_owned();
        }
        let partitions: Vec<_> = self.partitions.iter().map(String::as_str).collect();
        format!("{resource} ({})", partitions.join(", "))
    }
}

/// The record of the end-to-end tests.
#[derive(Default)]
struct Record {
    environment: BTreeMap<String, String>,
    asked: BTreeSet<Asked>,
}

/// Where the end-to-end tests leave their record.
pub(crate) fn record_path(workspace: &Workspace) -> PathBuf {
    workspace.target("permissions.jsonl")
}

/// Holds the roles against the record, where there is one.
pub(crate) fn check(workspace: &Workspace, template: &Template) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(record_path(workspace)) else {
        println!("roles: not checked; `cargo xtask test tests` records what the functions do");
        return Ok(());
    };
    let record = Record::parse(&text)?;
    let mut found = Vec::new();
    for function in template.functions()? {
        found.extend(record.differences(&function));
    }
    if !found.is_empty() {
        bail!("template.yaml:\n  {}", found.join("\n  "));
    }
    let seen = record.asked.len();
    println!("{seen} kinds of requests were seen in the tests; the roles allow them and no other");
    Ok(())
}

impl Record {
    fn parse(text: &str) -> Result<Self> {
        let mut record = Self::default();
        for line in text.lines() {
            match serde_json::from_str(line).context("the record of permissions")? {
                Line::Environment { environment } => record.environment.extend(environment),
                Line::Asked(asked) => {
                    record.asked.insert(asked);
                }
            }
        }
        Ok(record)
    }

    /// What the function did and may not, and what it may and never did.
    fn differences(&self, function: &Function<'_>) -> Vec<String> {
        let name = function.name;
        let asked = || self.asked.iter().filter(|it| it.caller == name);
        if asked().next().is_none() {
            return vec![format!(
                "{name} was not seen in the tests: its role is not checked"
            )];
        }
        let mut found = Vec::new();
        for it in asked() {
            let allows = |statement: &Statement<'_>| self.allows(function, statement, it);
            let is_local = LOCAL.iter().any(|(action, _)| *action == it.action);
            if !is_local && !function.statements.iter().any(allows) {
                found.push(format!(
                    "{name} needs {} on {}, which its role does not allow",
                    it.action,
                    it.object()
                ));
            }
        }
        for statement in &function.statements {
            let Statement { sid, actions, .. } = statement;
            if UNSEEN.iter().any(|(unseen, _)| unseen == sid) {
                continue;
            }
            let used: Vec<_> = asked()
                .filter(|it| self.allows(function, statement, it))
                .collect();
            let unused = |action: &&&str| !used.iter().any(|it| it.action == **action);
            for action in actions.iter().filter(unused) {
                found.push(format!("{name} may {action} by {sid}, and never needed it"));
            }
            // Where nothing was used, the actions say it.
            let unreached = |resource: &&&Value| {
                !used.is_empty() && !used.iter().any(|it| self.covers(function, resource, it))
            };
            for resource in statement.resources.iter().filter(unreached) {
                let resource =
                    logical_name(resource).map_or_else(|| resource.to_string(), str::to_owned);
                found.push(format!(
                    "{name} may reach {resource} by {sid}, and never needed it"
                ));
            }
            let partitions = used.iter().flat_map(|it| &it.partitions);
            for pattern in statement.partitions.unused(partitions) {
                found.push(format!(
                    "{name} may reach {pattern} by {sid}, and never needed it"
                ));
            }
        }
        found
    }

    /// Whether the statement lets pass what was asked.
    fn allows(&self, function: &Function<'_>, statement: &Statement<'_>, it: &Asked) -> bool {
        let mut resources = statement.resources.iter();
        statement.actions.contains(&it.action.as_str())
            && statement.partitions.hold(&it.partitions)
            && resources.any(|resource| self.covers(function, resource, it))
    }

    /// Whether the statement's resource is the one that was asked.
    fn covers(&self, function: &Function<'_>, allowed: &Value, asked: &Asked) -> bool {
        let Some(resource) = &asked.resource else {
            return allowed.as_str() == Some("*");
        };
        let mut variables = self.environment.iter().filter(|(_, value)| {
            let rest = resource.strip_prefix(value.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        variables.any(|(variable, _)| {
            let set = function.variables.get(variable.as_str());
            set.is_some_and(|set| is_same(allowed, set))
        })
    }
}

/// Whether a statement's resource is what a variable is set to: the same resource of the template, or
/// names that begin with the variable's text.
fn is_same(allowed: &Value, set: &Value) -> bool {
    let substitution = |value: &Value| Some(value.get("Fn::Sub")?.as_str()?.to_owned());
    if let (Some(allowed), Some(set)) = (logical_name(allowed), logical_name(set)) {
        return allowed == set;
    }
    match (substitution(allowed), substitution(set)) {
        (Some(allowed), Some(set)) => allowed.ends_with(&format!(":{set}/*")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::conditions::Partitions;
    use super::super::reading::list;
    use super::*;

    const RECORD: &str = r#"
        {"environment": {"WEIR_TABLE_EVENTS": "events", "WEIR_SECRET_CLIENTS": "weir/client"}}
        {"caller": "f", "action": "dynamodb:PutItem", "resource": "events", "partitions": ["…#e#…"]}
        {"caller": "f", "action": "secretsmanager:GetSecretValue", "resource": "weir/client/demo"}
        {"caller": "f", "action": "cloudwatch:GetMetricData", "resource": null}
    "#;

    type Written = (&'static str, &'static [&'static str], Value, Value);

    fn differences(statements: &[Written]) -> Vec<String> {
        let record = Record::parse(RECORD.trim()).unwrap();
        let table = json!({"Ref": "EventsTable"});
        let secret = json!({"Fn::Sub": "${AWS::StackName}/client"});
        let function = Function {
            name: "f",
            variables: [
                ("WEIR_TABLE_EVENTS", &table),
                ("WEIR_SECRET_CLIENTS", &secret),
            ]
            .into(),
            statements: statements
                .iter()
                .map(|(sid, actions, resource, condition)| Statement {
                    sid,
                    actions: actions.to_vec(),
                    resources: list(Some(resource)).collect(),
                    partitions: Partitions::read(Some(condition)).unwrap(),
                })
                .collect(),
        };
        record.differences(&function)
    }

    fn exact() -> Vec<Written> {
        let like = json!({"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#e#*"]}});
        vec![
            ("Log", &["logs:PutLogEvents"], json!("*"), json!({})),
            (
                "Write",
                &["dynamodb:PutItem"],
                json!({"Fn::GetAtt": ["EventsTable", "Arn"]}),
                like,
            ),
            (
                "Read",
                &["secretsmanager:GetSecretValue"],
                json!({"Fn::Sub": "arn:aws:secretsmanager:eu:1:secret:${AWS::StackName}/client/*"}),
                json!({}),
            ),
            (
                "Metrics",
                &["cloudwatch:GetMetricData"],
                json!("*"),
                json!({}),
            ),
        ]
    }

    #[test]
    fn a_role_of_just_what_was_needed_has_no_differences() {
        assert_eq!(differences(&exact()), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_on_another_resource_or_too_much_is_named() {
        let mut statements = exact();
        statements[1].2 = json!({"Fn::GetAtt": ["ControlTable", "Arn"]});
        statements[2].1 = &[
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
        ];
        assert_eq!(
            differences(&statements),
            [
                "f needs dynamodb:PutItem on events (…#e#…), which its role does not allow",
                "f may dynamodb:PutItem by Write, and never needed it",
                "f may reach *#e#* by Write, and never needed it",
                "f may secretsmanager:PutSecretValue by Read, and never needed it",
            ]
        );
    }

    #[test]
    fn a_resource_that_was_never_needed_is_named_beside_those_that_were() {
        let mut statements = exact();
        let table = |name: &str| json!({"Fn::GetAtt": [name, "Arn"]});
        statements[1].2 = json!([table("EventsTable"), table("ControlTable")]);
        assert_eq!(
            differences(&statements),
            ["f may reach ControlTable by Write, and never needed it"]
        );
    }

    #[test]
    fn a_condition_that_is_too_narrow_or_too_wide_is_named() {
        let mut statements = exact();
        let patterns = |patterns: Value| json!({"ForAllValues:StringLike": {"dynamodb:LeadingKeys": patterns}});
        statements[1].3 = patterns(json!(["*#p#*"]));
        assert_eq!(
            differences(&statements),
            [
                "f needs dynamodb:PutItem on events (…#e#…), which its role does not allow",
                "f may dynamodb:PutItem by Write, and never needed it",
                "f may reach *#p#* by Write, and never needed it",
            ]
        );
        statements[1].3 = patterns(json!(["*#e#*", "*#p#*"]));
        assert_eq!(
            differences(&statements),
            ["f may reach *#p#* by Write, and never needed it"]
        );
    }
}
