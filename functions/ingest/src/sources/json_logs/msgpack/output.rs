//! JSON text up to the size of a record: a few bytes of msgpack can stand for much of it.

use crate::sources::records::MAX_RECORD_BYTES;

/// What was written, as long as it is not too much.
#[derive(Debug, Default)]
pub(super) struct Output {
    text: Vec<u8>,
    overflown: bool,
}

impl Output {
    /// Writes JSON as it is.
    pub(super) fn raw(&mut self, json: &str) {
        if self.text.len() + json.len() > MAX_RECORD_BYTES {
            self.overflow();
        }
        if !self.overflown {
            self.text.extend_from_slice(json.as_bytes());
        }
    }

    /// Writes a text as a JSON string.
    pub(super) fn json(&mut self, text: &str) {
        if text.len() > MAX_RECORD_BYTES {
            return self.overflow();
        }
        // A text always serialises.
        self.raw(&serde_json::to_string(text).unwrap_or_default());
    }

    /// Gives up: from now on nothing is kept.
    pub(super) fn overflow(&mut self) {
        self.overflown = true;
        self.text = Vec::new();
    }

    /// The text, unless it was too much.
    pub(super) fn into_text(self) -> Option<String> {
        String::from_utf8(self.text)
            .ok()
            .filter(|_| !self.overflown)
    }
}
