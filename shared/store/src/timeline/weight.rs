//! How large an entry is in an answer.

use event::escaped_len;

use super::TimelineEntry;

/// Most bytes of the entries of a page. Lambda takes answers of 6 MB; what is left is for what weighs more
/// than it seems, and for the rest of the answer.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// An entry without its texts: names of members, quotes, numbers.
const FRAME: usize = 320;

/// About the bytes that the entry takes as JSON within a JSON string, the form in which an answer leaves a
/// function; rather more than less.
pub(super) fn weight(entry: &TimelineEntry) -> usize {
    let event = &entry.event;
    let id = event.id.to_string();
    let ids = [
        &event.user_id,
        &event.anonymous_id,
        &event.session_id,
        &event.external_id,
    ];
    // They become JSON strings, of which each escape is escaped again.
    let names = ids.into_iter().flatten().map(|id| escaped_len(id));
    let names = escaped_len(&id) + escaped_len(&event.name) + names.sum::<usize>();
    // They are JSON already.
    let documents = [&event.properties, &event.device_data];
    let documents = documents.into_iter().flatten();
    let documents: usize = documents.map(|json| escaped_len(json)).sum();
    FRAME + 2 * names + documents
}
