//! A file with what each caller needs of AWS, a line for each permission.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::json;

use crate::{Permission, Recorded};

/// Several processes may write one file: a line is one write at its end.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    noted: HashSet<(String, Permission)>,
}

impl Journal {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: File::options().create(true).append(true).open(path)?,
            noted: HashSet::new(),
        })
    }

    /// Writes what was not written before. Nobody is answered later because a disk is full: a
    /// permission that is missing in the file shows where the file is read.
    pub(crate) fn note(&mut self, request: &Recorded) {
        let Some(caller) = &request.caller else {
            return;
        };
        for permission in &request.permissions {
            let new = (caller.clone(), permission.clone());
            if !self.noted.insert(new) {
                continue;
            }
            let Permission { action, resource } = permission;
            let line = json!({ "caller": caller, "action": action, "resource": resource });
            if let Err(error) = self.file.write_all(format!("{line}\n").as_bytes()) {
                tracing::error!(%error, "a permission could not be noted");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Service;

    #[test]
    fn each_permission_of_each_caller_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("permissions.jsonl");
        let mut journal = Journal::open(&path).unwrap();
        let asked = |caller: Option<&str>, action: &str| Recorded {
            service: Service::DynamoDb,
            action: action.to_owned(),
            table: None,
            caller: caller.map(str::to_owned),
            permissions: vec![Permission {
                action: format!("dynamodb:{action}"),
                resource: Some("events".to_owned()),
            }],
        };
        for caller in [Some("ingest"), Some("ingest"), None, Some("projector")] {
            journal.note(&asked(caller, "PutItem"));
        }
        let written = std::fs::read_to_string(path).unwrap();
        let lines: Vec<_> = written.lines().collect();
        let of = |caller: &str| {
            format!(r#"{{"action":"dynamodb:PutItem","caller":"{caller}","resource":"events"}}"#)
        };
        assert_eq!(lines, [of("ingest"), of("projector")]);
    }
}
