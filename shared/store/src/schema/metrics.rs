//! Keys and attributes of the Metrics API: saved metrics and the keys of access tokens in the control
//! table; queries that ran, kept answers and attempts in the activity table.

use event::{Day, MetricId, Timestamp, WorkspaceId};

use super::{Key, LAST, SEPARATOR, control, digest, moment};

/// The attributes beside those of the tables' other items.
pub(crate) mod attribute {
    /// The id of a saved metric.
    pub(crate) const METRIC_ID: &str = "metric";
    /// When a saved metric was changed last.
    pub(crate) const CHANGED_AT: &str = "changed";
    /// A public key.
    pub(crate) const PUBLIC_KEY: &str = "public";
    /// How often.
    pub(crate) const COUNT: &str = "n";
    /// What is known of an answer beside its pages.
    pub(crate) const META: &str = "m";
    /// How many pieces a page has.
    pub(crate) const PIECES: &str = "p";
    /// When an answer was computed.
    pub(crate) const AS_OF: &str = "at";
    /// Until when something holds, in milliseconds since the epoch.
    pub(crate) const UNTIL: &str = "u";
    /// The version of the saved metric that an answer is of.
    pub(crate) const METRIC_VERSION: &str = "v";
}

/// Prefix of the sort keys of a workspace's saved metrics.
pub(crate) const METRIC_PREFIX: &str = "METRIC#";
/// The partition of the public keys of access tokens.
pub(crate) const TOKEN_KEYS: &str = "TOKENKEYS";

/// A saved metric.
pub(crate) fn metric(workspace: &WorkspaceId, id: &MetricId) -> Key {
    Key::new(
        control::workspace_partition(workspace),
        format!("{METRIC_PREFIX}{id}"),
    )
}

/// The holder of a saved metric's name.
pub(crate) fn metric_name(workspace: &WorkspaceId, name: &str) -> Key {
    Key::new(
        control::workspace_partition(workspace),
        format!("METRICNAME#{name}"),
    )
}

/// A public key of access tokens.
pub(crate) fn token_key(id: &str) -> Key {
    Key::new(TOKEN_KEYS, id)
}

/// The partition of the queries of a day.
pub(crate) fn runs_partition(workspace: &WorkspaceId, day: Day) -> String {
    format!("{workspace}{SEPARATOR}ran{SEPARATOR}{day}")
}

/// A query that ran. `salt` keeps two of the same moment apart.
pub(crate) fn run(workspace: &WorkspaceId, at: Timestamp, salt: u32) -> Key {
    Key::new(
        runs_partition(workspace, at.day()),
        format!("{}{salt:08x}", moment::encode(at)),
    )
}

/// The sort keys of the queries between the moments, both included.
pub(crate) fn runs_range(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        moment::encode(from),
        format!("{}{LAST}", moment::encode(to)),
    )
}

/// The moment in the sort key of a query that ran.
pub(crate) fn run_at(sk: &str) -> Option<Timestamp> {
    moment::decode(sk.get(..moment::CHARS)?)
}

/// The first piece of the first page of the newest answer to a question: it says of when it is.
pub(crate) fn answer_start(workspace: &WorkspaceId, answer: u128) -> Key {
    Key::new(answer_page_partition(workspace, answer, 0), "00")
}

/// Any other piece of a page. What computing it anew brings lies beside it.
pub(crate) fn answer_piece(
    workspace: &WorkspaceId,
    answer: u128,
    as_of: Timestamp,
    page: usize,
    piece: usize,
) -> Key {
    let as_of = moment::encode(as_of);
    Key::new(
        answer_page_partition(workspace, answer, page),
        format!("{as_of}{SEPARATOR}{piece:02}"),
    )
}

/// Says that somebody computes an answer.
pub(crate) fn answer_mark(workspace: &WorkspaceId, answer: u128) -> Key {
    Key::new(answer_partition(workspace, answer), "MARK")
}

/// A partition for each page: it takes a megabyte a second.
fn answer_page_partition(workspace: &WorkspaceId, answer: u128, page: usize) -> String {
    let answer = answer_partition(workspace, answer);
    format!("{answer}{SEPARATOR}{page:04}")
}

fn answer_partition(workspace: &WorkspaceId, answer: u128) -> String {
    let digest = digest::encode(answer);
    format!("{workspace}{SEPARATOR}answer{SEPARATOR}{digest}")
}

/// The attempts of somebody, known by a digest, in a minute.
pub(crate) fn attempts(who: u128, minute: i64) -> Key {
    let digest = digest::encode(who);
    Key::new(
        format!("attempts{SEPARATOR}{digest}"),
        format!("{minute:012}"),
    )
}
