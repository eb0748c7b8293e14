//! What is built to be used and what is built for the tests is the same, so that nothing is compiled twice: the AWS SDKs
//! and the SQL engine take minutes.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::collections::BTreeSet;
use std::process::Command;

/// Every package with the features that are chosen for it, where dependencies of those kinds count.
fn chosen(kinds: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--locked", "--offline"])
        .args(["--prefix", "none", "--format", "{p} with {f}"])
        .args(["--edges", kinds])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    let text = String::from_utf8(tree.stdout).unwrap();
    // The mark of a package that was listed before.
    let packages = text.lines().map(|line| line.trim_end_matches(" (*)"));
    packages.map(str::to_owned).collect()
}

#[test]
fn tests_choose_no_other_features_than_what_they_test() {
    let (used, tested) = (chosen("normal,build"), chosen("normal,build,dev"));
    assert!(used.len() > 100, "{used:?}");
    let built_twice: Vec<_> = used.difference(&tested).collect();
    // Those that a test adds are turned on in infra/dev/Cargo.toml.
    assert_eq!(built_twice, [""; 0]);
}
