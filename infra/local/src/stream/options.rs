//! How a stream is delivered.

use std::path::PathBuf;
use std::time::Duration;

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was put where there was none.
    Insert,
    /// It was changed.
    Modify,
    /// It was deleted, by a request or because it expired.
    Remove,
}

impl EventKind {
    /// The name in a record's `eventName`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}

/// Settings of an event source mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long to gather records before a batch that is not full leaves (1 s). Not used by
    /// [`drain`](crate::stream::Deliverer::drain).
    pub window: Duration,
    /// Records of a batch at most (100). A batch also ends before 6 MB.
    pub batch_size: usize,
    /// The kinds delivered (insertions); records of other kinds are passed over.
    pub only: Vec<EventKind>,
    /// Where the position is kept, so that a restart goes on from there (nowhere).
    pub position_file: Option<PathBuf>,
    /// How often a batch is tried before it is given up (for ever; `drain` gives up after 20).
    pub max_attempts: Option<u32>,
    /// Whether a batch that failed as a whole is tried again in halves (yes).
    pub bisect: bool,
    /// With a seed, batches are cut at random borders and some are delivered a second time, cut
    /// elsewhere (no seed).
    pub seed: Option<u64>,
    /// The pause after a first failure (100 ms); it doubles with each further one.
    pub first_backoff: Duration,
    /// The longest pause (10 s).
    pub max_backoff: Duration,
    /// How often `run` looks for new records (100 ms).
    pub poll: Duration,
    /// The region in records and in the stream's ARN (`us-east-1`).
    pub region: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(1),
            batch_size: 100,
            only: vec![EventKind::Insert],
            position_file: None,
            max_attempts: None,
            bisect: true,
            seed: None,
            first_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(10),
            poll: Duration::from_millis(100),
            region: "us-east-1".into(),
        }
    }
}
