//! How far a stream was delivered.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, Result, files};

/// The last sequence number that was dealt with, in the stream of this ARN.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    stream_arn: String,
    after: Option<String>,
}

/// A position and the file it is kept in.
#[derive(Debug)]
pub(super) struct Kept {
    position: Position,
    file: Option<PathBuf>,
}

impl Kept {
    /// A position in another stream, of a table since made anew, counts as none.
    pub(super) fn open(stream_arn: &str, file: Option<PathBuf>) -> Result<Self> {
        let content = file.as_deref().map(files::read).transpose()?.flatten();
        let known = match (&file, content) {
            (Some(path), Some(content)) => {
                serde_json::from_slice(&content).map_err(|error| Error::Damaged {
                    path: path.clone(),
                    reason: error.to_string(),
                })?
            }
            _ => Position::default(),
        };
        let after = known.after.filter(|_| known.stream_arn == stream_arn);
        if let Some(dir) = file.as_deref().and_then(Path::parent) {
            std::fs::create_dir_all(dir).map_err(|source| Error::File {
                path: dir.to_owned(),
                source,
            })?;
        }
        let position = Position {
            stream_arn: stream_arn.to_owned(),
            after,
        };
        Ok(Self { position, file })
    }

    pub(super) fn after(&self) -> Option<&str> {
        self.position.after.as_deref()
    }

    pub(super) fn advance(&mut self, after: Option<String>) -> Result<()> {
        if self.position.after == after {
            return Ok(());
        }
        self.position.after = after;
        let Some(path) = &self.file else {
            return Ok(());
        };
        files::replace(path, |file| {
            serde_json::to_writer(&mut *file, &self.position)?;
            file.flush()
        })
        .map_err(|source| Error::File {
            path: path.clone(),
            source,
        })
    }
}
