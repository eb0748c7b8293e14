//! What a client has already: `If-None-Match`.

use http::HeaderMap;
use http::header::{HeaderName, IF_NONE_MATCH};

/// Whether the request says that it has what is tagged so; compared weakly, as for every read.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag| str::strip_prefix(tag, "W/").unwrap_or(tag);
    elements(headers, &IF_NONE_MATCH).any(|given| given == "*" || opaque(given) == opaque(tag))
}

/// The elements of a header that is a list.
pub(crate) fn elements<'h>(
    headers: &'h HeaderMap,
    name: &'h HeaderName,
) -> impl Iterator<Item = &'h str> + 'h {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
