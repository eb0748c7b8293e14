//! `cargo xtask check-template`: what can be known of template.yaml without an account.

mod conditions;
mod documents;
pub(crate) mod environment;
pub(crate) mod permissions;
mod policies;
mod reading;
mod routes;
mod selection;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::tools;
use crate::workspace::Workspace;

pub(crate) use self::reading::Template;

/// Any region will do: the template names none.
const REGION: &str = "eu-west-1";
/// The templates of the nested stacks.
const STACKS: &str = "infra/stacks";
/// Where the translation is left, below the target directory.
const TRANSLATED: &str = "template.json";

pub(crate) async fn run(workspace: &Workspace) -> Result<ExitCode> {
    check(workspace).await?;
    let template = Template::read(&workspace.target(TRANSLATED))?;
    permissions::check(workspace, &template)?;
    Ok(ExitCode::SUCCESS)
}

/// Lints the template, translates it as a deployment would, lints the translation and the nested
/// stacks; holds the routes against those that `cargo lambda watch` serves, the resource policies against
/// Lambda's limit, the variables against those that the functions read, and what the documents name against
/// what there is. The roles are held against the next tests, not against the last.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    let programs = tools::TEMPLATE.programs(workspace).await?;
    let mut validate = workspace.program(programs.join("sam"));
    validate.args(["validate", "--lint", "--region", REGION]);
    validate.args(["--template-file", "template.yaml"]);
    validate
        .env("SAM_CLI_TELEMETRY", "0")
        .env("AWS_DEFAULT_REGION", REGION);
    workspace
        .children
        .run("sam validate --lint", &validate)
        .await?;

    let translated = translate(workspace).await?;
    let mut lint = workspace.program(programs.join("cfn-lint"));
    // A deployment uploads the nested stacks, as the warning wants it.
    lint.args([
        "--ignore-checks",
        "W3002",
        "--regions",
        REGION,
        "--template",
    ])
    .arg(&translated)
    .args(stacks(workspace)?);
    workspace
        .children
        .run("cfn-lint of the translation and the nested stacks", &lint)
        .await?;

    let template = Template::read(&translated)?;
    let mut found = routes::differences(workspace, &template)?;
    found.extend(routes::without_sample(workspace)?);
    found.extend(policies::too_large(&template)?);
    found.extend(environment::differences(workspace, &template)?);
    found.extend(documents::differences(workspace, &template)?);
    if !found.is_empty() {
        bail!(
            "template.yaml and what is about it:\n  {}",
            found.join("\n  ")
        );
    }
    println!(
        "{} routes of Cargo.toml, led by template.yaml to their functions; every variable that is read is set, and no other; \
         the documents name what there is",
        workspace.routes().len()
    );
    Ok(())
}

/// The template as `CloudFormation` will see it, in `target/template.json`. The linter reads SAM
/// loosely: a missing path or an undefined reference shows only here.
pub(crate) async fn translate(workspace: &Workspace) -> Result<PathBuf> {
    let programs = tools::TEMPLATE.programs(workspace).await?;
    let translated = workspace.target(TRANSLATED);
    let mut translate = workspace.program(programs.join("python"));
    translate
        .args(["infra/template/translate.py", "template.yaml"])
        .arg(&translated);
    translate.env("AWS_DEFAULT_REGION", REGION);
    workspace
        .children
        .run("the translation of template.yaml", &translate)
        .await?;
    Ok(translated)
}

fn stacks(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let is_template = |path: &PathBuf| path.extension() == Some(OsStr::new("yaml"));
    let mut paths = files(&workspace.path(STACKS))?;
    paths.retain(is_template);
    Ok(paths)
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
