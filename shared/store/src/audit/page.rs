//! Reading the audit log, the newest entries first.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::{Timestamp, WorkspaceId};

use super::{AuditAction, AuditEntry, item};
use crate::query::{Order, Range, key_of};
use crate::schema::control::{self, AUDIT_PREFIX};
use crate::schema::{Item, Key, LAST};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// Entries read at a time while looking for those that are wanted.
const READ_AT_ONCE: i32 = 200;
/// How often more is read for one page. Where few entries are wanted, a page may be short.
const MAX_READS: usize = 10;

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Of the actor with that id or name.
    pub actor: Option<String>,
    /// About the thing with that id.
    pub subject: Option<String>,
    /// Of that kind.
    pub action: Option<AuditAction>,
    /// Where an earlier page ended.
    pub cursor: Option<String>,
    /// So many at most.
    pub limit: usize,
}

/// An entry as it lies in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEntry {
    /// Names the entry in its workspace.
    pub id: String,
    /// The entry.
    pub entry: AuditEntry,
}

/// Some entries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries: fewer than the limit, or none, where one has to look at many to find them.
    pub entries: Vec<RecordedEntry>,
    /// Where the next page starts; `None`: there is no more.
    pub next: Option<String>,
}

impl Store {
    /// The workspace's audit log, the newest entries first.
    ///
    /// [`StoreError::InvalidCursor`] where the cursor was not given out here.
    pub async fn audit(
        &self,
        workspace: &WorkspaceId,
        query: &AuditQuery,
    ) -> Result<AuditPage, StoreError> {
        let range = range(workspace, query);
        let mut start = match &query.cursor {
            None => None,
            Some(cursor) => Some(start(&range, cursor)?),
        };
        let table = &self.tables().control;
        let mut entries = Vec::new();
        let mut seen = None;
        for _ in 0..MAX_READS {
            let order = Order::Descending(READ_AT_ONCE);
            let consistency = Consistency::Strong;
            let page = self
                .query_page(
                    table,
                    &range,
                    order,
                    consistency,
                    start,
                    "reading the audit log",
                )
                .await?;
            for found in &page.items {
                let recorded = recorded(found)?;
                if !wanted(&recorded.entry, query) {
                    seen = Some(recorded.id);
                    continue;
                }
                if entries.len() == query.limit {
                    let next = entries.last().map(|last: &RecordedEntry| cursor(&last.id));
                    return Ok(AuditPage { entries, next });
                }
                seen = Some(recorded.id.clone());
                entries.push(recorded);
            }
            start = page.next;
            if start.is_none() {
                return Ok(AuditPage {
                    entries,
                    next: None,
                });
            }
        }
        let next = seen.as_deref().map(cursor);
        Ok(AuditPage { entries, next })
    }
}

fn range(workspace: &WorkspaceId, query: &AuditQuery) -> Range {
    Range {
        pk: control::audit_partition(workspace),
        from: query
            .from
            .map_or_else(|| AUDIT_PREFIX.to_owned(), control::audit_from),
        // No entry has just the prefix and the moment as its key.
        to: query
            .until
            .map_or_else(|| format!("{AUDIT_PREFIX}{LAST}"), control::audit_from),
    }
}

fn wanted(entry: &AuditEntry, query: &AuditQuery) -> bool {
    let actor = |wanted: &String| entry.actor.id() == wanted || entry.actor.to_string() == *wanted;
    query.actor.as_ref().is_none_or(actor)
        && query
            .subject
            .as_ref()
            .is_none_or(|subject| entry.subject == *subject)
        && query.action.is_none_or(|action| entry.action == action)
}

fn recorded(found: &Item) -> Result<RecordedEntry, StoreError> {
    let key = key_of(found)?;
    let id = key.sk.strip_prefix(AUDIT_PREFIX);
    let id = id.ok_or(StoreError::Corrupt {
        what: "audit entry",
    })?;
    Ok(RecordedEntry {
        id: id.to_owned(),
        entry: item::from_item(found)?,
    })
}

fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// The key that the page before ended with, if it lies in the range.
fn start(range: &Range, cursor: &str) -> Result<Item, StoreError> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let sk = format!("{AUDIT_PREFIX}{}", String::from_utf8(bytes).ok()?);
        (range.from <= sk && sk <= range.to).then_some(sk)
    };
    let sk = read().ok_or(StoreError::InvalidCursor)?;
    Ok(Key::new(&range.pk, sk).into_item())
}
