//! The row layout: one event after the other.
//!
//! ```text
//! blob       = version varint(random length) random frame(varint(count) has_provenance row*)
//! row        = flags int(time - previous time) [provenance] varint(length)* text*
//! provenance = int(received_at - time) source key_id
//! ```
//! In the place of an id's length stands [`SAME`] or [`RANDOM`], or the length and 2.

use std::borrow::Cow;

use super::frame::{self, Knowledge};
use super::hex::{UUID_LEN, print_uuid, put_hex, uuid_digits};
use super::wire::{Budget, Reader, put_len, put_varint, zigzag};
use super::{CodecError, Decoded, MAX_ROWS, ROWS_V1};
use crate::ids::KEY_ID_CHARS;
use crate::{Event, EventId, KeyId, Provenance, Source, Timestamp, WorkspaceId};

/// The flag of the time; the seven lower bits say which ids and documents are there.
const TIME_GIVEN: u8 = 1 << 7;
/// The given id, and four ids of people.
const IDS: usize = 5;
/// The first of the flags of the two documents.
const DOCUMENT_BIT: usize = IDS;

/// The id is that of the row before.
const SAME: usize = 0;
/// The id is a UUID, whose bytes stand before the frame: compressing them would cost time and bytes.
const RANDOM: usize = 1;
/// Added to the length of any other id.
const LENGTH: usize = 2;

/// The rows as one blob.
pub(super) fn encode(rows: &[Event<'_>], provenance: Option<&[Provenance]>, level: i32) -> Vec<u8> {
    let mut body = Vec::with_capacity(rows.iter().map(|row| row.size() + 24).sum());
    let mut random = Vec::with_capacity(rows.len() * 3 * 16);
    put_len(&mut body, rows.len());
    body.push(u8::from(provenance.is_some()));
    let mut provenance = provenance.unwrap_or_default().iter();
    let mut before: ([Option<&str>; IDS], i64) = ([None; IDS], 0);
    for row in rows {
        before = put_row(&mut body, &mut random, row, provenance.next(), before);
    }
    let mut head = Vec::with_capacity(random.len() + 4);
    head.push(ROWS_V1);
    put_len(&mut head, random.len());
    head.extend_from_slice(&random);
    frame::compress(Knowledge::Nothing, level, &head, &body)
}

fn put_row<'a>(
    body: &mut Vec<u8>,
    random: &mut Vec<u8>,
    row: &'a Event<'_>,
    provenance: Option<&Provenance>,
    (ids_before, time_before): ([Option<&str>; IDS], i64),
) -> ([Option<&'a str>; IDS], i64) {
    let ids = [
        match &row.id {
            EventId::Given(text) => Some(&**text),
            EventId::Fingerprint(_) => None,
        },
        row.user_id.as_deref(),
        row.anonymous_id.as_deref(),
        row.session_id.as_deref(),
        row.external_id.as_deref(),
    ];
    let documents = [row.device_data.as_deref(), row.properties.as_deref()];
    let mut flags = if row.time_given { TIME_GIVEN } else { 0 };
    for (bit, text) in ids.iter().chain(&documents).enumerate() {
        flags |= u8::from(text.is_some()) << bit;
    }
    body.push(flags);
    let time = row.timestamp.as_millis();
    put_varint(body, zigzag(time.wrapping_sub(time_before)));
    if let Some(provenance) = provenance {
        put_varint(
            body,
            zigzag(provenance.received_at.as_millis().wrapping_sub(time)),
        );
        body.push(provenance.source.number());
        body.extend_from_slice(provenance.key_id.as_str().as_bytes());
    }
    let mut texts = ids;
    for ((id, text), before) in ids.iter().zip(&mut texts).zip(ids_before) {
        let Some(id) = id else {
            continue;
        };
        let start = random.len();
        if before == Some(id) {
            put_len(body, SAME);
            *text = None;
        } else if uuid_digits(id).is_some_and(|digits| put_hex(random, &digits)) {
            put_len(body, RANDOM);
            *text = None;
        } else {
            random.truncate(start);
            put_len(body, id.len() + LENGTH);
        }
    }
    put_len(body, row.name.len());
    documents
        .into_iter()
        .flatten()
        .for_each(|text| put_len(body, text.len()));
    let texts = texts.into_iter().flatten().chain([&*row.name]);
    texts
        .chain(documents.into_iter().flatten())
        .for_each(|text| body.extend(text.as_bytes()));
    (ids, time)
}

/// The rows of a blob, which begins behind its version.
pub(super) fn decode(workspace: &WorkspaceId, blob: &[u8]) -> Result<Decoded, CodecError> {
    let mut blob = Reader(blob);
    let len = blob.len()?;
    let random = Reader(blob.bytes(len)?);
    frame::decompress(Knowledge::Nothing, blob.0, |body| {
        RowReader {
            body: Reader(body),
            random,
            budget: Budget::new(),
        }
        .read(workspace)
    })
}

struct RowReader<'b> {
    body: Reader<'b>,
    random: Reader<'b>,
    budget: Budget,
}

type Ids = [Option<Cow<'static, str>>; IDS];

impl RowReader<'_> {
    fn read(mut self, workspace: &WorkspaceId) -> Result<Decoded, CodecError> {
        let count = self.body.len()?;
        if count > MAX_ROWS {
            return Err(CodecError::TooLarge);
        }
        let has_provenance = self.body.byte()? != 0;
        let (mut events, mut provenance) = (Vec::<Event<'static>>::new(), Vec::new());
        let mut ids = Ids::default();
        let mut time = 0_i64;
        for _ in 0..count {
            self.budget
                .spend(2 * (size_of::<Event<'_>>() + size_of::<Provenance>()))?;
            let flags = self.body.byte()?;
            time = time.wrapping_add(self.body.int()?);
            if has_provenance {
                provenance.push(self.provenance(time)?);
            }
            let mut event = self.row(flags, &mut ids)?;
            event.timestamp = Timestamp::from_millis(time);
            event.id = match ids.first().cloned().flatten() {
                Some(text) => EventId::Given(text),
                None => EventId::Fingerprint(event.fingerprint(workspace)),
            };
            events.push(event);
        }
        self.body.finish()?;
        Ok(Decoded {
            events,
            provenance: has_provenance.then_some(provenance),
        })
    }

    fn provenance(&mut self, time: i64) -> Result<Provenance, CodecError> {
        let wait = self.body.int()?;
        let source = Source::from_number(self.body.byte()?);
        let key_id = KeyId::parse(self.body.text(KEY_ID_CHARS)?);
        Ok(Provenance {
            received_at: Timestamp::from_millis(time.wrapping_add(wait)),
            key_id: key_id.map_err(|_| CodecError::Malformed("not a key id"))?,
            source: source.ok_or(CodecError::Malformed("an unknown source"))?,
        })
    }

    /// The row without its time and id; `ids` are those of the row before, and then its own.
    fn row(&mut self, flags: u8, ids: &mut Ids) -> Result<Event<'static>, CodecError> {
        let mut codes = [None; IDS];
        for (bit, code) in codes.iter_mut().enumerate() {
            if flags & 1 << bit != 0 {
                *code = Some(self.body.len()?);
            }
        }
        let name_len = self.body.len()?;
        let mut document_lens = [None; 2];
        for (bit, len) in (DOCUMENT_BIT..).zip(&mut document_lens) {
            if flags & 1 << bit != 0 {
                *len = Some(self.body.len()?);
            }
        }
        for (id, code) in ids.iter_mut().zip(codes) {
            match code {
                None => *id = None,
                Some(SAME) => self.budget.spend(id.as_deref().map_or(0, str::len))?,
                Some(RANDOM) => {
                    let bytes = self.random.bytes(16)?.try_into();
                    let mut text = Vec::with_capacity(UUID_LEN);
                    print_uuid(&mut text, bytes.map_err(|_| CodecError::Truncated)?);
                    *id = String::from_utf8(text).ok().map(Cow::Owned);
                }
                Some(len) => *id = Some(self.text(len - LENGTH)?),
            }
        }
        let name = self.text(name_len)?;
        let mut document = |len: Option<usize>| len.map(|len| self.text(len)).transpose();
        let [device_len, properties_len] = document_lens;
        let [_, user_id, anonymous_id, session_id, external_id] = ids.clone();
        Ok(Event {
            id: EventId::Fingerprint(0),
            name,
            timestamp: Timestamp::default(),
            time_given: flags & TIME_GIVEN != 0,
            user_id,
            anonymous_id,
            session_id,
            external_id,
            device_data: document(device_len)?,
            properties: document(properties_len)?,
        })
    }

    fn text(&mut self, len: usize) -> Result<Cow<'static, str>, CodecError> {
        self.budget.spend(len)?;
        Ok(Cow::Owned(self.body.text(len)?.to_owned()))
    }
}
