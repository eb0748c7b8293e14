//! A place between two entries of a timeline, as a text that senders give back.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::Timestamp;
use event::ids::check_id;

use crate::StoreError;

/// First byte of a cursor. Another one means another layout.
const VERSION: u8 = 1;

/// Behind which entry a page begins. Its text is opaque, and stays good while events arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The place of the last entry passed.
    pub(super) last: Place,
    /// No item with a newer event than this holds an entry behind `last`.
    pub(super) from: Timestamp,
    /// The newest event when the first page was read: what arrived since is not part of the walk.
    pub(super) top: Timestamp,
}

/// Where an entry stands in a timeline. The greater place comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) time: Timestamp,
    pub(super) id: String,
}

impl Cursor {
    /// Reads a cursor's text; [`StoreError::InvalidCursor`] where it is none.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        Self::read(text).ok_or(StoreError::InvalidCursor)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (time, rest) = moment(rest)?;
        let (from, rest) = moment(rest)?;
        let (top, id) = moment(rest)?;
        let id = String::from_utf8(id.to_vec()).ok()?;
        check_id(&id).ok()?;
        Some(Self {
            last: Place { time, id },
            from,
            top,
        })
    }
}

fn moment(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (moment, rest) = bytes.split_first_chunk()?;
    Some((Timestamp::from_millis(i64::from_be_bytes(*moment)), rest))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        for moment in [self.last.time, self.from, self.top] {
            bytes.extend(moment.as_millis().to_be_bytes());
        }
        bytes.extend_from_slice(self.last.id.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_text(
            time: i64, from: i64, top: i64, id in "[^\\p{Cc}\\s][^\\p{Cc}]{0,40}",
        ) {
            let [time, from, top] = [time, from, top].map(Timestamp::from_millis);
            let cursor = Cursor { last: Place { time, id }, from, top };
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
        }

        #[test]
        fn no_text_whatsoever_makes_parsing_fail_but_in_one_way(text in "\\PC{0,80}") {
            if let Err(error) = Cursor::parse(&text) {
                prop_assert_eq!(error, StoreError::InvalidCursor);
            }
        }
    }
}
