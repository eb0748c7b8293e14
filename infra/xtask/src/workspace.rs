//! Where things are: the answers of `cargo metadata`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use tokio::process::Command;

use crate::children::Children;
use crate::routes::Route;

pub(crate) struct Workspace {
    pub(crate) children: Children,
    root: PathBuf,
    target: PathBuf,
    packages: Vec<Package>,
    routes: Vec<Route>,
}

/// A member of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None for one that the crate's own code uses, not only its tests or its build.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
    #[serde(rename = "metadata")]
    custom: serde_json::Value,
}

impl Package {
    /// Where its manifest lies.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    /// The crates that its code uses, tests aside.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = &str> {
        let used = self.dependencies.iter().filter(|it| it.kind.is_none());
        used.map(|it| it.name.as_str())
    }
}

impl Workspace {
    pub(crate) async fn locate(children: Children) -> Result<Self> {
        let mut command = Command::new("cargo");
        command.args(["metadata", "--format-version", "1", "--no-deps"]);
        // Cargo says where this crate is; the path at compile time may be that of another clone.
        if let Some(crate_folder) = std::env::var_os("CARGO_MANIFEST_DIR") {
            command.current_dir(crate_folder);
        }
        let text = children.capture("cargo metadata", &command).await?;
        let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata")?;
        let router = metadata.custom.pointer("/lambda/watch/router");
        Ok(Self {
            children,
            root: metadata.workspace_root,
            target: metadata.target_directory,
            packages: metadata.packages,
            routes: Route::of_router(router.context("Cargo.toml has no watch router")?)?,
        })
    }

    /// A path in the repository.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path under the target directory.
    pub(crate) fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.target.join(relative)
    }

    /// The routes that `cargo lambda watch` serves.
    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The crates of the workspace.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The names of the Lambda functions.
    pub(crate) fn functions(&self) -> Vec<&str> {
        let folder = self.path("functions");
        let is_function = |package: &&Package| package.manifest_path.starts_with(&folder);
        self.packages
            .iter()
            .filter(is_function)
            .map(|package| package.name.as_str())
            .collect()
    }

    /// The bench targets: package and name.
    pub(crate) fn benches(&self) -> Vec<(&str, &str)> {
        self.packages
            .iter()
            .flat_map(|package| {
                let is_bench = |target: &&Target| target.kind.iter().any(|kind| kind == "bench");
                let benches = package.targets.iter().filter(is_bench);
                benches.map(|target| (package.name.as_str(), target.name.as_str()))
            })
            .collect()
    }

    /// `cargo`, in the root of the workspace.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.program("cargo");
        command.args(arguments);
        command
    }

    /// A program, started in the root of the workspace.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}
