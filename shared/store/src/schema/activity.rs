//! Keys and attributes of the activity table.

use event::{Day, KeyId, Signal, Timestamp, WorkspaceId};

use super::{Key, LAST, SEPARATOR, events, moment};

/// The attributes. Counters carry the hour of the day in their names: see [`counter`].
pub(crate) mod attribute {
    /// The newest receipt time that was counted.
    pub(crate) const LAST_USED: &str = "u";
    /// A packed document.
    pub(crate) const BODY: &str = "b";
    /// Counts the changes of a document.
    pub(crate) const VERSION: &str = "v";
    /// Prefix of the watermarks, one per shard of a log partition.
    pub(crate) const LANE: char = 'l';
    /// Accepted events.
    pub(crate) const EVENTS: char = 'e';
    /// Accepted requests.
    pub(crate) const REQUESTS: char = 'q';
    /// Accepted events that came with the previous secret.
    pub(crate) const OLD_EVENTS: char = 'f';
    /// Accepted requests that came with the previous secret.
    pub(crate) const OLD_REQUESTS: char = 'g';
    /// Refusals by reason.
    pub(crate) const REFUSED: char = 'r';
    /// Requests that leave no trace in the log, by operation.
    pub(crate) const CALLS: char = 'o';
}

/// The sort key of what functions count themselves ends so.
const DIRECT: &str = "direct";

/// The attribute of an hour's counter, such as `e07`.
pub(crate) fn counter(prefix: char, hour: i64) -> String {
    format!("{prefix}{hour:02}")
}

/// The attribute of an hour's counter by name, such as `r07:ip_not_allowed`.
pub(crate) fn named_counter(prefix: char, hour: i64, name: &str) -> String {
    format!("{prefix}{hour:02}:{name}")
}

/// The attribute of the watermark of a log partition's shard, such as `l07`.
pub(crate) fn lane(shard: u8) -> String {
    format!("{}{shard:02}", attribute::LANE)
}

/// What a counter's or a watermark's attribute says: prefix, number, name.
pub(crate) fn numbered(attribute: &str) -> Option<(char, u8, Option<&str>)> {
    let mut characters = attribute.chars();
    let prefix = characters.next()?;
    let (number, name) = characters.as_str().split_at_checked(2)?;
    let name = match name {
        "" => None,
        name => Some(name.strip_prefix(':')?),
    };
    Some((prefix, number.parse().ok()?, name))
}

/// The partition of a workspace's usage of a day, by the day of receipt.
pub(crate) fn usage_partition(workspace: &WorkspaceId, day: Day) -> String {
    format!("{workspace}{SEPARATOR}usage{SEPARATOR}{day}")
}

/// A key's accepted chunks of a day that lie in the log under one signal and event day.
pub(crate) fn accepted(
    workspace: &WorkspaceId,
    key: &KeyId,
    received_on: Day,
    signal: Signal,
    event_day: Day,
) -> Key {
    let signal = events::letter(signal);
    Key::new(
        usage_partition(workspace, received_on),
        format!("{key}{SEPARATOR}{signal}{SEPARATOR}{event_day}"),
    )
}

/// What functions counted of a key on a day: refusals and reads.
pub(crate) fn direct(workspace: &WorkspaceId, key: &KeyId, day: Day) -> Key {
    Key::new(
        usage_partition(workspace, day),
        format!("{key}{SEPARATOR}{DIRECT}"),
    )
}

/// The sort keys of one key's usage items, or of all keys'.
pub(crate) fn usage_range(key: Option<&KeyId>) -> (String, String) {
    match key {
        Some(key) => (
            format!("{key}{SEPARATOR}"),
            format!("{key}{SEPARATOR}{LAST}"),
        ),
        None => (String::from("0"), LAST.to_string()),
    }
}

/// Whose usage item has that sort key.
pub(crate) fn usage_key(sk: &str) -> Option<KeyId> {
    KeyId::parse(sk.split_once(SEPARATOR)?.0).ok()
}

/// The partition of the last uses of a workspace's keys.
pub(crate) fn seen_partition(workspace: &WorkspaceId) -> String {
    format!("{workspace}{SEPARATOR}seen")
}

/// When a key was last used, to the hour.
pub(crate) fn seen(workspace: &WorkspaceId, key: &KeyId) -> Key {
    Key::new(seen_partition(workspace), key.as_str())
}

/// The partition of who sent what with a key.
pub(crate) fn traffic_partition(workspace: &WorkspaceId, key: &KeyId) -> String {
    format!("{workspace}{SEPARATOR}sent{SEPARATOR}{key}")
}

/// Who sent what with a key in one hour of receipt, as far as it lies in the log under one signal
/// and event day.
pub(crate) fn traffic(
    workspace: &WorkspaceId,
    key: &KeyId,
    hour: Timestamp,
    signal: Signal,
    event_day: Day,
) -> Key {
    let (hour, signal) = (moment::encode(hour), events::letter(signal));
    Key::new(
        traffic_partition(workspace, key),
        format!("{hour}{SEPARATOR}{signal}{SEPARATOR}{event_day}"),
    )
}

/// The sort keys of the hours that begin between the moments, both included.
pub(crate) fn traffic_range(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        moment::encode(from),
        format!("{}{LAST}", moment::encode(to)),
    )
}

/// The hour in a sort key.
pub(crate) fn traffic_hour(sk: &str) -> Option<Timestamp> {
    moment::decode(sk.get(..moment::CHARS)?)
}

/// The partition of a day's samples of refused events.
pub(crate) fn refused_partition(workspace: &WorkspaceId, day: Day) -> String {
    format!("{workspace}{SEPARATOR}refused{SEPARATOR}{day}")
}

/// A sample of what was refused. `salt` keeps two of the same moment apart.
pub(crate) fn refused(workspace: &WorkspaceId, at: Timestamp, salt: u32) -> Key {
    Key::new(
        refused_partition(workspace, at.day()),
        format!("{}{salt:08x}", moment::encode(at)),
    )
}

/// The sort keys of samples between the moments, both included.
pub(crate) fn refused_range(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        moment::encode(from),
        format!("{}{LAST}", moment::encode(to)),
    )
}

/// The moment in a sample's sort key.
pub(crate) fn refused_at(sk: &str) -> Option<Timestamp> {
    moment::decode(sk.get(..moment::CHARS)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_tell_what_they_count() {
        assert_eq!(numbered(&counter('e', 7)), Some(('e', 7, None)));
        assert_eq!(
            numbered(&named_counter('r', 23, "ip_not_allowed")),
            Some(('r', 23, Some("ip_not_allowed")))
        );
        assert_eq!(numbered(&lane(15)), Some(('l', 15, None)));
        for other in ["u", "ttl", "pk", "b", "e7", "e07x"] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }

    #[test]
    fn one_keys_items_lie_in_its_range_and_every_keys_in_that_of_all() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let keys = ["000000000000", "zzzzzzzzzzzz"].map(|id| KeyId::parse(id).unwrap());
        let day = Timestamp::from_millis(1_795_229_788_987).day();
        let [a, z] = keys.each_ref().map(|key| {
            [
                accepted(&workspace, key, day, Signal::Events, day).sk,
                direct(&workspace, key, day).sk,
            ]
        });
        let holds = |(low, high): &(String, String), sk: &String| low <= sk && sk <= high;
        let of_a = usage_range(keys.first());
        assert!(a.iter().all(|sk| holds(&of_a, sk)));
        assert!(!z.iter().any(|sk| holds(&of_a, sk)));
        assert!(a.iter().chain(&z).all(|sk| holds(&usage_range(None), sk)));
        assert_eq!(usage_key(&a[0]), keys.first().cloned());
    }
}
