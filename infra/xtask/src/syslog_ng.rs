//! syslog-ng, a client for the client tests: Debian's packages, unpacked under `target/tools`.
//!
//! They are not installed: that would replace the machine's own log daemon.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::workspace::Workspace;

const FOLDER: &str = "tools/syslog-ng";
const PACKAGES: [&str; 2] = ["syslog-ng-core", "syslog-ng-mod-http"];
/// Where a machine has it that has the packages.
const INSTALLED: &str = "/usr/sbin/syslog-ng";
/// Starts the unpacked program, which looks for its libraries and modules elsewhere.
const STARTER: &str = r#"#!/bin/sh
root=$(dirname "$0")/root
libraries=$(find "$root" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
modules=$(dirname "$(find "$root" -name libhttp.so)")
export LD_LIBRARY_PATH="$libraries"
exec "$root/usr/sbin/syslog-ng" --module-path="$modules" "$@"
"#;

/// The program, fetched where it is missing.
pub(crate) async fn program(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target(FOLDER);
    let starter = folder.join("syslog-ng");
    if starter.is_file() {
        return Ok(starter);
    }
    let mut missing = missing_packages(workspace).await;
    if missing.is_err() {
        // Perhaps only the lists of packages are missing, which root may fetch.
        let mut update = workspace.program("apt-get");
        update.args(["--quiet", "--quiet", "update"]);
        workspace.children.run("apt-get update", &update).await?;
        missing = missing_packages(workspace).await;
    }
    let missing = missing?;
    if !missing.iter().any(|name| PACKAGES.contains(&&**name)) {
        return Ok(PathBuf::from(INSTALLED));
    }
    println!("fetching syslog-ng into {}", folder.display());
    unpack(workspace, &folder, &missing).await?;
    std::fs::write(&starter, STARTER)?;
    std::fs::set_permissions(&starter, std::fs::Permissions::from_mode(0o755))?;
    Ok(starter)
}

/// What an installation would install: the packages and what they need, but for what is there.
async fn missing_packages(workspace: &Workspace) -> Result<Vec<String>> {
    let mut simulate = workspace.program("apt-get");
    simulate
        .args(["install", "--simulate", "--no-install-recommends"])
        .args(PACKAGES)
        .env("LC_ALL", "C");
    let plan = workspace.children.capture("apt-get", &simulate).await;
    let plan = plan.context("apt-get knows no syslog-ng")?;
    Ok(to_install(&plan))
}

/// The names in the lines `Inst <name> (<version> …)`.
fn to_install(plan: &str) -> Vec<String> {
    let lines = plan.lines().filter_map(|line| line.strip_prefix("Inst "));
    lines
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

async fn unpack(workspace: &Workspace, folder: &Path, packages: &[String]) -> Result<()> {
    let archives = folder.join("archives");
    std::fs::create_dir_all(&archives)?;
    let mut download = Command::new("apt-get");
    download
        .args(["--quiet", "--quiet", "download"])
        .args(packages)
        .current_dir(&archives);
    workspace
        .children
        .run("apt-get download", &download)
        .await?;
    for archive in std::fs::read_dir(&archives)? {
        let mut extract = workspace.program("dpkg-deb");
        extract
            .arg("--extract")
            .arg(archive?.path())
            .arg(folder.join("root"));
        workspace.children.run("dpkg-deb", &extract).await?;
    }
    if !folder.join("root/usr/sbin/syslog-ng").is_file() {
        bail!("Debian's packages hold no syslog-ng");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::to_install;

    #[test]
    fn the_packages_of_a_plan_are_read_and_nothing_else() {
        let plan = "Reading package lists...\n\
            The following NEW packages will be installed:\n  libnet1 syslog-ng-core\n\
            Inst libnet1 (1.1.6+dfsg-3.2 Debian:12.14/oldstable [amd64])\n\
            Inst syslog-ng-core (3.38.1-5 Debian:12.14/oldstable [amd64])\n\
            Conf libnet1 (1.1.6+dfsg-3.2 Debian:12.14/oldstable [amd64])\n";
        assert_eq!(to_install(plan), ["libnet1", "syslog-ng-core"]);
    }
}
