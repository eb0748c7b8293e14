//! Rows of events as one compressed blob, and back.
//!
//! The first byte of a blob names its layout and version; what is stored stays readable, so a
//! number is never used for something else. [`Layout::Rows`] writes one event after the other,
//! [`Layout::Columns`] takes the rows apart so that like lies beside like. Both give every text back
//! byte for byte.

mod columns;
mod dictionary;
mod frame;
mod hex;
mod rows;
mod wire;

use crate::{Event, Provenance, WorkspaceId};

pub use columns::{Columns, Paths, Table, Wanted};

/// Most rows of one blob that can be decoded again.
pub const MAX_ROWS: usize = 65_536;
/// Most bytes that a blob may decompress to, and most that its rows may take in memory.
pub const MAX_DECODED: usize = 64 * 1024 * 1024;

/// Version byte of [`Layout::Rows`].
const ROWS_V1: u8 = 1;
/// Version byte of [`Layout::Columns`].
const COLUMNS_V1: u8 = 2;

/// Bytes that one DynamoDB write unit covers.
pub const WRITE_UNIT: usize = 1024;
/// Bytes of an item beside its blob, about: keys, names and the attributes' names.
pub const ITEM_OVERHEAD: usize = 260;

/// The least work.
pub const ROWS: Options = Options {
    layout: Layout::Rows,
    level: 3,
};
/// The fewest write units; see [`encode_best`].
pub const COLUMNS: Options = Options {
    layout: Layout::Columns,
    level: 6,
};

/// How the rows lie in the blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One event after the other: the least work, best where they fit one write unit.
    Rows,
    /// Like beside like: the fewest bytes. Content that columns would blow up, for example a
    /// document of a hundred thousand numbers, is written as rows all the same.
    Columns,
}

/// How to encode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How the rows lie.
    pub layout: Layout,
    /// The level of zstd, from -7 to 22.
    pub level: i32,
}

/// What a blob holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The events, in the order in which they were encoded.
    pub events: Vec<Event<'static>>,
    /// One for each event, where they were encoded with the events.
    pub provenance: Option<Vec<Provenance>>,
}

/// Why a blob cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The blob is of a version that this program does not know.
    #[error("unknown codec version {0}")]
    Version(u8),
    /// The compressed part is damaged.
    #[error("the compressed part is damaged")]
    Compression,
    /// The blob ends before its content does.
    #[error("the blob is cut off")]
    Truncated,
    /// The content contradicts itself.
    #[error("the content is damaged: {0}")]
    Malformed(&'static str),
    /// More than [`MAX_ROWS`] rows or [`MAX_DECODED`] bytes.
    #[error("the content is larger than any that is written")]
    TooLarge,
}

/// Encodes at most [`MAX_ROWS`] events of a workspace. `provenance` is one for each row, or none.
pub fn encode(
    workspace: &WorkspaceId,
    rows: &[Event<'_>],
    provenance: Option<&[Provenance]>,
    options: Options,
) -> Vec<u8> {
    debug_assert!(rows.len() <= MAX_ROWS, "more rows than can be decoded");
    debug_assert!(
        provenance.is_none_or(|given| given.len() == rows.len()),
        "one for each row"
    );
    debug_assert!(
        rows.iter().all(|row| match &row.id {
            crate::EventId::Given(_) => true,
            crate::EventId::Fingerprint(hash) => *hash == row.fingerprint(workspace),
        }),
        "an id that is not the fingerprint would be lost"
    );
    let columns = match options.layout {
        Layout::Columns => columns::encode(rows, provenance, options.level),
        Layout::Rows => None,
    };
    columns.unwrap_or_else(|| rows::encode(rows, provenance, options.level))
}

/// Encodes as costs least, in DynamoDB's write units and in time, for an item with
/// [`ITEM_OVERHEAD`] bytes beside the blob.
///
/// A unit is begun for each KB and costs as much as 26 ms of a core, so a byte is worth 26 µs. That
/// decides for columns: 100 mixed events of 1 KB take 99 B each, rows 149 B, for a few µs more.
/// Level 6 takes 2 to 5% less than level 3 at events of 1 KB, which at 10 of them is one unit of
/// three for most batches; level 9 takes up to twice the time, and less than that buys only at events
/// of 3 KB (1%). Where rows fit the first unit there is nothing left to save, and they are the least
/// work.
pub fn encode_best(
    workspace: &WorkspaceId,
    rows: &[Event<'_>],
    provenance: Option<&[Provenance]>,
) -> Vec<u8> {
    /// Rows larger than this hardly ever fit one unit.
    const SMALL: usize = 2 * 1024;
    if rows.iter().map(Event::size).sum::<usize>() <= SMALL {
        let blob = encode(workspace, rows, provenance, ROWS);
        if blob.len() + ITEM_OVERHEAD <= WRITE_UNIT {
            return blob;
        }
    }
    encode(workspace, rows, provenance, COLUMNS)
}

/// Decodes a blob that [`encode`] made for the same workspace.
pub fn decode(workspace: &WorkspaceId, blob: &[u8]) -> Result<Decoded, CodecError> {
    match blob.split_first() {
        None => Err(CodecError::Truncated),
        Some((&ROWS_V1, frame)) => rows::decode(workspace, frame),
        Some((&COLUMNS_V1, rest)) => {
            columns::decode(workspace, rest, Columns::ALL.into()).map(Table::into_rows)
        }
        Some((&version, _)) => Err(CodecError::Version(version)),
    }
}

/// Decodes only the columns that are wanted. Of [`Layout::Columns`] the others are walked over
/// without being put together, and so are members of documents that no path leads to; of another layout, or
/// where an id is a fingerprint, documents are whole.
pub fn decode_columns<'p>(
    workspace: &WorkspaceId,
    blob: &[u8],
    wanted: impl Into<Wanted<'p>>,
) -> Result<Table, CodecError> {
    let wanted = wanted.into();
    match blob.split_first() {
        Some((&COLUMNS_V1, rest)) => columns::decode(workspace, rest, wanted),
        _ => decode(workspace, blob).map(|rows| Table::from_rows(rows, wanted.columns)),
    }
}
