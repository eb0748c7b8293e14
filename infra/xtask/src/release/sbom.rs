//! What a function is made of, as `CycloneDX` 1.6: each crate that is linked into it, with version,
//! licence, checksum, and what it needs itself. From what cargo itself resolved for Lambda's platform.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ARM64;
use crate::workspace::Workspace;

#[derive(Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    /// By name and version, as Cargo.lock has them.
    #[serde(skip)]
    checksums: BTreeMap<(String, String), String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    description: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// None for what is linked, not only used to build or to test.
    kind: Option<String>,
}

impl Metadata {
    pub(super) async fn read(workspace: &Workspace) -> Result<Self> {
        let command = workspace.cargo([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            ARM64,
        ]);
        let text = workspace
            .children
            .capture("cargo metadata", &command)
            .await?;
        let mut metadata: Self = serde_json::from_str(&text).context("cargo metadata")?;
        metadata.checksums = checksums(&std::fs::read_to_string(workspace.path("Cargo.lock"))?);
        Ok(metadata)
    }

    /// The document of a function.
    pub(super) fn of_function(&self, function: &str) -> Result<String> {
        let packages: BTreeMap<&str, &Package> = self
            .packages
            .iter()
            .map(|it| (it.id.as_str(), it))
            .collect();
        let nodes: BTreeMap<&str, &Node> = self
            .resolve
            .nodes
            .iter()
            .map(|it| (it.id.as_str(), it))
            .collect();
        let own = self.packages.iter();
        let mut own = own.filter(|it| it.name == function && it.source.is_none());
        let root = own
            .next()
            .with_context(|| format!("there is no crate {function}"))?;

        let (mut linked, mut open) = (BTreeSet::new(), vec![root.id.as_str()]);
        while let Some(id) = open.pop() {
            if linked.insert(id) {
                let node = nodes.get(id).context("a crate was not resolved")?;
                open.extend(node.linked());
            }
        }
        let mut components = Vec::new();
        let mut dependencies = Vec::new();
        for id in linked {
            let package = packages.get(id).context("a crate is missing")?;
            if id != root.id {
                components.push(self.component(package));
            }
            let needs = nodes.get(id).into_iter().flat_map(|node| node.linked());
            let needs = needs.filter_map(|id| packages.get(id));
            let needs: Vec<_> = needs.map(|it| it.reference()).collect();
            dependencies.push(json!({ "ref": package.reference(), "dependsOn": needs }));
        }
        let document = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": { "component": {
                "type": "application",
                "bom-ref": root.reference(),
                "name": root.name,
                "version": root.version,
                "licenses": licences(root),
            } },
            "components": components,
            "dependencies": dependencies,
        });
        Ok(serde_json::to_string_pretty(&document)?)
    }

    fn component(&self, package: &Package) -> Value {
        let mut component = json!({
            "type": "library",
            "bom-ref": package.reference(),
            "name": package.name,
            "version": package.version,
            "purl": package.reference(),
            "licenses": licences(package),
        });
        let of_crate = (package.name.clone(), package.version.clone());
        if let Some(members) = component.as_object_mut() {
            if let Some(description) = &package.description {
                members.insert("description".into(), description.trim().into());
            }
            if let Some(checksum) = self.checksums.get(&of_crate) {
                let hashes = json!([{ "alg": "SHA-256", "content": checksum }]);
                members.insert("hashes".into(), hashes);
            }
        }
        component
    }
}

impl Node {
    fn linked(&self) -> impl Iterator<Item = &str> {
        let is_linked = |edge: &&Edge| edge.dep_kinds.iter().any(|it| it.kind.is_none());
        self.deps.iter().filter(is_linked).map(|it| it.pkg.as_str())
    }
}

impl Package {
    fn reference(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

fn licences(package: &Package) -> Value {
    let licence = package.license.as_deref();
    // The old way to write "or".
    let expression = licence.map(|licence| licence.replace('/', " OR "));
    expression.map_or(json!([]), |it| json!([{ "expression": it }]))
}

fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let packages = lock.split("[[package]]").skip(1);
    let value = |package: &str, name: &str| {
        let mut lines = package.lines();
        let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.map(|value| value.trim_matches('"').to_owned())
    };
    packages
        .filter_map(|package| {
            let of = (value(package, "name")?, value(package, "version")?);
            Some((of, value(package, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_what_is_linked_and_not_what_builds_or_tests() {
        let edge = |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let package = |name: &str, source: Value| {
            json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0",
                "description": null, "source": source})
        };
        let metadata = json!({
            "packages": [
                package("ingest", Value::Null),
                package("serde", json!("registry")),
                package("cc", json!("registry")),
                package("insta", json!("registry")),
            ],
            "resolve": {"nodes": [
                {"id": "ingest", "deps": [
                    edge("serde", Value::Null), edge("cc", json!("build")), edge("insta", json!("dev")),
                ]},
                {"id": "serde", "deps": []},
            ]},
        });
        let mut metadata: Metadata = serde_json::from_value(metadata).unwrap();
        metadata.checksums = checksums(
            "version = 4\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nchecksum = \"abc\"\n",
        );
        let document = metadata.of_function("ingest").unwrap();
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(
            document["components"],
            json!([{
                "type": "library",
                "bom-ref": "pkg:cargo/serde@1.0.0",
                "name": "serde",
                "version": "1.0.0",
                "purl": "pkg:cargo/serde@1.0.0",
                "licenses": [{"expression": "MIT OR Apache-2.0"}],
                "hashes": [{"alg": "SHA-256", "content": "abc"}],
            }])
        );
        assert_eq!(
            document["dependencies"][0]["dependsOn"],
            json!(["pkg:cargo/serde@1.0.0"])
        );
        assert!(metadata.of_function("unknown").is_err());
    }
}
