//! Objects in whatever arrangement.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::found::Found;
use crate::sources::records::Outcomes;
use crate::sources::{Invalid, Unreadable, json};

/// Adds the records of a body.
pub(super) fn read<'a>(body: &'a [u8], outcomes: &mut Outcomes<'a>) -> Result<(), Unreadable> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) if body.trim_ascii_start().starts_with(b"[") => {
            return Err(json::at(
                &format!("byte {}", error.valid_up_to()),
                "not UTF-8",
            ));
        }
        Err(_) => return read_lines(body, outcomes),
    };
    if text.trim_ascii().is_empty() {
        return Err(json::at("line 1, column 1", "the body is empty"));
    }
    read_text(text, outcomes)
}

/// The records of a body of which not every line is text.
fn read_lines<'a>(body: &'a [u8], outcomes: &mut Outcomes<'a>) -> Result<(), Unreadable> {
    for line in body.split(|&byte| byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => read_text(line, outcomes)?,
            Err(_) => outcomes.push(Err(Invalid::at("", "is not UTF-8")))?,
        }
    }
    Ok(())
}

fn read_text<'a>(text: &'a str, outcomes: &mut Outcomes<'a>) -> Result<(), Unreadable> {
    let received_at = outcomes.received_at();
    if text.trim_ascii_start().starts_with('[') {
        return array(text, |text, found| {
            let draft =
                found.and_then(|found| super::draft(Cow::Borrowed(text), found, received_at));
            outcomes.push(draft)
        });
    }
    objects(text, |text, found| {
        let draft = found.and_then(|found| super::draft(Cow::Borrowed(text), found, received_at));
        outcomes.push(draft)
    })
}

/// Calls `take` for each object of a text: one to a line, several on a line, or one over several
/// lines. What is none costs the rest of its line.
pub(in crate::sources) fn objects<'a>(
    text: &'a str,
    mut take: impl FnMut(&'a str, Result<Found, Invalid>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    // Once an object that ends on no later line was looked for in vain, lines stand for themselves:
    // else a body of many beginnings would be read through for each of them.
    let mut over_lines = true;
    let mut rest = text.trim_ascii_start();
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let (mut line, mut after) = rest.split_at(end);
        while !line.trim_ascii_start().is_empty() {
            line = line.trim_ascii_start();
            match first::<Found>(line) {
                Ok((object, found, behind)) => {
                    take(object, Ok(found))?;
                    line = behind;
                }
                Err(Category::Eof) if over_lines && !after.is_empty() => {
                    let start = text.len() - line.len() - after.len();
                    let open = text.get(start..).unwrap_or_default();
                    if let Ok((object, found, behind)) = first::<Found>(open) {
                        take(object, Ok(found))?;
                        let end = memchr::memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
                        (line, after) = behind.split_at(end);
                    } else {
                        over_lines = false;
                    }
                }
                Err(_) => {
                    take(line, Err(Invalid::at("", "is no JSON object")))?;
                    line = "";
                }
            }
        }
        rest = after.trim_ascii_start();
    }
    Ok(())
}

/// Calls `take` for each item of the array that a text is; more arrays may follow.
pub(in crate::sources) fn array<'a>(
    text: &'a str,
    mut take: impl FnMut(&'a str, Result<Found, Invalid>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut rest = text.trim_ascii_start();
    while let Some(inside) = rest.strip_prefix('[') {
        rest = inside.trim_ascii_start();
        if !rest.starts_with(']') {
            loop {
                match first::<Found>(rest) {
                    Ok((object, found, behind)) => {
                        take(object, Ok(found))?;
                        rest = behind.trim_ascii_start();
                    }
                    Err(_) => match first::<IgnoredAny>(rest) {
                        Ok((other, _, behind)) => {
                            take(other, Err(Invalid::at("", "must be an object")))?;
                            rest = behind.trim_ascii_start();
                        }
                        Err(_) => return Err(broken(text, rest)),
                    },
                }
                match rest.strip_prefix(',') {
                    Some(next) => rest = next.trim_ascii_start(),
                    None => break,
                }
            }
        }
        let Some(behind) = rest.strip_prefix(']') else {
            return Err(broken(text, rest));
        };
        rest = behind.trim_ascii_start();
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(broken(text, rest))
    }
}

/// The first JSON value of a text: its own text, what it holds, and what comes behind it.
fn first<'a, T: Deserialize<'a>>(text: &'a str) -> Result<(&'a str, T, &'a str), Category> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    match values.next() {
        Some(Ok(value)) => {
            let (own, behind) = text
                .split_at_checked(values.byte_offset())
                .ok_or(Category::Io)?;
            Ok((own, value, behind))
        }
        Some(Err(error)) => Err(error.classify()),
        None => Err(Category::Eof),
    }
}

/// The item at the beginning of `rest` is the fault of the array `text`.
fn broken(text: &str, rest: &str) -> Unreadable {
    let before = text.get(..text.len() - rest.len()).unwrap_or_default();
    let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let column = 1 + before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
    let message = if rest.is_empty() {
        "the JSON text ends too early"
    } else {
        "what begins here is not valid JSON, or ends too early"
    };
    json::at(&format!("line {line}, column {column}"), message)
}
