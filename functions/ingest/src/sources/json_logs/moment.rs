//! Times as loggers write them.

use event::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A number below this is a duration or a counter, no time since 1970 in any unit.
const LEAST: f64 = 1e8;

/// The moment that a JSON value stands for, if it does for one: a text as of RFC 3339 or SQL (in UTC
/// where it names no zone), or a number, also as a text, of seconds, milliseconds, microseconds or
/// nanoseconds since 1970, told apart by its size.
pub(in crate::sources) fn parse(json: &str) -> Option<Timestamp> {
    let Some(text) = json.strip_prefix('"') else {
        return number(json);
    };
    let text = text.strip_suffix('"')?.trim_ascii();
    match text.as_bytes() {
        // A date has this at the fifth place, and no escape anywhere.
        [_, _, _, _, b'-', ..] => date(text),
        _ => number(text),
    }
}

fn date(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<jiff::Timestamp>().or_else(|_| {
        let local: DateTime = text.parse()?;
        local.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
    });
    Some(Timestamp::from_millis(moment.ok()?.as_millisecond()))
}

/// Of an integer every digit counts: nanoseconds exceed what a double holds.
fn number(text: &str) -> Option<Timestamp> {
    if let Ok(integer) = text.parse::<i64>() {
        let millis = match integer {
            100_000_000..100_000_000_000 => integer * 1_000,
            100_000_000_000..100_000_000_000_000 => integer,
            100_000_000_000_000..100_000_000_000_000_000 => integer / 1_000,
            100_000_000_000_000_000.. => integer / 1_000_000,
            _ => return None,
        };
        return Some(Timestamp::from_millis(millis));
    }
    let digits =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let number: f64 = text
        .bytes()
        .all(digits)
        .then(|| text.parse().ok())
        .flatten()?;
    let millis = match number {
        LEAST..1e11 => number * 1e3,
        1e11..1e14 => number,
        1e14..1e17 => number / 1e3,
        1e17.. => number / 1e6,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, far out of any range"
    )]
    Some(Timestamp::from_millis(millis as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_loggers_are_read() {
        for (json, millis) in [
            (r#""2026-11-21T03:13:33.312436Z""#, Some(1_795_230_813_312)),
            (r#""2026-11-21T03:05:14+00:00""#, Some(1_795_230_314_000)),
            (r#""2026-11-21T05:05:14+02:00""#, Some(1_795_230_314_000)),
            (r#""2026-11-21 03:13:33.312436""#, Some(1_795_230_813_312)),
            ("1795230818.312356", Some(1_795_230_818_312)),
            ("1795230818", Some(1_795_230_818_000)),
            ("1795230818312", Some(1_795_230_818_312)),
            ("1795230818312356", Some(1_795_230_818_312)),
            ("1795230818312356999", Some(1_795_230_818_312)),
            (r#""1795230818312""#, Some(1_795_230_818_312)),
            ("12.5", None),
            ("-1", None),
            (r#""12 ms""#, None),
            (r#""NaN""#, None),
            (r#""""#, None),
            ("true", None),
            ("null", None),
            ("{}", None),
            (r#""2026-13-41T00:00:00Z""#, None),
        ] {
            assert_eq!(parse(json), millis.map(Timestamp::from_millis), "{json}");
        }
    }
}
