//! Rows into as few blobs as their largest size allows.

use std::ops::Range;

use crate::codec::{self, MAX_ROWS, Options};
use crate::{Event, Provenance, WorkspaceId};

/// A blob and the rows in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The rows, as places in what was packed.
    pub rows: Range<usize>,
    /// Those rows, encoded.
    pub blob: Vec<u8>,
}

/// Most bytes of events that are encoded at once. More would hardly ever fit a blob, and halving is
/// cheaper before encoding than after it.
const MAX_RAW: usize = 2 * 1024 * 1024;

/// Encodes rows as costs least, halving them until no blob exceeds `max_blob` bytes or is of one
/// single row. Every blob can be decoded.
pub fn pack(
    workspace: &WorkspaceId,
    rows: &[Event<'_>],
    provenance: Option<&[Provenance]>,
    max_blob: usize,
) -> Vec<Packed> {
    pack_with(workspace, rows, provenance, max_blob, None)
}

/// As [`pack`], but encoded as `options` say.
pub(super) fn pack_with(
    workspace: &WorkspaceId,
    rows: &[Event<'_>],
    provenance: Option<&[Provenance]>,
    max_blob: usize,
    options: Option<Options>,
) -> Vec<Packed> {
    let mut packed = Vec::with_capacity(1);
    let mut open = Vec::new();
    open.push(0..rows.len());
    while let Some(range) = open.pop() {
        let part = rows.get(range.clone()).unwrap_or_default();
        let size: usize = part.iter().map(Event::size).sum();
        if part.len() == 1 || (part.len() <= MAX_ROWS && size <= MAX_RAW) {
            let provenance = provenance.and_then(|all| all.get(range.clone()));
            let blob = match options {
                None => codec::encode_best(workspace, part, provenance),
                Some(options) => codec::encode(workspace, part, provenance, options),
            };
            if part.len() <= 1 || blob.len() <= max_blob {
                packed.push(Packed { rows: range, blob });
                continue;
            }
        }
        let middle = range.start + range.len() / 2;
        open.push(middle..range.end);
        open.push(range.start..middle);
    }
    packed
}
