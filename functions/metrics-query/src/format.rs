//! Which format a client accepts.

use edge::Problem;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use query::Format;

/// The formats by their media types, the one for everybody first.
const FORMATS: [(&str, Format); 4] = [
    ("application/json", Format::Json),
    ("text/csv", Format::Csv),
    ("application/x-ndjson", Format::NdJson),
    ("application/vnd.apache.arrow.stream", Format::ArrowStream),
];

/// The format that the client prefers.
pub(crate) fn of(headers: &HeaderMap) -> Result<Format, Problem> {
    let mut best = None;
    let mut asks = false;
    for accept in headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|it| it.to_str().ok())
    {
        for range in accept.split(',').filter(|range| !range.trim().is_empty()) {
            asks = true;
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
            let quality = quality.unwrap_or(1.0);
            let format = FORMATS.iter().find(|(name, _)| matches(media, name));
            let is_better = best.is_none_or(|(_, known)| quality > known);
            if let Some((_, format)) = format
                && quality > 0.0
                && is_better
            {
                best = Some((*format, quality));
            }
        }
    }
    match best {
        Some((format, _)) => Ok(format),
        None if asks => Err(Problem::InvalidParameter {
            name: "Accept",
            message: "must be application/json, text/csv, application/x-ndjson or application/vnd.apache.arrow.stream"
                .into(),
        }),
        None => Ok(Format::Json),
    }
}

/// The media type of a format.
pub(crate) fn media_type(format: Format) -> HeaderValue {
    HeaderValue::from_static(match format {
        Format::Json => "application/json",
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::NdJson => "application/x-ndjson",
        Format::ArrowStream => "application/vnd.apache.arrow.stream",
    })
}

fn matches(range: &str, media: &str) -> bool {
    range == "*/*"
        || range.eq_ignore_ascii_case(media)
        || range
            .strip_suffix("/*")
            .is_some_and(|family| media.split('/').next() == Some(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_accept(accept: &'static str) -> Option<Format> {
        of(&HeaderMap::from_iter([(
            ACCEPT,
            HeaderValue::from_static(accept),
        )]))
        .ok()
    }

    #[test]
    fn the_client_gets_what_it_prefers() {
        assert_eq!(of(&HeaderMap::new()), Ok(Format::Json));
        assert_eq!(of_accept("*/*"), Some(Format::Json));
        assert_eq!(of_accept("text/*"), Some(Format::Csv));
        assert_eq!(
            of_accept("text/csv;q=0.5, application/x-ndjson"),
            Some(Format::NdJson)
        );
        assert_eq!(of_accept("text/html, */*;q=0.1"), Some(Format::Json));
        assert_eq!(of_accept("image/png"), None);
    }
}
