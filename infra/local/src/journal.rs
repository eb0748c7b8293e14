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
            let partitions = permission.partitions.iter().map(|it| shape(it));
            let permission = Permission {
                partitions: partitions.collect(),
                ..permission.clone()
            };
            if !self.noted.insert((caller.clone(), permission.clone())) {
                continue;
            }
            let Permission {
                action,
                resource,
                partitions,
            } = &permission;
            let line = if partitions.is_empty() {
                json!({"caller": caller, "action": action, "resource": resource})
            } else {
                json!({
                    "caller": caller, "action": action, "resource": resource, "partitions": partitions,
                })
            };
            if let Err(error) = self.file.write_all(format!("{line}\n").as_bytes()) {
                tracing::error!(%error, "a permission could not be noted");
            }
        }
    }
}

/// What a partition key has in common with others of its kind: of its parts, between `#`, the words of
/// one case stay, small ones only at the beginning, where a user's id does not stand. Every other part
/// becomes `…`: ids, times and digests would make a line each.
fn shape(partition: &str) -> String {
    let parts = partition.split('#').enumerate().map(|(place, part)| {
        let is_of = |is: fn(&char) -> bool| !part.is_empty() && part.chars().all(|it| is(&it));
        let is_small = place < 2 && is_of(char::is_ascii_lowercase);
        if is_small || is_of(char::is_ascii_uppercase) {
            part
        } else {
            "…"
        }
    });
    parts.collect::<Vec<_>>().join("#")
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
            permissions: vec![Permission::new(
                format!("dynamodb:{action}"),
                Some("events"),
            )],
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

    #[test]
    fn a_line_tells_the_shapes_of_the_partitions_and_no_id() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("permissions.jsonl");
        let mut journal = Journal::open(&path).unwrap();
        for key in ["3fYx9QkLm2Ab", "9kLAb7Qm2fYx"] {
            let partitions = [format!("KEY#{key}"), format!("test-1#u#ann-{key}")];
            let permission = Permission {
                partitions: partitions.into(),
                ..Permission::new("dynamodb:BatchGetItem", Some("control"))
            };
            journal.note(&Recorded {
                service: Service::DynamoDb,
                action: "BatchGetItem".to_owned(),
                table: None,
                caller: Some("ingest".to_owned()),
                permissions: vec![permission],
            });
        }
        let written = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            written,
            "{\"action\":\"dynamodb:BatchGetItem\",\"caller\":\"ingest\",\
             \"partitions\":[\"KEY#…\",\"…#u#…\"],\"resource\":\"control\"}\n"
        );
        assert_eq!(shape("WS#test-1#AUDIT"), "WS#…#AUDIT");
        assert_eq!(shape("due#03"), "due#…");
        assert_eq!(shape("TOKENKEYS"), "TOKENKEYS");
        assert_eq!(shape("test-1#profile#u#ann"), "…#profile#…#…");
    }
}
