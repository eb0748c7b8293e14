//! What came in last, read back.

use std::collections::HashSet;

use event::{Timestamp, WorkspaceId};

use super::document::Document;
use super::{LiveEvent, RETENTION};
use crate::fields::Fields;
use crate::query::{Newest, Range};
use crate::schema::Item;
use crate::schema::activity::attribute;
use crate::schema::live;
use crate::{Store, StoreError};

const WHAT: &str = "live events";
/// Windows read at a time.
const PAGE: i32 = 50;
/// Windows that a read passes over before it ends: an answer must come in time.
const MAX_PASSED: usize = 2_000;

/// What came in last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveEvents {
    /// Newest first.
    pub events: Vec<LiveEvent>,
    /// How many events of the same time came in that no window lists; an estimate where the stream
    /// delivered a window again.
    pub unlisted: u64,
}

/// A window as it was read.
struct Window {
    newest: Timestamp,
    unlisted: u64,
}

impl Store {
    /// The newest wanted events that were received from `from` to `to`, at most `limit`. What is older
    /// than a day is gone.
    ///
    /// Where several windows overlap, one that was written late may miss in a full answer.
    pub async fn live_events(
        &self,
        workspace: &WorkspaceId,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
        wanted: impl Fn(&LiveEvent) -> bool + Send + Sync,
    ) -> Result<LiveEvents, StoreError> {
        let from = from.max(to.minus(RETENTION));
        let (mut events, mut windows) = (Vec::new(), Vec::new());
        let mut known = HashSet::new();
        let range = |from: Timestamp, to: Timestamp| {
            let pk = live::partition(workspace, to);
            let (from, to) = live::range(from, to);
            Range { pk, from, to }
        };
        let mut pages = Newest::new(self, (from, to), PAGE, "reading live events", range);
        while events.len() < limit && windows.len() < MAX_PASSED {
            let Some(items) = pages.next().await? else {
                break;
            };
            for item in &items {
                let (window, listed) = from_item(item)?;
                windows.push(window);
                let new = |event: &LiveEvent| {
                    event.received_at >= from
                        && wanted(event)
                        && known.insert((event.key_id.clone(), event.id.clone()))
                };
                events.extend(listed.into_iter().filter(new));
            }
        }
        events.sort_by(|one, other| other.cmp(one));
        events.truncate(limit);
        let oldest = events.last().map(|event| event.received_at);
        let of_this_time = |window: &&Window| oldest.is_some_and(|oldest| window.newest >= oldest);
        let windows = windows.iter().filter(of_this_time);
        Ok(LiveEvents {
            unlisted: windows.map(|window| window.unlisted).sum(),
            events,
        })
    }
}

fn from_item(item: &Item) -> Result<(Window, Vec<LiveEvent>), StoreError> {
    let fields = Fields::new(item, WHAT);
    let newest = live::newest(fields.sk()?).ok_or_else(|| fields.corrupt())?;
    let document = Document::unpack(fields.bytes(attribute::BODY)?)?;
    let window = Window {
        newest,
        unlisted: document.total.saturating_sub(document.listed()),
    };
    Ok((window, document.into_events(newest)?))
}
