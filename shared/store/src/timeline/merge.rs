//! The items of several profiles as one sequence of entries, newest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use event::{Timestamp, WorkspaceId};
use tokio::task::JoinSet;

use super::TimelineEntry;
use super::cursor::Place;
use super::lane::Lane;
use crate::{Cause, Store, StoreError};

/// Lanes read at the same time.
const MAX_READS: usize = 16;

/// Opens items lazily: an entry leaves as soon as no unread item can hold an earlier one.
#[derive(Debug)]
pub(super) struct Merge {
    store: Store,
    workspace: WorkspaceId,
    lanes: Vec<Lane>,
    /// Items to read at a time.
    page: i32,
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
    pub(super) fn new(store: &Store, workspace: &WorkspaceId, lanes: Vec<Lane>, page: i32) -> Self {
        let (store, workspace) = (store.clone(), workspace.clone());
        Self {
            store,
            workspace,
            lanes,
            page,
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
        let (store, page) = (&self.store, self.page);
        let mut empty = self.lanes.iter().filter(|lane| !lane.is_filled());
        if empty.by_ref().nth(1).is_none() {
            for lane in &mut self.lanes {
                lane.fill(store, page).await?;
            }
            return Ok(());
        }
        let mut reads = JoinSet::new();
        let mut lanes = Vec::with_capacity(self.lanes.len());
        for mut lane in std::mem::take(&mut self.lanes) {
            if reads.len() == MAX_READS {
                lanes.extend(joined(&mut reads).await?);
            }
            let store = store.clone();
            reads.spawn(async move { lane.fill(&store, page).await.map(|()| lane) });
        }
        while let Some(lane) = joined(&mut reads).await? {
            lanes.push(lane);
        }
        self.lanes = lanes;
        Ok(())
    }
}

async fn joined(reads: &mut JoinSet<Result<Lane, StoreError>>) -> Result<Option<Lane>, StoreError> {
    let operation = "reading a timeline";
    match reads.join_next().await {
        None => Ok(None),
        Some(Ok(lane)) => lane.map(Some),
        Some(Err(_)) => Err(StoreError::Unavailable {
            operation,
            cause: Cause::Failed,
        }),
    }
}
