//! What the formats of machines share: many small records in a request, each judged by itself.

use edge::{MAX_NESTING, nesting_exceeds};
use event::Timestamp;

use super::{Draft, Invalid, Members, Outcome, Unreadable, time};

/// Most records one request may carry. A chunk of so many, with all their text, can be read again.
pub const MAX_RECORDS: usize = 50_000;
/// Largest record: in bytes as sent, and in bytes of its `properties` and `deviceData`.
pub const MAX_RECORD_BYTES: usize = 256 * 1024;
/// Most bytes of `properties` and `deviceData` of one request's records together.
pub const MAX_TEXT_BYTES: usize = 40 * 1024 * 1024;

/// The name of every log record, which event rules know it by.
pub const LOG: &str = "log";

/// The outcomes of a body so far, within the limits.
#[derive(Debug)]
pub(super) struct Outcomes<'a> {
    list: Vec<Outcome<'a>>,
    received_at: Timestamp,
    text_bytes: usize,
}

impl<'a> Outcomes<'a> {
    pub(super) fn new(received_at: Timestamp) -> Self {
        Self {
            list: Vec::new(),
            received_at,
            text_bytes: 0,
        }
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, records: usize) {
        self.list.reserve(records.min(MAX_RECORDS));
    }

    /// Adds the next record of the body; one that is too large, nested too deep or of an impossible time
    /// is refused.
    pub(super) fn push(&mut self, outcome: Outcome<'a>) -> Result<(), Unreadable> {
        if self.list.len() == MAX_RECORDS {
            return Err(Unreadable::TooMany { max: MAX_RECORDS });
        }
        let outcome = outcome.and_then(|draft| match self.check(&draft) {
            Ok(()) => Ok(draft),
            Err(invalid) => Err(invalid.of(draft.id).named(Some(draft.name))),
        });
        self.list.push(outcome);
        Ok(())
    }

    pub(super) fn received_at(&self) -> Timestamp {
        self.received_at
    }

    pub(super) fn into_vec(self) -> Vec<Outcome<'a>> {
        self.list
    }

    fn check(&mut self, draft: &Draft<'_>) -> Result<(), Invalid> {
        let Members {
            timestamp,
            properties,
            device_data,
            ..
        } = &draft.members;
        if !time::is_possible(*timestamp, self.received_at) {
            let message = "must be at most 10 years ago and 1 day ahead";
            return Err(Invalid::at("timestamp", message));
        }
        let texts = [properties, device_data];
        let bytes: usize = texts.into_iter().flatten().map(|text| text.len()).sum();
        if bytes > MAX_RECORD_BYTES {
            return Err(too_large());
        }
        self.text_bytes += bytes;
        if self.text_bytes > MAX_TEXT_BYTES {
            let limit = MAX_TEXT_BYTES / 1024 / 1024;
            let message = format!("comes after {limit} MB of records in the same request");
            return Err(Invalid::too_large(message));
        }
        let mut texts = texts.into_iter().flatten();
        if texts.any(|text| nesting_exceeds(text, MAX_NESTING).is_some()) {
            let message = format!("is nested deeper than {MAX_NESTING} levels");
            return Err(Invalid::at("", message));
        }
        Ok(())
    }
}

/// The fault of a record above [`MAX_RECORD_BYTES`].
pub(super) fn too_large() -> Invalid {
    let message = format!("is larger than {} KB", MAX_RECORD_BYTES / 1024);
    Invalid::too_large(message)
}
