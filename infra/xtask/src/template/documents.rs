//! What the documents and `samconfig.toml` say of the template: its parameters, outputs and resources, and
//! the commands of this program.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::{Template, files};
use crate::cli::Cli;
use crate::workspace::Workspace;

/// Beside all of docs/.
const DOCUMENTS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "events/README.md",
    "samconfig.toml",
    "template.yaml",
];
/// The document in which every name in two humps, set as code, is one of the template's.
const ABOUT_THE_TEMPLATE: &str = "docs/deploy.md";

/// The names that there are.
struct Names {
    parameters: BTreeSet<String>,
    outputs: BTreeSet<String>,
    resources: BTreeSet<String>,
    commands: BTreeSet<String>,
}

/// The names in the documents that are none.
pub(super) fn differences(workspace: &Workspace, template: &Template) -> Result<Vec<String>> {
    let names = Names::new(template);
    let mut found = Vec::new();
    for path in paths(workspace)? {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let document = path.strip_prefix(workspace.path("")).unwrap_or(&path);
        let mut unknown = names.unknown(&text);
        if document.ends_with(ABOUT_THE_TEMPLATE) {
            unknown.extend(names.unknown_code(&text));
        }
        let unknown = unknown.into_iter();
        found.extend(unknown.map(|what| format!("{}: {what}", document.display())));
    }
    Ok(found)
}

fn paths(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut paths = files(&workspace.path("docs"))?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "md"));
    paths.extend(DOCUMENTS.map(|document| workspace.path(document)));
    Ok(paths)
}

impl Names {
    fn new(template: &Template) -> Self {
        let commands = Cli::command();
        let commands = commands.get_subcommands();
        Self {
            parameters: template.parameters.keys().cloned().collect(),
            outputs: template.outputs.keys().cloned().collect(),
            resources: template.resources.keys().cloned().collect(),
            commands: commands.map(|it| it.get_name().to_owned()).collect(),
        }
    }

    /// Where a text says what the name after it is of.
    fn unknown(&self, text: &str) -> BTreeSet<String> {
        let mut unknown = BTreeSet::new();
        for (before, what, names) in [
            ("$(output ", "output", &self.outputs),
            ("output `", "output", &self.outputs),
            ("$(resource ", "resource", &self.resources),
            ("local invoke ", "function", &self.resources),
            ("cargo xtask ", "command", &self.commands),
        ] {
            let named = text.split(before).skip(1).map(word);
            // A command's own option, or a name that the sentence leaves open.
            let named = named.filter(|name| !name.is_empty() && !name.starts_with('-'));
            // The output of another program.
            let named = named.filter(|name| what != "output" || is_two_humped(name));
            for name in named.filter(|name| !names.contains(*name)) {
                unknown.insert(format!("there is no {what} {name}"));
            }
        }
        for overrides in ["--parameter-overrides ", "parameter_overrides = \""] {
            for rest in text.split(overrides).skip(1) {
                let line = rest.lines().next().unwrap_or_default();
                let named = line.split_whitespace().filter_map(|it| it.split_once('='));
                let named = named.map(|(name, _)| name);
                for name in named.filter(|name| !self.parameters.contains(*name)) {
                    unknown.insert(format!("there is no parameter {name}"));
                }
            }
        }
        unknown
    }

    /// Names in two humps, set as code, that are none of the template's.
    fn unknown_code(&self, text: &str) -> BTreeSet<String> {
        let code = text.split('`').skip(1).step_by(2);
        let names = code.filter(|code| is_two_humped(code));
        let all = [&self.parameters, &self.outputs, &self.resources];
        let unknown = names.filter(|name| !all.iter().any(|names| names.contains(*name)));
        unknown
            .map(|name| format!("{name} is neither parameter nor output nor resource"))
            .collect()
    }
}

/// The name at the beginning of a text.
fn word(text: &str) -> &str {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let end = text.find(|c| !goes_on(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Whether a text is a name such as `ApiUrl`.
fn is_two_humped(text: &str) -> bool {
    let humps = text.chars().filter(char::is_ascii_uppercase).count();
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric());
    is_name
        && humps >= 2
        && humps < text.len()
        && text.starts_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Names {
            parameters: set(&["DomainName", "AlarmEmail"]),
            outputs: set(&["ApiUrl"]),
            resources: set(&["IngestFunction"]),
            commands: set(&["up"]),
        }
    }

    #[test]
    fn names_that_are_of_the_template_and_commands_that_there_are_pass() {
        let text = "`cargo xtask up`, `cargo xtask --help`, WEIR=$(output ApiUrl), the output `ApiUrl`, \
                    the output `opentelemetry` of an agent\n\
                    sam deploy --parameter-overrides DomainName=x AlarmEmail=\"$(output ApiUrl)\"\n\
                    sam local invoke IngestFunction --event x; \"$(resource IngestFunction)\"";
        assert_eq!(names().unknown(text), BTreeSet::new());
        assert_eq!(
            names().unknown_code("`ApiUrl` `TOKENKEYS` `GET /x`"),
            BTreeSet::new()
        );
    }

    #[test]
    fn every_name_that_is_none_is_told() {
        let text = "cargo xtask down; $(output ApiUri); sam local invoke Ingest\n\
                    parameter_overrides = \"DomainName=x AlarmMail=y\"\n`DomainNames`";
        let unknown = names().unknown(text);
        let unknown: Vec<_> = unknown.iter().map(String::as_str).collect();
        assert_eq!(
            unknown,
            [
                "there is no command down",
                "there is no function Ingest",
                "there is no output ApiUri",
                "there is no parameter AlarmMail",
            ]
        );
        let unknown = names().unknown_code(text);
        assert_eq!(
            unknown.first().map(String::as_str),
            Some("DomainNames is neither parameter nor output nor resource")
        );
    }
}
