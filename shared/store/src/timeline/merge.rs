//! The items of several profiles as one sequence of entries, newest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use event::{Timestamp, WorkspaceId};

use super::TimelineEntry;
use super::cursor::Place;
use super::lane::Lane;
use crate::parallel::in_parallel;
use crate::{Store, StoreError};

/// Where the items at hand hold more bytes, no lane is read further ahead than it must be: an item may have
/// 350 KB, and a user hundreds of lanes.
const MAX_AT_HAND: usize = 32 << 20;

/// Opens items lazily: an entry leaves as soon as no unread item can hold an earlier one.
#[derive(Debug)]
pub(super) struct Merge {
    store: Store,
    workspace: WorkspaceId,
    lanes: Vec<Lane>,
    /// How many items are wanted at a time, of all lanes together.
    items: usize,
    open: BinaryHeap<Opened>,
}

/// An entry out of an item that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) place: Place,
    pub(super) entry: TimelineEntry,
    newest: Timestamp,
}

impl Opened {
    /// The newest event time of the item it lies in.
    pub(super) const fn newest(&self) -> Timestamp {
        self.newest
    }

    /// Of one place, the entry received first comes first.
    fn rank(&self) -> (&Place, Reverse<Timestamp>) {
        (&self.place, Reverse(self.entry.provenance.received_at))
    }
}

impl PartialEq for Opened {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Opened {}

impl PartialOrd for Opened {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Opened {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl Merge {
    /// About so many `items` are read at a time, of all lanes together, and at least one of each.
    pub(super) fn new(
        store: &Store,
        workspace: &WorkspaceId,
        lanes: Vec<Lane>,
        items: usize,
    ) -> Self {
        let (store, workspace) = (store.clone(), workspace.clone());
        Self {
            store,
            workspace,
            lanes,
            items,
            open: BinaryHeap::new(),
        }
    }

    /// The next entry.
    pub(super) async fn next(&mut self) -> Result<Option<Opened>, StoreError> {
        loop {
            let unread = self.unread().await?;
            let ready = match (self.open.peek(), unread) {
                (Some(opened), Some((newest, _))) => opened.place.time > newest,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => return Ok(None),
            };
            if ready {
                return Ok(self.open.pop());
            }
            if let Some((newest, lane)) = unread {
                self.open_item(newest, lane)?;
            }
        }
    }

    /// The newest event time of anything that was not returned: no item beyond it is needed any
    /// more.
    pub(super) async fn frontier(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let unread = self.unread().await?.map(|(newest, _)| newest);
        Ok(self
            .open
            .iter()
            .map(|opened| opened.newest)
            .chain(unread)
            .max())
    }

    /// The newest event time of the items not opened yet, and the lane that has it.
    async fn unread(&mut self) -> Result<Option<(Timestamp, usize)>, StoreError> {
        self.fill().await?;
        let lanes = self.lanes.iter().enumerate();
        Ok(lanes
            .filter_map(|(index, lane)| Some((lane.newest()?, index)))
            .max())
    }

    fn open_item(&mut self, newest: Timestamp, lane: usize) -> Result<(), StoreError> {
        let Some(lane) = self.lanes.get_mut(lane) else {
            return Ok(());
        };
        for entry in lane.open(&self.workspace)? {
            let place = Place {
                time: entry.event.timestamp,
                id: entry.event.id.to_string(),
            };
            self.open.push(Opened {
                place,
                entry,
                newest,
            });
        }
        Ok(())
    }

    /// Reads where a lane's next item is not at hand: one lane directly, several side by side.
    async fn fill(&mut self) -> Result<(), StoreError> {
        let empty = self.lanes.iter().filter(|lane| !lane.is_filled()).count();
        if empty == 0 {
            return Ok(());
        }
        let at_hand: usize = self.lanes.iter().map(Lane::bytes).sum();
        let least = self.items.div_ceil(self.lanes.len().max(1));
        let is_heavy = at_hand > MAX_AT_HAND;
        let page = (least, if is_heavy { least } else { self.items });
        let store = &self.store;
        if empty == 1 {
            for lane in &mut self.lanes {
                lane.fill(store, page).await?;
            }
            return Ok(());
        }
        let reads = std::mem::take(&mut self.lanes).into_iter();
        let reads = reads.map(|mut lane| {
            let store = store.clone();
            async move { lane.fill(&store, page).await.map(|()| lane) }
        });
        self.lanes = in_parallel(reads, "reading a timeline").await?;
        Ok(())
    }
}
