//! What lies in the records of a delivery.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use edge::MAX_UNPACKED_BYTES;
use flate2::bufread::MultiGzDecoder;

use super::cloud_watch::{self, Message};
use crate::sources::json_logs::{self, Found, array, objects};
use crate::sources::records::{MAX_RECORD_BYTES, MAX_RECORDS, Outcomes, too_large};
use crate::sources::{Draft, Invalid, Outcome, Unreadable};

/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Takes records in, one after the other.
pub(super) struct Records<'r> {
    outcomes: Outcomes<'static>,
    /// A JSON object that belongs to every event.
    common_attributes: Option<&'r str>,
    /// How many more bytes may come out of gzip.
    unpackable: usize,
}

impl<'r> Records<'r> {
    pub(super) fn new(outcomes: Outcomes<'static>, common_attributes: Option<&'r str>) -> Self {
        Self {
            outcomes,
            common_attributes,
            unpackable: MAX_UNPACKED_BYTES,
        }
    }

    pub(super) fn into_outcomes(self) -> Vec<Outcome<'static>> {
        self.outcomes.into_vec()
    }

    /// Counts a record that is of no use.
    pub(super) fn refuse(&mut self, message: &str) -> Result<(), Unreadable> {
        self.outcomes.push(Err(Invalid::at("", message)))
    }

    /// Takes what lies in a record. An empty one holds nothing, which is no fault.
    pub(super) fn record(&mut self, data: &str) -> Result<(), Unreadable> {
        let Ok(bytes) = BASE64_STANDARD.decode(data) else {
            return self.refuse("is not base64");
        };
        let bytes = if bytes.starts_with(&GZIP) {
            match self.unpack(&bytes) {
                Ok(unpacked) => unpacked,
                Err(invalid) => return self.outcomes.push(Err(invalid)),
            }
        } else {
            bytes
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return self.refuse("is not UTF-8");
        };
        self.text(&text)
    }

    /// JSON objects in any arrangement; what is none of them is a line of text.
    fn text(&mut self, text: &str) -> Result<(), Unreadable> {
        if text.trim_ascii_start().starts_with('[') {
            let mut items = Vec::new();
            let whole = array(text, |item, found| {
                if items.len() == MAX_RECORDS {
                    return Err(Unreadable::TooMany { max: MAX_RECORDS });
                }
                items.push((item, found));
                Ok(())
            });
            match whole {
                Ok(()) => {
                    return items.into_iter().try_for_each(|(item, found)| match found {
                        Ok(found) => self.object(item, found),
                        Err(invalid) => self.outcomes.push(Err(invalid)),
                    });
                }
                Err(too_many @ Unreadable::TooMany { .. }) => return Err(too_many),
                // A text that only looks like an array.
                Err(Unreadable::Malformed { .. }) => {}
            }
        }
        objects(text, |text, found| {
            if let Ok(found) = found {
                return self.object(text, found);
            }
            let line = self.line(text);
            self.outcomes.push(line)
        })
    }

    /// A JSON object: a log record, or a message of CloudWatch Logs with several.
    fn object(&mut self, text: &str, found: Found) -> Result<(), Unreadable> {
        match cloud_watch::message(text) {
            Some(Message::Control) => Ok(()),
            Some(Message::Data(data)) => self.log_events(&data),
            None => {
                let draft = self.record_of(text, found);
                self.outcomes.push(draft)
            }
        }
    }

    fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>, Invalid> {
        let mut unpacked = Vec::new();
        let limit = self.unpackable as u64 + 1;
        let result = MultiGzDecoder::new(packed)
            .take(limit)
            .read_to_end(&mut unpacked);
        let Some(left) = self.unpackable.checked_sub(unpacked.len()) else {
            let limit = MAX_UNPACKED_BYTES / 1024 / 1024;
            let message = format!("takes the request over {limit} MB decompressed");
            return Err(Invalid::too_large(message));
        };
        self.unpackable = left;
        result.map_err(|_| Invalid::at("", "is not valid gzip data"))?;
        Ok(unpacked)
    }

    /// The events of a message of CloudWatch Logs, each under its own id.
    fn log_events(&mut self, data: &cloud_watch::Data<'_>) -> Result<(), Unreadable> {
        let origin = data.origin(self.common_attributes);
        if origin.len() > MAX_RECORD_BYTES {
            return self.outcomes.push(Err(too_large()));
        }
        data.for_each(|event| {
            let draft = event.and_then(|event| {
                let mut draft = self.message(&event.message)?;
                draft.id = event.id.map(|id| id.into_owned().into());
                if let Some(time) = event.time {
                    draft.members.timestamp = time;
                    draft.members.time_given = true;
                }
                draft.members.device_data = Some(origin.clone().into());
                Ok(draft)
            });
            self.outcomes.push(draft)
        })
    }

    /// A message, which may itself be a JSON object.
    fn message(&self, text: &str) -> Outcome<'static> {
        match serde_json::from_str(text) {
            Ok(found) => self.record_of(text, found),
            Err(_) => self.line(text),
        }
    }

    fn record_of(&self, text: &str, found: Found) -> Outcome<'static> {
        if text.len() > MAX_RECORD_BYTES {
            return Err(too_large());
        }
        let text = Cow::Owned(text.to_owned());
        json_logs::draft(text, found, self.outcomes.received_at())
            .map(|draft| self.attributed(draft))
    }

    fn line(&self, text: &str) -> Outcome<'static> {
        let text = text.trim_ascii_end();
        if text.len() > MAX_RECORD_BYTES {
            return Err(too_large());
        }
        json_logs::plain(text, self.outcomes.received_at()).map(|draft| self.attributed(draft))
    }

    fn attributed(&self, mut draft: Draft<'static>) -> Draft<'static> {
        let attributes = self.common_attributes;
        let data = attributes.map(|json| format!("{{\"commonAttributes\":{json}}}"));
        draft.members.device_data = data.map(Cow::Owned);
        draft
    }
}
