//! The variables that each function reads, by its source, against those that the template sets.
//!
//! A variable is read where its name stands as a text in the code. Those of `edge::Config` are read by
//! whoever uses the field: each field's documentation names its variables, and none may be undocumented.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};

use super::{Template, files};
use crate::workspace::{Package, Workspace};

const CONFIG: &str = "shared/edge/src/config.rs";
const PREFIX: &str = "WEIR_";
/// What is read and not set, and why.
const DEFAULTED: [(&str, &str); 3] = [
    ("WEIR_METRICS_INTERVAL_MS", "the default is made for Lambda"),
    ("WEIR_LOG_FORMAT", "the default is made for Lambda"),
    (
        "WEIR_WEBHOOKS_TO_LOOPBACK",
        "it is for tests and for your own machine",
    ),
];

type Names = BTreeSet<String>;

/// What a function reads and the template does not set, and the other way round; what is set to one thing
/// for one function and to another for the next.
pub(crate) fn differences(workspace: &Workspace, template: &Template) -> Result<Vec<String>> {
    let sources = Sources::read(workspace)?;
    let mut found = Vec::new();
    let mut set = BTreeMap::new();
    for function in template.functions()? {
        let name = function.name;
        for (variable, value) in &function.variables {
            let (first, other) = *set.entry(*variable).or_insert((name, *value));
            if other != *value {
                found.push(format!(
                    "{variable} is not the same for {first} and for {name}"
                ));
            }
        }
        let read = sources.read_by(name)?;
        let is_defaulted = |variable: &str| DEFAULTED.iter().any(|(it, _)| *it == variable);
        for variable in &read {
            if !function.variables.contains_key(variable.as_str()) && !is_defaulted(variable) {
                found.push(format!("{name} reads {variable}, which is not set"));
            }
        }
        for variable in function.variables.keys() {
            if !read.contains(*variable) {
                found.push(format!(
                    "{variable} is set for {name}, which does not read it"
                ));
            }
        }
    }
    Ok(found)
}

/// The code of the workspace's crates, without tests.
struct Sources<'a> {
    packages: BTreeMap<&'a str, (&'a Package, String)>,
    /// The variables of each field of the configuration that all functions share.
    fields: BTreeMap<String, Names>,
}

impl<'a> Sources<'a> {
    fn read(workspace: &'a Workspace) -> Result<Self> {
        let config = workspace.path(CONFIG);
        let mut packages = BTreeMap::new();
        for package in workspace.packages() {
            let mut code = String::new();
            let sources = package.folder().join("src");
            for path in files(&sources)? {
                let is_code = path.extension().is_some_and(|it| it == "rs");
                let is_test = path.strip_prefix(&sources)?.starts_with("tests")
                    || path.ends_with("tests.rs")
                    || path.components().any(|part| part.as_os_str() == "tests");
                if is_code && !is_test && path != config {
                    code.push_str(without_tests(&std::fs::read_to_string(&path)?));
                }
            }
            packages.insert(package.name.as_str(), (package, code));
        }
        let config = std::fs::read_to_string(&config).context(CONFIG)?;
        let (_, own) = packages.get("edge").context("there is no crate edge")?;
        let fields = fields(without_tests(&config), &literals(own))?;
        Ok(Self { packages, fields })
    }

    /// What a function reads, itself and in the crates it is made of.
    fn read_by(&self, function: &str) -> Result<Names> {
        let mut crates = BTreeSet::new();
        self.add(function, &mut crates)?;
        let of_fields: Names = self.fields.values().flatten().cloned().collect();
        let mut read = Names::new();
        for name in crates {
            let (_, code) = self.packages.get(name).context("a crate is missing")?;
            for (field, variables) in &self.fields {
                if mentions(code, &format!("config.{field}")) {
                    read.extend(variables.iter().cloned());
                }
            }
            read.extend(literals(code).difference(&of_fields).cloned());
        }
        Ok(read)
    }

    fn add<'b>(&'b self, name: &'b str, crates: &mut BTreeSet<&'b str>) -> Result<()> {
        if !crates.insert(name) {
            return Ok(());
        }
        let (package, _) = self
            .packages
            .get(name)
            .with_context(|| format!("there is no crate {name}"))?;
        for dependency in package.dependencies() {
            if self.packages.contains_key(dependency) {
                self.add(dependency, crates)?;
            }
        }
        Ok(())
    }
}

fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]").next().unwrap_or_default()
}

/// The names of variables that stand as texts in the code.
fn literals(code: &str) -> Names {
    let texts = code.split('"');
    texts
        .filter(|text| is_variable(text))
        .map(str::to_owned)
        .collect()
}

fn is_variable(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.len() > PREFIX.len() && text.starts_with(PREFIX) && text.chars().all(is_part)
}

/// Whether the words stand in the code, and no longer name of which they are the beginning.
fn mentions(code: &str, words: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(words).any(|(at, _)| {
        let after = code.get(at + words.len()..).unwrap_or_default();
        !after.starts_with(goes_on)
    })
}

/// The variables that the documentation of each field names; `WEIR_OIDC_*` stands for all that the
/// crate knows and that begin so.
fn fields(config: &str, known: &Names) -> Result<BTreeMap<String, Names>> {
    let mut fields = BTreeMap::new();
    let mut named = Names::new();
    for line in config.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            named.extend(text.split('`').skip(1).step_by(2).map(str::to_owned));
        } else if let Some((field, _)) = line.strip_prefix("pub ").and_then(|it| it.split_once(':'))
        {
            let variables = std::mem::take(&mut named).into_iter();
            let variables = variables.flat_map(|name| match name.strip_suffix('*') {
                Some(prefix) => known
                    .iter()
                    .filter(|it| it.starts_with(prefix))
                    .cloned()
                    .collect(),
                None => vec![name],
            });
            let variables: Names = variables.filter(|name| is_variable(name)).collect();
            if !variables.is_empty() {
                fields.insert(field.to_owned(), variables);
            }
        } else {
            named.clear();
        }
    }
    let documented: Names = fields.values().flatten().cloned().collect();
    if let Some(name) = literals(config).difference(&documented).next() {
        bail!("{CONFIG}: {name} is named at no field");
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
        /// `WEIR_TABLE_A`, `WEIR_TABLE_B`: the tables.
        pub tables: Tables,
        /// `WEIR_OIDC_*`: who signs in; `none` by default.
        pub oidc: Option<Oidc>,
        /// What nobody sets.
        pub clock: Clock,
        read("WEIR_TABLE_A"), read("WEIR_TABLE_B")
    "#;

    fn names(names: &[&str]) -> Names {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_field_has_the_variables_that_its_documentation_names() {
        let known = names(&["WEIR_OIDC_ISSUER", "WEIR_OIDC_AUDIENCE", "WEIR_OTHER"]);
        let fields = fields(CONFIG, &known).unwrap();
        assert_eq!(fields.len(), 2);
        assert_eq!(fields["tables"], names(&["WEIR_TABLE_A", "WEIR_TABLE_B"]));
        assert_eq!(
            fields["oidc"],
            names(&["WEIR_OIDC_ISSUER", "WEIR_OIDC_AUDIENCE"])
        );
    }

    #[test]
    fn a_variable_that_no_field_names_is_found() {
        let config = format!("{CONFIG} read(\"WEIR_HIDDEN\")");
        let error = fields(&config, &Names::new()).unwrap_err().to_string();
        assert!(
            error.contains("WEIR_HIDDEN is named at no field"),
            "{error}"
        );
    }

    #[test]
    fn a_name_counts_as_a_whole_text_outside_tests() {
        let code = r#"read("WEIR_A"); log("WEIR_B is bad"); "x" #[cfg(test)] read("WEIR_C")"#;
        assert_eq!(literals(without_tests(code)), names(&["WEIR_A"]));
        assert!(mentions("runtime.config.oidc.as_ref()", "config.oidc"));
        assert!(!mentions("runtime.config.oidc_more", "config.oidc"));
    }
}
