//! `cargo xtask check-template`: what can be known of template.yaml without an account.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::routes::{Route, differences};
use crate::tools;
use crate::workspace::Workspace;

/// Any region will do: the template names none.
const REGION: &str = "eu-west-1";

pub(crate) async fn run(workspace: &Workspace) -> Result<ExitCode> {
    check(workspace).await?;
    Ok(ExitCode::SUCCESS)
}

/// Lints the template, translates it as a deployment would, lints the translation, and holds the
/// routes against those that `cargo lambda watch` serves.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    let programs = tools::TEMPLATE.programs(workspace).await?;
    let translated = workspace.target("template.json");

    let mut validate = workspace.program(programs.join("sam"));
    validate.args([
        "validate",
        "--lint",
        "--region",
        REGION,
        "--template-file",
        "template.yaml",
    ]);
    validate
        .env("SAM_CLI_TELEMETRY", "0")
        .env("AWS_DEFAULT_REGION", REGION);
    workspace
        .children
        .run("sam validate --lint", &validate)
        .await?;

    // The linter reads SAM loosely: a missing path or an undefined reference shows only here.
    let mut translate = workspace.program(programs.join("python"));
    translate
        .args(["infra/template/translate.py", "template.yaml"])
        .arg(&translated);
    translate.env("AWS_DEFAULT_REGION", REGION);
    workspace
        .children
        .run("the translation of template.yaml", &translate)
        .await?;

    let mut lint = workspace.program(programs.join("cfn-lint"));
    lint.args(["--regions", REGION, "--template"])
        .arg(&translated);
    workspace
        .children
        .run("cfn-lint of the translation", &lint)
        .await?;

    let differences = differences(workspace.routes(), &served(&translated)?);
    if !differences.is_empty() {
        bail!("the routes differ:\n  {}", differences.join("\n  "));
    }
    println!(
        "{} routes, the same in Cargo.toml and in template.yaml",
        workspace.routes().len()
    );
    Ok(())
}

/// The routes in the translated template: the paths of the API's definition, and the functions
/// that their integrations invoke.
fn served(translated: &Path) -> Result<Vec<Route>> {
    let text = std::fs::read_to_string(translated)?;
    let template: Template = serde_json::from_str(&text).context("the translated template")?;
    let mut routes = Vec::new();
    for api in template
        .resources
        .values()
        .filter(|it| it.kind == "AWS::ApiGatewayV2::Api")
    {
        let paths = api
            .properties
            .pointer("/Body/paths")
            .context("the API has no paths")?;
        let paths: BTreeMap<String, BTreeMap<String, Operation>> = Deserialize::deserialize(paths)?;
        for (path, operations) in paths {
            for (method, operation) in operations {
                let function = binary(&template, &operation.integration.uri.text)
                    .with_context(|| format!("{method} {path} names no function"))?;
                routes.push(Route {
                    path: path.clone(),
                    method: method.to_uppercase(),
                    function,
                });
            }
        }
    }
    Ok(routes)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(default)]
    properties: Value,
    #[serde(default)]
    metadata: Value,
}

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

/// The binary of the function whose logical name is in `…/functions/${Name.Arn}/invocations`.
fn binary(template: &Template, uri: &str) -> Option<String> {
    let (before, _) = uri.split_once(".Arn}")?;
    let (_, name) = before.rsplit_once("${")?;
    let metadata = &template.resources.get(name)?.metadata;
    metadata
        .pointer("/BuildProperties/Binary")?
        .as_str()
        .map(str::to_owned)
}
