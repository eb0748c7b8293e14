//! Fluent Bit's msgpack: `[[time, metadata], record]` or `[time, record]`, one behind the other.

mod output;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use event::Timestamp;
use rmp::Marker;
use rmp::decode;

use self::output::Output;
use super::found::Found;
use crate::sources::records::{MAX_RECORD_BYTES, Outcomes, too_large};
use crate::sources::{Invalid, Outcome, Unreadable, json};

/// Type of the extension that holds a time: seconds and nanoseconds, four bytes each.
const EVENT_TIME: i8 = 0;

/// The bytes are no msgpack, or end too early.
struct Broken;

/// Adds the records of a body. Behind a broken one nothing can be told apart: it is the last.
pub(super) fn read<'a>(body: &'a [u8], outcomes: &mut Outcomes<'a>) -> Result<(), Unreadable> {
    if body.is_empty() {
        return Err(json::at("byte 0", "the body is empty"));
    }
    let received_at = outcomes.received_at();
    let mut rest = body;
    while !rest.is_empty() {
        let at = body.len() - rest.len();
        match entry(&mut rest) {
            Ok(Some(entry)) => outcomes.push(draft(entry, received_at))?,
            Ok(None) => outcomes.push(Err(Invalid::at("", "must be a time and a map")))?,
            Err(Broken) if at == 0 => {
                return Err(json::at("byte 0", "not msgpack, or cut off"));
            }
            Err(Broken) => {
                return outcomes.push(Err(Invalid::at("", "is cut off, or no msgpack")));
            }
        }
    }
    Ok(())
}

struct Entry {
    time: Option<Timestamp>,
    /// A JSON object, or nothing.
    metadata: Output,
    /// A JSON object.
    record: Output,
}

fn draft(entry: Entry, received_at: Timestamp) -> Outcome<'static> {
    let record = entry.record.into_text().ok_or_else(too_large)?;
    let metadata = entry.metadata.into_text().ok_or_else(too_large)?;
    let found: Found = serde_json::from_str(&record)
        .map_err(|_| Invalid::at("", "is nested too deep or cannot be said in JSON"))?;
    let found = entry.time.map_or(found, |time| found.at(time));
    let mut draft = super::draft(record.into(), found, received_at)?;
    draft.members.device_data = Some(metadata).filter(|text| text.len() > 2).map(Into::into);
    Ok(draft)
}

/// The next entry, or `None` where something else stands.
fn entry(rest: &mut &[u8]) -> Result<Option<Entry>, Broken> {
    let (time, metadata) = match (array(rest), array(rest)) {
        (Some(2), Some(2)) => (time(rest)?, written(rest)?),
        (Some(2), None) if !is_map(rest) => (time(rest)?, Output::default()),
        // A record alone or at the beginning of an array of records; or something else.
        _ => (None, Output::default()),
    };
    let is_map = is_map(rest);
    let record = written(rest)?;
    Ok(is_map.then_some(Entry {
        time,
        metadata,
        record,
    }))
}

/// The length of the array that begins here; nothing is taken where none does.
fn array(rest: &mut &[u8]) -> Option<u32> {
    let mut ahead = *rest;
    let length = decode::read_array_len(&mut ahead).ok()?;
    *rest = ahead;
    Some(length)
}

fn time(rest: &mut &[u8]) -> Result<Option<Timestamp>, Broken> {
    let mut ahead = *rest;
    if let Ok(meta) = decode::read_ext_meta(&mut ahead) {
        let data = take(&mut ahead, meta.size)?;
        *rest = ahead;
        let Some((seconds, nanos)) = data
            .split_first_chunk()
            .filter(|_| meta.typeid == EVENT_TIME)
        else {
            return Ok(None);
        };
        let nanos = nanos
            .first_chunk()
            .map_or(0, |nanos| u32::from_be_bytes(*nanos));
        let millis = i64::from(u32::from_be_bytes(*seconds)) * 1_000 + i64::from(nanos / 1_000_000);
        return Ok(Some(Timestamp::from_millis(millis)));
    }
    let text = written(rest)?.into_text();
    Ok(text.and_then(|text| super::moment::parse(&text)))
}

fn written(rest: &mut &[u8]) -> Result<Output, Broken> {
    let mut out = Output::default();
    value(rest, &mut out, 0)?;
    Ok(out)
}

/// Whether a map begins here.
fn is_map(rest: &[u8]) -> bool {
    let marker = rest.first().map(|&byte| Marker::from_u8(byte));
    matches!(
        marker,
        Some(Marker::FixMap(_) | Marker::Map16 | Marker::Map32)
    )
}

/// Writes the value that begins here as JSON.
fn value(rest: &mut &[u8], out: &mut Output, depth: usize) -> Result<(), Broken> {
    // One more than is accepted: the check that names the limit sees it.
    if depth > edge::MAX_NESTING + 1 {
        return Err(Broken);
    }
    let marker = rest
        .first()
        .map(|&byte| Marker::from_u8(byte))
        .ok_or(Broken)?;
    match marker {
        Marker::Null => {
            take(rest, 1)?;
            out.raw("null");
        }
        Marker::True | Marker::False => {
            take(rest, 1)?;
            out.raw(if marker == Marker::True {
                "true"
            } else {
                "false"
            });
        }
        Marker::F32 => float(decode::read_f32(rest).map_err(|_| Broken)?.into(), out),
        Marker::F64 => float(decode::read_f64(rest).map_err(|_| Broken)?, out),
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
            let length = decode::read_str_len(rest).map_err(|_| Broken)?;
            string(take(rest, length)?, out);
        }
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
            let length = decode::read_bin_len(rest).map_err(|_| Broken)?;
            string(take(rest, length)?, out);
        }
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
            let length = decode::read_array_len(rest).map_err(|_| Broken)?;
            out.raw("[");
            for place in 0..length {
                if place > 0 {
                    out.raw(",");
                }
                value(rest, out, depth + 1)?;
            }
            out.raw("]");
        }
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
            let length = decode::read_map_len(rest).map_err(|_| Broken)?;
            out.raw("{");
            for place in 0..length {
                if place > 0 {
                    out.raw(",");
                }
                name(rest, out, depth + 1)?;
                out.raw(":");
                value(rest, out, depth + 1)?;
            }
            out.raw("}");
        }
        Marker::FixExt1
        | Marker::FixExt2
        | Marker::FixExt4
        | Marker::FixExt8
        | Marker::FixExt16
        | Marker::Ext8
        | Marker::Ext16
        | Marker::Ext32 => {
            let meta = decode::read_ext_meta(rest).map_err(|_| Broken)?;
            base64(take(rest, meta.size)?, out);
        }
        Marker::Reserved => return Err(Broken),
        Marker::FixPos(_)
        | Marker::FixNeg(_)
        | Marker::U8
        | Marker::U16
        | Marker::U32
        | Marker::U64
        | Marker::I8
        | Marker::I16
        | Marker::I32
        | Marker::I64 => {
            let integer: i128 = decode::read_int(rest).map_err(|_| Broken)?;
            out.raw(&integer.to_string());
        }
    }
    Ok(())
}

/// The name of a member, which JSON wants to be a string.
fn name(rest: &mut &[u8], out: &mut Output, depth: usize) -> Result<(), Broken> {
    let mut name = Output::default();
    value(rest, &mut name, depth)?;
    match name.into_text() {
        Some(text) if text.starts_with('"') => out.raw(&text),
        Some(text) => out.json(&text),
        None => out.overflow(),
    }
    Ok(())
}

/// Bytes that should be text; what is not is given in base64.
fn string(bytes: &[u8], out: &mut Output) {
    match std::str::from_utf8(bytes) {
        Ok(string) => out.json(string),
        Err(_) => base64(bytes, out),
    }
}

fn base64(bytes: &[u8], out: &mut Output) {
    if bytes.len() > MAX_RECORD_BYTES {
        out.overflow();
    } else {
        out.json(&BASE64_STANDARD.encode(bytes));
    }
}

fn float(number: f64, out: &mut Output) {
    if number.is_finite() {
        // Rust writes a number with a fraction or an exponent as JSON does.
        out.raw(&format!("{number:?}"));
    } else if number.is_nan() {
        out.json("NaN");
    } else {
        out.json(if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
    }
}

fn take<'a>(rest: &mut &'a [u8], length: u32) -> Result<&'a [u8], Broken> {
    let length = usize::try_from(length).map_err(|_| Broken)?;
    let (taken, behind) = rest.split_at_checked(length).ok_or(Broken)?;
    *rest = behind;
    Ok(taken)
}
