//! The routes of the template.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use super::Template;
use crate::routes::Route;
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Operation {
    #[serde(rename = "x-amazon-apigateway-integration")]
    integration: Integration,
}

#[derive(Deserialize)]
struct Integration {
    uri: Substitution,
}

#[derive(Deserialize)]
struct Substitution {
    #[serde(rename = "Fn::Sub")]
    text: String,
}

/// What `cargo lambda watch` serves and the template does not, the other way round, functions that are
/// not deployed, and limits that are set for routes that do not exist: with those, a deployment fails.
pub(super) fn differences(workspace: &Workspace, template: &Template) -> Result<Vec<String>> {
    let mut found = crate::routes::differences(workspace.routes(), &served(template)?);
    let deployed: BTreeSet<_> = template.functions()?.iter().map(|it| it.name).collect();
    let functions = workspace.functions().into_iter();
    let missing = functions.filter(|function| !deployed.contains(function));
    found.extend(missing.map(|function| format!("functions/{function} is not deployed")));
    let routes = workspace.routes().iter();
    let routes: BTreeSet<_> = routes
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    for (_, stage) in template.of_type("AWS::ApiGatewayV2::Stage") {
        let limited = stage.properties.get("RouteSettings");
        let limited = limited.and_then(Value::as_object).into_iter().flatten();
        let unknown = limited.filter(|(route, _)| !routes.contains(*route));
        found.extend(unknown.map(|(route, _)| format!("RouteSettings: no route is {route}")));
    }
    Ok(found)
}

/// The routes without a sample invocation in `events/`; one preflight stands for all.
pub(super) fn without_sample(workspace: &Workspace) -> Result<Vec<String>> {
    let mut sampled = BTreeSet::new();
    for path in super::files(&workspace.path("events"))? {
        if path.extension().is_some_and(|it| it == "json") {
            let text = std::fs::read_to_string(&path)?;
            let sample: Value =
                serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
            let route = sample.get("routeKey").and_then(Value::as_str);
            sampled.extend(route.map(str::to_owned));
        }
    }
    let routes = workspace.routes().iter();
    let routes = routes.filter(|route| route.method != "OPTIONS");
    let routes = routes.map(|it| format!("{} {}", it.method, it.path));
    let missing = routes.filter(|route| !sampled.contains(route));
    Ok(missing
        .map(|route| format!("{route} has no sample in events/"))
        .collect())
}

/// The paths of the API's definition, and the functions that their integrations invoke.
fn served(template: &Template) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    for (_, api) in template.of_type("AWS::ApiGatewayV2::Api") {
        let paths = api.properties.pointer("/Body/paths");
        let paths: BTreeMap<String, BTreeMap<String, Operation>> =
            Deserialize::deserialize(paths.context("the API has no paths")?)?;
        for (path, operations) in paths {
            for (method, operation) in operations {
                let function = invoked(&operation.integration.uri.text)
                    .and_then(|logical| template.binary(logical))
                    .with_context(|| format!("{method} {path} names no function"))?;
                routes.push(Route {
                    path: path.clone(),
                    method: method.to_uppercase(),
                    function: function.to_owned(),
                });
            }
        }
    }
    Ok(routes)
}

/// The logical name in `…/functions/${Name.Arn}/invocations`.
fn invoked(uri: &str) -> Option<&str> {
    let (before, _) = uri.split_once(".Arn}")?;
    Some(before.rsplit_once("${")?.1)
}
