//! What the activity table holds day by day, newest first.

use std::time::Duration;

use event::Timestamp;

use super::{Order, Range};
use crate::schema::Item;
use crate::store::Consistency;
use crate::{Store, StoreError};

/// Pages of items, newest first, where each day has a partition of its own.
#[derive(Debug)]
pub(crate) struct Newest<'a, R> {
    store: &'a Store,
    from: Timestamp,
    /// The newest that is left.
    end: Timestamp,
    /// Where the next page of the day starts; `None`: at its end.
    start: Option<Item>,
    /// The items from one moment to another, of the day of the latter.
    range: R,
    page: i32,
    operation: &'static str,
}

impl<'a, R: Fn(Timestamp, Timestamp) -> Range> Newest<'a, R> {
    /// From `from` to `to`, so many items at a time.
    pub(crate) const fn new(
        store: &'a Store,
        (from, to): (Timestamp, Timestamp),
        page: i32,
        operation: &'static str,
        range: R,
    ) -> Self {
        Self {
            store,
            from,
            end: to,
            start: None,
            range,
            page,
            operation,
        }
    }

    /// The next page, which may be empty; nothing behind the oldest.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Item>>, StoreError> {
        if self.end < self.from {
            return Ok(None);
        }
        let table = &self.store.tables().activity;
        let range = (self.range)(self.from, self.end);
        let order = Order::Descending(self.page);
        let (consistency, start) = (Consistency::Eventual, self.start.take());
        let page = self
            .store
            .query_page(table, &range, order, consistency, start, self.operation)
            .await?;
        self.start = page.next;
        if self.start.is_none() {
            self.end = self.end.day().start().minus(Duration::from_millis(1));
        }
        Ok(Some(page.items))
    }
}
