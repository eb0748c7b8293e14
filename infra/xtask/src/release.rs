//! `cargo xtask build`: every function as it is deployed, with its size and what it is made of.

mod sbom;
mod sizes;
mod try_out;

use std::env::consts::ARCH;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use self::sizes::Sizes;
use crate::tools;
use crate::workspace::Workspace;

/// The target of Lambda's arm64, built with zig as its linker.
const ARM64: &str = "aarch64-unknown-linux-gnu";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The functions; all of them when none is named
    functions: Vec<String>,
    /// For arm64, as the template deploys them, instead of for this machine
    #[arg(long)]
    arm64: bool,
    /// Then let each function serve, crash and come back in Lambda's own loop; not for arm64, unless this machine is one
    #[arg(long)]
    try_out: bool,
    /// Build a second time in a folder of its own, and fail if a byte differs
    #[arg(long)]
    twice: bool,
}

pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let functions = chosen(workspace, &options.functions)?;
    let first = workspace.target("lambda");
    build(workspace, options, &functions, None).await?;
    let sizes = Sizes::read(&first, &functions)?;
    // The template's functions run on arm64; the same code for x86-64 is a quarter larger.
    let uploaded = options.arm64 || ARCH == "aarch64";
    sizes.print(uploaded);

    let folder = workspace.target("sbom");
    std::fs::create_dir_all(&folder)?;
    let metadata = sbom::Metadata::read(workspace).await?;
    for function in &functions {
        let path = folder.join(format!("{function}.cdx.json"));
        std::fs::write(&path, metadata.of_function(function)?)?;
    }
    println!("\nwhat each is made of (CycloneDX): {}", folder.display());

    if options.try_out {
        try_out::run(workspace, &functions, options.arm64).await?;
    }
    if options.twice {
        let elsewhere = workspace.target("again");
        build(workspace, options, &functions, Some(&elsewhere)).await?;
        let again = Sizes::read(&elsewhere.join("lambda"), &functions)?;
        let different = sizes.differences(&again);
        if !different.is_empty() {
            bail!("built twice, these differ: {}", different.join(", "));
        }
        println!("built twice, in two folders: the same to the byte");
    }
    if uploaded {
        sizes.check()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen<'a>(workspace: &'a Workspace, named: &'a [String]) -> Result<Vec<&'a str>> {
    let all = workspace.functions();
    if let Some(unknown) = named.iter().find(|it| !all.contains(&it.as_str())) {
        bail!(
            "there is no function {unknown}; there are {}",
            all.join(", ")
        );
    }
    if named.is_empty() {
        return Ok(all);
    }
    Ok(named.iter().map(String::as_str).collect())
}

/// Leaves `<target>/lambda/<function>/bootstrap.zip`.
async fn build(
    workspace: &Workspace,
    options: &Options,
    functions: &[&str],
    elsewhere: Option<&PathBuf>,
) -> Result<()> {
    let cargo_lambda = tools::LAMBDA
        .programs(workspace)
        .await?
        .join("cargo-lambda");
    let mut command = workspace.program(cargo_lambda);
    command.args(["lambda", "build", "--release", "--locked"]);
    command.args(["--output-format", "zip"]);
    for function in functions {
        command.args(["--bin", function]);
    }
    if options.arm64 {
        let zig = zig(workspace).await?;
        command.args(["--arm64", "--compiler", "cargo-zigbuild"]);
        command.env("CARGO_ZIGBUILD_ZIG_PATH", zig);
    }
    // Where it was built is nobody's business, and must not make a difference.
    let root = workspace.path("");
    let mut flags = vec![format!(
        "--remap-path-prefix={}=/weir",
        without_slash(&root)
    )];
    if let Some(home) = cargo_home() {
        flags.push(format!(
            "--remap-path-prefix={}=/cargo",
            without_slash(&home)
        ));
    }
    // By an option, which adds to the processor that `cargo lambda` names; a variable would replace it.
    command.arg("--config");
    command.arg(format!(
        "build.rustflags={}",
        serde_json::to_string(&flags)?
    ));
    if let Some(elsewhere) = elsewhere {
        command.env("CARGO_TARGET_DIR", elsewhere);
    }
    workspace.children.run("cargo lambda build", &command).await
}

fn without_slash(path: &std::path::Path) -> String {
    path.to_string_lossy().trim_end_matches('/').to_owned()
}

fn cargo_home() -> Option<PathBuf> {
    let told = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    told.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}

/// The zig that links for arm64, and the compiler's own part for arm64 where rustup can bring it.
async fn zig(workspace: &Workspace) -> Result<PathBuf> {
    let mut ask = workspace.program("rustc");
    ask.args(["--print", "target-libdir", "--target", ARM64]);
    let folder = workspace.children.capture("rustc", &ask).await?;
    if !PathBuf::from(folder.trim()).is_dir() {
        let mut add = workspace.program("rustup");
        add.args(["target", "add", ARM64]);
        let added = workspace.children.run("rustup", &add).await;
        added.with_context(|| format!("the compiler cannot build for {ARM64} here"))?;
    }
    let programs = tools::ZIG.programs(workspace).await?;
    let packages = programs.parent().context("the environment has no folder")?;
    tools::find(packages, "ziglang/zig")
}
