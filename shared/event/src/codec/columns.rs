//! The column layout: rows taken apart, so that like lies beside like.
//!
//! ```text
//! blob = version varint(random length) random frame(varint(meta length) meta text)
//! meta = count times flags [time_given] [received sources key_ids]
//!        ids names users anonymous sessions externals device_data properties
//! ```
//! The random bytes stand before the frame: compressing them would cost time and bytes.

mod column;
mod decimal;
mod document;
mod ints;
mod prune;
mod read;
mod read_document;
mod scan;
mod table;

use super::frame::{self, Knowledge};
use super::wire::{Reader, put_len};
use super::{COLUMNS_V1, CodecError, MAX_DECODED, MAX_ROWS};
use crate::{Event, EventId, KeyId, Provenance, Source, Timestamp, WorkspaceId};
use column::{ColumnWriter, Streams, put_bits};
use document::put_documents;
use ints::{put_ints, read_ints};
use read::{ColumnReader, Values, bits_of};
use read_document::{Documents, read_documents};

pub use prune::Paths;
pub use table::{Columns, Table, Wanted};

/// More than a row takes when it is decoded, beside its texts, in bytes.
const ROW_COST: usize = 1024;
/// More than a scalar of a document takes when it is decoded, beside its text, in bytes.
const VALUE_COST: usize = 80;
/// Every event's time was given by its sender.
const ALL_TIMES_GIVEN: u8 = 1;
/// Each row has its provenance.
const HAS_PROVENANCE: u8 = 2;

/// The rows as one blob; `None` where it might be too large to decode.
pub(super) fn encode(
    rows: &[Event<'_>],
    provenance: Option<&[Provenance]>,
    level: i32,
) -> Option<Vec<u8>> {
    let (streams, scalars) = write(rows, provenance);
    // Each byte twice, in its column and in its row.
    let texts = 2 * rows.iter().map(Event::size).sum::<usize>();
    let is_small = texts + rows.len() * ROW_COST + scalars * VALUE_COST <= MAX_DECODED;
    is_small.then(|| frame(&streams, level))
}

/// The rows as streams, and the number of scalars in their documents.
fn write(rows: &[Event<'_>], provenance: Option<&[Provenance]>) -> (Streams, usize) {
    let mut out = ColumnWriter::default();
    let Streams { meta, random, .. } = &mut out.streams;
    put_len(meta, rows.len());
    let times: Vec<i64> = rows.iter().map(|row| row.timestamp.as_millis()).collect();
    put_ints(meta, random, &times);
    let all_given = rows.iter().all(|row| row.time_given);
    meta.push(
        if all_given { ALL_TIMES_GIVEN } else { 0 }
            | if provenance.is_some() {
                HAS_PROVENANCE
            } else {
                0
            },
    );
    if !all_given {
        put_bits(meta, rows.iter().map(|row| row.time_given));
    }
    if let Some(provenance) = provenance {
        let waits = provenance.iter().zip(&times);
        let waits = waits.map(|(row, time)| row.received_at.as_millis().wrapping_sub(*time));
        put_ints(meta, random, &waits.collect::<Vec<i64>>());
        let sources: Vec<i64> = provenance
            .iter()
            .map(|row| row.source.number().into())
            .collect();
        put_ints(meta, random, &sources);
        out.put_optional(provenance.iter().map(|row| Some(row.key_id.as_str())));
    }
    out.put_optional(rows.iter().map(|row| match &row.id {
        EventId::Given(text) => Some(&**text),
        EventId::Fingerprint(_) => None,
    }));
    out.put_optional(rows.iter().map(|row| Some(&*row.name)));
    out.put_optional(rows.iter().map(|row| row.user_id.as_deref()));
    out.put_optional(rows.iter().map(|row| row.anonymous_id.as_deref()));
    out.put_optional(rows.iter().map(|row| row.session_id.as_deref()));
    out.put_optional(rows.iter().map(|row| row.external_id.as_deref()));
    let mut scalars = put_documents(&mut out, rows.iter().map(|row| row.device_data.as_deref()));
    scalars += put_documents(&mut out, rows.iter().map(|row| row.properties.as_deref()));
    (out.streams, scalars)
}

fn frame(streams: &Streams, level: i32) -> Vec<u8> {
    let mut head = Vec::with_capacity(streams.random.len() + 8);
    head.push(COLUMNS_V1);
    put_len(&mut head, streams.random.len());
    head.extend_from_slice(&streams.random);
    let mut body = Vec::with_capacity(streams.meta.len() + streams.text.len() + 8);
    put_len(&mut body, streams.meta.len());
    body.extend_from_slice(&streams.meta);
    body.extend_from_slice(&streams.text);
    frame::compress(Knowledge::Dictionary, level, &head, &body)
}

/// The wanted columns of a blob, which begins behind its version.
pub(super) fn decode(
    workspace: &WorkspaceId,
    blob: &[u8],
    wanted: Wanted<'_>,
) -> Result<Table, CodecError> {
    let mut blob = Reader(blob);
    let len = blob.len()?;
    let random = Reader(blob.bytes(len)?);
    frame::decompress(Knowledge::Dictionary, blob.0, |body| {
        let mut body = Reader(body);
        let len = body.len()?;
        let meta = Reader(body.bytes(len)?);
        read(workspace, ColumnReader::new(meta, body, random), wanted)
    })
}

fn read(
    workspace: &WorkspaceId,
    mut reader: ColumnReader<'_>,
    mut wants: Wanted<'_>,
) -> Result<Table, CodecError> {
    let count = reader.meta.len()?;
    if count > MAX_ROWS {
        return Err(CodecError::TooLarge);
    }
    reader
        .budget
        .spend(count * (size_of::<Event<'_>>() + size_of::<Provenance>()))?;
    let mut table = Table {
        count,
        ..Table::default()
    };
    read_ints(&mut reader.meta, &mut reader.random, count, |time| {
        table.times.push(Timestamp::from_millis(time));
    })?;
    let flags = reader.meta.byte()?;
    if flags & ALL_TIMES_GIVEN == 0 {
        table
            .time_given
            .extend(bits_of(reader.meta.bytes(count.div_ceil(8))?).take(count));
    } else {
        table.time_given.resize(count, true);
    }
    if flags & HAS_PROVENANCE != 0 {
        let rows = provenance(&mut reader, &table.times)?;
        table.provenance = wants.columns.contains(Columns::PROVENANCE).then_some(rows);
    }
    let given = texts(&mut reader, count, wants.columns.contains(Columns::ID))?;
    if wants.columns.contains(Columns::ID) && given.iter().any(Option::is_none) {
        // A fingerprint is made from everything else.
        wants = Columns::ALL.into();
    }
    let wanted = wants.columns;
    let names = texts(&mut reader, count, wanted.contains(Columns::NAME))?;
    let names = names
        .into_iter()
        .map(|name| name.ok_or(CodecError::Malformed("no name")));
    table.names = names.collect::<Result<_, _>>()?;
    table.user_ids = texts(&mut reader, count, wanted.contains(Columns::USER_ID))?;
    table.anonymous_ids = texts(&mut reader, count, wanted.contains(Columns::ANONYMOUS_ID))?;
    table.session_ids = texts(&mut reader, count, wanted.contains(Columns::SESSION_ID))?;
    table.external_ids = texts(&mut reader, count, wanted.contains(Columns::EXTERNAL_ID))?;
    // The documents lie last: whoever wants none of them is done.
    if wanted.intersects(Columns::DOCUMENTS) {
        let documents = |column: Columns, members| match members {
            _ if !wanted.contains(column) => Documents::None,
            None => Documents::Whole,
            Some(paths) => Documents::Members(paths),
        };
        let device_data = documents(Columns::DEVICE_DATA, wants.device_data);
        table.device_data = read_documents(&mut reader, count, device_data)?;
        if wanted.contains(Columns::PROPERTIES) {
            let properties = documents(Columns::PROPERTIES, wants.properties);
            table.properties = read_documents(&mut reader, count, properties)?;
        }
    }
    table.set_ids(workspace, given);
    Ok(table)
}

fn provenance(
    reader: &mut ColumnReader<'_>,
    times: &[Timestamp],
) -> Result<Vec<Provenance>, CodecError> {
    let (mut waits, mut sources) = (Vec::new(), Vec::new());
    read_ints(&mut reader.meta, &mut reader.random, times.len(), |wait| {
        waits.push(wait);
    })?;
    read_ints(
        &mut reader.meta,
        &mut reader.random,
        times.len(),
        |source| sources.push(source),
    )?;
    let keys = texts(reader, times.len(), true)?;
    let rows = times.iter().zip(waits).zip(sources).zip(keys);
    rows.map(|(((time, wait), source), key)| {
        let source = u8::try_from(source).ok().and_then(Source::from_number);
        let key = key.and_then(|key| KeyId::parse(&key).ok());
        Ok(Provenance {
            received_at: Timestamp::from_millis(time.as_millis().wrapping_add(wait)),
            key_id: key.ok_or(CodecError::Malformed("not a key id"))?,
            source: source.ok_or(CodecError::Malformed("an unknown source"))?,
        })
    })
    .collect()
}

/// A column of texts; nothing where it is not wanted.
fn texts(
    reader: &mut ColumnReader<'_>,
    count: usize,
    wanted: bool,
) -> Result<Vec<Option<String>>, CodecError> {
    if !wanted {
        reader.skip(count)?;
        return Ok(Vec::new());
    }
    let mut values = Values::default();
    reader.read(count, &mut values)?;
    let mut texts = Vec::with_capacity(count);
    for index in 0..count {
        let Some(text) = values.get(index) else {
            texts.push(None);
            continue;
        };
        reader.budget.spend(text.len())?;
        let text = std::str::from_utf8(text);
        let text = text.map_err(|_| CodecError::Malformed("a text is not UTF-8"))?;
        texts.push(Some(text.to_owned()));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn a_few_bytes_that_stand_for_very_much_are_refused() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let properties = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
        let mut event = Event {
            id: EventId::Fingerprint(0),
            name: Cow::Borrowed("a"),
            timestamp: Timestamp::default(),
            time_given: true,
            user_id: None,
            anonymous_id: None,
            session_id: None,
            external_id: None,
            properties: Some(Cow::Owned(properties)),
            device_data: None,
        };
        event.id = EventId::Fingerprint(event.fingerprint(&workspace));
        let rows = vec![event; 1_000];
        let blob = frame(&write(&rows, None).0, 3);
        assert!(blob.len() < 1_000);
        let decoded = decode(&workspace, blob.get(1..).unwrap(), Columns::ALL.into());
        assert_eq!(decoded, Err(CodecError::TooLarge));
        assert_eq!(encode(&rows, None, 3), None);
    }
}
