//! The routes of the template: where they lead what the router in Cargo.toml lists, and their limits.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use super::Template;
use super::selection::{ANY, selected};
use crate::routes::Route;
use crate::workspace::Workspace;

/// How the API's definition writes the method of a route for all methods.
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// The function that takes SQL, by whatever has a body.
const TAKES_SQL: &str = "metrics-query";
const WITHOUT_BODY: [&str; 3] = ["DELETE", "GET", "OPTIONS"];

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

/// What `cargo lambda watch` serves and the template leads elsewhere or nowhere, routes of the template
/// that serve nothing, functions that are not deployed; limits that are set for routes that do not exist
/// (with those, a deployment fails) or missing where SQL comes in.
pub(super) fn differences(workspace: &Workspace, template: &Template) -> Result<Vec<String>> {
    let served = served(template)?;
    let mut found = misled(workspace.routes(), &served);
    let deployed: BTreeSet<_> = template.functions()?.iter().map(|it| it.name).collect();
    let functions = workspace.functions().into_iter();
    let missing = functions.filter(|function| !deployed.contains(function));
    found.extend(missing.map(|function| format!("functions/{function} is not deployed")));
    for (_, stage) in template.of_type("AWS::ApiGatewayV2::Stage") {
        let limited = stage.properties.get("RouteSettings");
        let limited = limited.and_then(Value::as_object).into_iter().flatten();
        found.extend(mislimited(
            &served,
            limited.map(|(route, _)| route.as_str()),
        ));
    }
    Ok(found)
}

/// What the gateway would not lead to the function that the router names, and what it has beside that.
fn misled(router: &[Route], template: &[Route]) -> Vec<String> {
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for route in router {
        match selected(template, &route.method, &request(&route.path)) {
            None => found.push(format!("only in Cargo.toml: {route}")),
            Some(it) => {
                used.insert(it);
                if it.function != route.function {
                    found.push(format!("template.yaml leads {route} to {it}"));
                }
            }
        }
    }
    let unused = template.iter().filter(|route| !used.contains(route));
    found.extend(unused.map(|it| format!("only in template.yaml: {it}")));
    found
}

/// The path of a request to a route: parameters stand for themselves, a greedy one for two parts.
fn request(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((above, last)) if last.ends_with("+}") => format!("{above}/{last}/{last}"),
        Some(_) | None => path.to_owned(),
    }
}

/// Limits without a route, and routes that take SQL and have no limit.
fn mislimited<'a>(template: &[Route], limited: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut limited: BTreeSet<_> = limited.collect();
    let mut found = Vec::new();
    for route in template {
        let name = format!("{} {}", route.method, route.path);
        let is_limited = limited.remove(name.as_str());
        let takes_sql =
            route.function == TAKES_SQL && !WITHOUT_BODY.contains(&route.method.as_str());
        if takes_sql && !is_limited {
            found.push(format!("RouteSettings: {name} takes SQL and has no limit"));
        }
    }
    let unknown = limited.into_iter();
    found.extend(unknown.map(|route| format!("RouteSettings: no route is {route}")));
    found
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
                    method: match method.as_str() {
                        ANY_METHOD => ANY.to_owned(),
                        other => other.to_uppercase(),
                    },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(lines: &[&str]) -> Vec<Route> {
        let route = |line: &&str| {
            let mut words = line.split(' ').map(str::to_owned);
            let mut next = || words.next().unwrap();
            Route {
                method: next(),
                path: next(),
                function: next(),
            }
        };
        lines.iter().map(route).collect()
    }

    const ROUTER: [&str; 4] = [
        "GET /admin/keys keys",
        "PUT /admin/metrics/{id} metrics-query",
        "GET /admin/metrics/log metrics-query",
        "GET /pages/{page+} dashboard",
    ];

    #[test]
    fn a_greedy_route_serves_whatever_no_other_takes_from_it() {
        let template = [
            "ANY /admin/{proxy+} keys",
            "PUT /admin/metrics/{id} metrics-query",
            "GET /admin/metrics/log metrics-query",
            "GET /pages/{proxy+} dashboard",
        ];
        let (router, template) = (routes(&ROUTER), routes(&template));
        assert_eq!(misled(&router, &template), Vec::<String>::new());
    }

    #[test]
    fn what_is_led_to_another_function_or_nowhere_is_named_and_what_serves_nothing() {
        let template = [
            "ANY /admin/{proxy+} keys",
            "GET /admin/metrics/{id} metrics-query",
            "PUT /admin/metrics/{id} metrics-query",
            "GET /pages/{page} dashboard",
            "POST /admin/keys metrics-query",
        ];
        let mut router = routes(&ROUTER);
        router.extend(routes(&["DELETE /admin/metrics/{id} metrics-query"]));
        assert_eq!(
            misled(&router, &routes(&template)),
            [
                "only in Cargo.toml: GET /pages/{page+} -> dashboard",
                "template.yaml leads DELETE /admin/metrics/{id} -> metrics-query to ANY /admin/{proxy+} -> keys",
                "only in template.yaml: GET /pages/{page} -> dashboard",
                "only in template.yaml: POST /admin/keys -> metrics-query",
            ]
        );
    }

    #[test]
    fn every_route_that_takes_sql_has_a_limit_and_every_limit_a_route() {
        let template = routes(&[
            "POST /query metrics-query",
            "POST /query/{id} metrics-query",
            "GET /log metrics-query",
            "POST /keys/{id}/reveal keys",
        ]);
        let limited = ["POST /query", "POST /keys/{id}/reveal", "GET /gone"];
        assert_eq!(
            mislimited(&template, limited.into_iter()),
            [
                "RouteSettings: POST /query/{id} takes SQL and has no limit",
                "RouteSettings: no route is GET /gone",
            ]
        );
    }
}
