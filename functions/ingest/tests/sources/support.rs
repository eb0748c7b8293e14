//! Recorded requests, and events in a form to look at.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use event::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::sources::{Outcome, Unreadable};
use policy::ApiKey;
use testkit::{Answer, Call, TestApp};

/// 2026-11-21T06:00:00Z, a few hours after the recordings.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_240_800_000);

/// A request as a real client sent it.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Recording {
    /// The recording of that name in `fixtures`.
    pub(crate) fn read(name: &str) -> Self {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
        let text = std::fs::read(folder.join(format!("{name}.http"))).unwrap();
        let end = text
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        let head = std::str::from_utf8(&text[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self {
            path,
            headers,
            body: text[end + 4..].to_vec(),
        }
    }

    /// The request again, with this key where the recording had one.
    pub(crate) async fn send(&self, app: &TestApp, key: &ApiKey) -> Answer {
        let call = app.post(&self.path).bytes(&self.body);
        let headers = self.headers.iter();
        let call = headers.fold(call, |call: Call, (name, value)| {
            call.header(name, &value.replace("<KEY>", key.expose()))
        });
        call.send().await
    }
}

/// Each event with its members, one to a line; each refusal with its place and reason.
pub(crate) fn shown(outcomes: &Result<Vec<Outcome<'_>>, Unreadable>) -> String {
    let mut text = String::new();
    let outcomes = match outcomes {
        Ok(outcomes) => outcomes,
        Err(unreadable) => return format!("{unreadable:?}"),
    };
    for outcome in outcomes {
        match outcome {
            Ok(draft) => {
                let members = &draft.members;
                let given = if members.time_given {
                    "given"
                } else {
                    "receipt"
                };
                write!(text, "{} at {} ({given})", draft.name, members.timestamp).unwrap();
                for (name, value) in [
                    ("id", &draft.id),
                    ("user", &members.user_id),
                    ("anonymous", &members.anonymous_id),
                    ("session", &members.session_id),
                    ("properties", &members.properties),
                    ("device", &members.device_data),
                ] {
                    if let Some(value) = value {
                        write!(text, "\n  {name}: {value}").unwrap();
                    }
                }
                text.push('\n');
            }
            Err(invalid) => {
                let (fault, path, message) = (invalid.fault, invalid.path, &invalid.message);
                writeln!(text, "{fault:?} {path}: {message}").unwrap();
            }
        }
    }
    text
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
