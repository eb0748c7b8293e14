//! The table of keys: which, in which order, with which numbers.

use std::collections::BTreeMap;

use control::{KeyQuery, KeySort, ListedKey, UsageSummary};
use edge::Problem;
use event::{KeyId, Timestamp};
use policy::KeyKind;
use serde::Deserialize;

use crate::Dashboard;
use crate::advice::Note;
use crate::kinds::Status;
use crate::member::Member;
use crate::moment::Moment;
use crate::number::number;

/// Keys of a page.
const PAGE: usize = 100;

/// The order that somebody asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The name of a column, with a `-` before it the other way round.
    sort: Option<String>,
    cursor: Option<String>,
}

/// The table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// The address of the next page.
    pub(crate) next: Option<String>,
}

/// The head of a column that sorts.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// What the link asks for.
    pub(crate) sort: String,
    /// As `aria-sort` has it, where the table is sorted by it.
    pub(crate) sorted: Option<&'static str>,
}

/// A key.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: KeyId,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) creator: String,
    pub(crate) created: Moment,
    pub(crate) last_used: Option<Moment>,
    pub(crate) status: Status,
    pub(crate) requests: String,
    pub(crate) refusals: String,
    /// What could be better about it.
    pub(crate) notes: Vec<Note>,
}

/// The columns by which the table can be sorted, by their names in addresses.
const COLUMNS: [(&str, &str, KeySort); 5] = [
    ("name", "Name", KeySort::Name),
    ("kind", "Type", KeySort::Kind),
    ("creator", "Creator", KeySort::Creator),
    ("created", "Created", KeySort::Created),
    ("lastUsed", "Last used", KeySort::LastUsed),
];

impl Dashboard {
    pub(super) async fn table(&self, member: &Member, asked: &Asked) -> Result<Table, Problem> {
        let (sort, descending) = asked.order()?;
        let query = KeyQuery {
            kind: None,
            sort,
            descending,
            limit: PAGE,
            cursor: asked.cursor.clone(),
        };
        let (workspace, now) = (&member.workspace, member.by.at);
        let cases = &self.0.use_cases;
        let read = tokio::try_join!(
            cases.keys.list(workspace, &query),
            control::summaries(&cases.store, workspace, now),
        );
        let (page, summaries) = read?;
        let order = if descending { "-" } else { "" };
        let next = page.next.map(|cursor| {
            let name = name_of(sort);
            format!("?sort={order}{name}&cursor={cursor}")
        });
        // The metrics key has a page of its own.
        let mut keys = page.keys;
        keys.retain(|key| key.entry.kind != KeyKind::Metrics);
        let mut advice = self
            .advice_about(workspace, keys.iter().map(|key| &key.entry))
            .await;
        let row = |key: ListedKey| Row {
            notes: advice.take(&key.entry.id),
            ..Row::new(key, &summaries, now)
        };
        Ok(Table {
            columns: columns(sort, descending),
            rows: keys.into_iter().map(row).collect(),
            next,
        })
    }
}

impl Asked {
    fn order(&self) -> Result<(KeySort, bool), Problem> {
        let text = self.sort.as_deref().unwrap_or("name");
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let column = COLUMNS.iter().find(|(it, ..)| *it == name);
        let (.., sort) = column.ok_or(Problem::InvalidParameter {
            name: "sort",
            message: "must be name, kind, creator, created or lastUsed, perhaps after a -".into(),
        })?;
        Ok((*sort, descending))
    }
}

fn name_of(sort: KeySort) -> &'static str {
    let column = COLUMNS.iter().find(|(.., it)| *it == sort);
    column.map_or("name", |(name, ..)| name)
}

/// A click on the column by which the table is sorted turns it round.
fn columns(sort: KeySort, descending: bool) -> Vec<Column> {
    let column = |&(name, title, by): &(&str, &'static str, KeySort)| {
        let is_it = by == sort;
        let order = if is_it && !descending { "-" } else { "" };
        let direction = if descending {
            "descending"
        } else {
            "ascending"
        };
        Column {
            title,
            sort: format!("{order}{name}"),
            sorted: is_it.then_some(direction),
        }
    };
    COLUMNS.iter().map(column).collect()
}

impl Row {
    fn new(key: ListedKey, summaries: &BTreeMap<KeyId, UsageSummary>, now: Timestamp) -> Self {
        let ListedKey {
            entry,
            last_used_at,
        } = key;
        let used = summaries.get(&entry.id).copied().unwrap_or_default();
        Self {
            kind: entry.kind.label(),
            status: Status::of(&entry, now),
            creator: entry.details.creator.to_string(),
            created: entry.details.created_at.into(),
            name: entry.details.name,
            id: entry.id,
            last_used: used.last_used.max(last_used_at).map(Moment::from),
            requests: number(used.requests),
            refusals: number(used.refusals),
            notes: Vec::new(),
        }
    }
}
