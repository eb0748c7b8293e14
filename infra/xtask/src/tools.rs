//! Tools the project fetches for itself, pinned, into `target/tools`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use tokio::process::Command;

use crate::workspace::Workspace;

/// A Python environment: a folder and the file that pins its packages.
pub(crate) struct Venv {
    folder: &'static str,
    requirements: &'static str,
    with_dependencies: bool,
}

/// `cargo lambda`, whose wheel carries the binary.
pub(crate) const LAMBDA: Venv = Venv {
    folder: "tools/lambda",
    requirements: "infra/requirements/lambda.txt",
    with_dependencies: false,
};

/// The linters of the SAM template.
pub(crate) const TEMPLATE: Venv = Venv {
    folder: "tools/template",
    requirements: "infra/requirements/template.txt",
    with_dependencies: true,
};

/// The emulator of AWS that the template is deployed to.
pub(crate) const SMOKE: Venv = Venv {
    folder: "tools/smoke",
    requirements: "infra/requirements/smoke.txt",
    with_dependencies: true,
};

/// `DuckDB`, which the Metrics API is held against.
pub(crate) const GOLDEN: Venv = Venv {
    folder: "tools/golden",
    requirements: "infra/requirements/golden.txt",
    with_dependencies: true,
};

/// The linker for arm64.
pub(crate) const ZIG: Venv = Venv {
    folder: "tools/zig",
    requirements: "infra/requirements/zig.txt",
    with_dependencies: false,
};

/// `cargo deny` and `cargo fuzz`, whose wheels carry the binaries.
pub(crate) const CHECKS: Venv = Venv {
    folder: "tools/checks",
    requirements: "infra/requirements/checks.txt",
    with_dependencies: false,
};

/// The OpenTelemetry SDK for Python, a client for the client tests.
pub(crate) const OPENTELEMETRY: Venv = Venv {
    folder: "tools/opentelemetry",
    requirements: "tests/clients/otel-python/requirements.txt",
    with_dependencies: true,
};

/// A command of cargo, built from source.
pub(crate) struct CargoTool {
    name: &'static str,
    version: &'static str,
}

pub(crate) const MACHETE: CargoTool = CargoTool {
    name: "cargo-machete",
    version: "0.9.2",
};

impl Venv {
    /// The folder with the environment's programs; makes the environment when it is missing or
    /// pinned otherwise.
    pub(crate) async fn programs(&self, workspace: &Workspace) -> Result<PathBuf> {
        let folder = workspace.target(self.folder);
        let stamp = folder.join("requirements.txt");
        let requirements = workspace.path(self.requirements);
        let wanted = std::fs::read(&requirements)
            .with_context(|| format!("{} is missing", requirements.display()))?;
        if std::fs::read(&stamp).is_ok_and(|present| present == wanted) {
            return Ok(folder.join("bin"));
        }
        let started = Instant::now();
        println!("fetching {} into {}", self.requirements, folder.display());
        remove(&folder)?;
        let mut create = workspace.program("python3");
        create.args(["-m", "venv"]).arg(&folder);
        workspace.children.run("python3 -m venv", &create).await.context(
            "Python 3 with its venv module is needed to fetch the tools (on Debian: python3-venv)",
        )?;
        let mut install = Command::new(folder.join("bin/python"));
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        if !self.with_dependencies {
            install.arg("--no-deps");
        }
        install.arg("--requirement").arg(&requirements);
        workspace.children.run("pip install", &install).await?;
        std::fs::write(&stamp, wanted).context("the environment cannot be marked as complete")?;
        println!("fetched in {} s", started.elapsed().as_secs());
        Ok(folder.join("bin"))
    }
}

impl CargoTool {
    /// The path of the program; builds it when it is missing or has another version.
    pub(crate) async fn program(&self, workspace: &Workspace) -> Result<PathBuf> {
        let root = workspace.target("tools");
        let program = root.join("bin").join(self.name);
        if self.is_installed(workspace, &program).await {
            return Ok(program);
        }
        let started = Instant::now();
        let Self { name, version } = self;
        println!("building {name} {version}, once: this takes some minutes");
        let mut install = workspace.cargo(["install", "--locked", "--quiet", "--force", "--root"]);
        install.arg(&root).arg(format!("{name}@{version}"));
        // A build of its own, of code that runs for a second: quickly built rather than fast.
        install.env("CARGO_TARGET_DIR", workspace.target("tools/build"));
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        workspace
            .children
            .run(&format!("cargo install {name}"), &install)
            .await?;
        remove(&workspace.target("tools/build"))?;
        println!("built {name} in {} s", started.elapsed().as_secs());
        Ok(program)
    }

    async fn is_installed(&self, workspace: &Workspace, program: &Path) -> bool {
        if !program.is_file() {
            return false;
        }
        let mut ask = workspace.program(program);
        ask.arg("--version");
        let answer = workspace
            .children
            .capture(self.name, &ask)
            .await
            .unwrap_or_default();
        answer.split_whitespace().next_back() == Some(self.version)
    }
}

/// A file of a Python package in that environment, whatever the version of its Python.
pub(crate) fn find(environment: &Path, file: &str) -> Result<PathBuf> {
    for python in std::fs::read_dir(environment.join("lib"))? {
        let path = python?.path().join("site-packages").join(file);
        if path.is_file() {
            return Ok(path);
        }
    }
    anyhow::bail!("{} has no {file}", environment.display())
}

/// The emulator of Lambda's runtime interface, which the SAM CLI carries.
pub(crate) async fn emulator(workspace: &Workspace) -> Result<PathBuf> {
    let programs = TEMPLATE.programs(workspace).await?;
    let environment = programs.parent().context("the environment has no folder")?;
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let file = format!("samcli/local/rapid/aws-lambda-rie-{architecture}");
    find(environment, &file)
}

/// Where a program of this machine lies.
pub(crate) fn in_path(program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join(program));
    let found = found.find(|it| it.is_file());
    found.with_context(|| format!("{program} is not in the path"))
}

/// Installs the packages of a folder's lock file, if they are not there yet.
pub(crate) async fn npm_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    let folder = workspace.path(folder);
    let lock = std::fs::read(folder.join("package-lock.json")).context("package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&stamp).is_ok_and(|present| present == lock) {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder);
    let installed = workspace.children.run("npm ci", &install).await;
    installed.context("Node.js with npm is needed to run the client tests")?;
    std::fs::write(&stamp, lock).context("the packages cannot be marked as complete")
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}
