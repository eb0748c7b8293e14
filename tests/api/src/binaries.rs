//! Where the programs under test lie.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The programs under test, all present.
#[derive(Debug)]
pub(crate) struct Binaries {
    folder: PathBuf,
    pub(crate) cargo_lambda: PathBuf,
}

impl Binaries {
    /// Finds the binaries that cargo built beside this test, and `cargo-lambda`.
    pub(crate) fn find(functions: &[&str]) -> Result<Self> {
        let target = target();
        let folder = variable("WEIR_BINARIES").unwrap_or_else(|| target.join("debug"));
        for function in functions {
            if !folder.join(function).is_file() {
                bail!(
                    "{function} is not in {}; run: cargo build --workspace --bins",
                    folder.display()
                );
            }
        }
        let cargo_lambda = variable("WEIR_CARGO_LAMBDA")
            .unwrap_or_else(|| target.join("tools/lambda/bin/cargo-lambda"));
        if !cargo_lambda.is_file() {
            bail!(
                "cargo-lambda is not at {}; `cargo xtask test` fetches it, or name one in \
                 WEIR_CARGO_LAMBDA",
                cargo_lambda.display()
            );
        }
        Ok(Self {
            folder,
            cargo_lambda,
        })
    }

    /// The emulator of Lambda's runtime interface, which comes with the SAM CLI.
    pub(crate) fn emulator() -> Result<PathBuf> {
        let emulator = variable("WEIR_EMULATOR").unwrap_or_else(|| target().join("tools/emulator"));
        if !emulator.is_file() {
            bail!(
                "the runtime interface emulator is not at {}; `cargo xtask test` fetches it, or \
                 name one in WEIR_EMULATOR",
                emulator.display()
            );
        }
        Ok(emulator)
    }

    pub(crate) fn function(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The function as it is deployed, if it is among those that `cargo xtask build` tries out; else the
    /// development build.
    pub(crate) fn deployed(&self, name: &str) -> PathBuf {
        let tried_out = std::env::var_os("WEIR_DEPLOYED").unwrap_or_default();
        let mut tried_out = std::env::split_paths(&tried_out);
        let found = tried_out.find(|binary| binary.file_name().is_some_and(|it| it == name));
        found.unwrap_or_else(|| self.function(name))
    }
}

/// The root of the repository, where the gateway finds its routes.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Cargo's target directory: the test itself lies in `target/debug/deps`.
fn target() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|test| test.ancestors().nth(3).map(Path::to_path_buf));
    variable("CARGO_TARGET_DIR")
        .or(beside)
        .unwrap_or_else(|| root().join("target"))
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
