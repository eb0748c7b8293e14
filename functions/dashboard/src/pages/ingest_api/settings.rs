//! The settings of the integration keys, a section for each.

use control::{KeyQuery, KeySort, KeyView, ListedKey};
use edge::Problem;
use event::KeyId;
use futures_util::future::try_join_all;
use policy::KeyKind;

use crate::Dashboard;
use crate::advice::Note;
use crate::kinds::Status;
use crate::member::Member;
use crate::rules::{Editing, Shown};

/// The two kinds, and how their sections are headed.
const KINDS: [(KeyKind, &str); 2] = [
    (
        KeyKind::WriteOnly,
        "Integration Write-Only API Key Settings",
    ),
    (
        KeyKind::ReadWrite,
        "Integration Read & Write API Key Settings",
    ),
];
/// Keys of a kind on this page; all are among the ingestion keys.
const MAX_SHOWN: usize = 10;
/// More keys than this of all kinds are not looked through.
const MAX_LISTED: usize = 1_000;

/// The keys of one kind.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) kind: KeyKind,
    pub(crate) title: &'static str,
    pub(crate) keys: Vec<Section>,
    /// So many more there are.
    pub(crate) more: usize,
}

/// The settings of one key.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) id: KeyId,
    /// With the key's name, where there are several.
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) status: Status,
    pub(crate) shown: Shown,
    /// What could be better about it.
    pub(crate) notes: Vec<Note>,
    /// In edit mode.
    pub(crate) editing: Option<Editing>,
}

impl Dashboard {
    /// The sections, one of them perhaps in edit mode.
    pub(super) async fn parts(
        &self,
        member: &Member,
        mut editing: Option<(KeyId, Editing)>,
    ) -> Result<Vec<Part>, Problem> {
        let query = KeyQuery {
            kind: None,
            sort: KeySort::Name,
            descending: false,
            limit: MAX_LISTED,
            cursor: None,
        };
        let keys = &self.0.use_cases.keys;
        let listed = keys.list(&member.workspace, &query).await;
        let listed = listed?.keys;
        let mut parts = Vec::new();
        for (kind, title) in KINDS {
            let edited = editing.as_ref().map(|(id, _)| id);
            let (ids, more) = chosen(&listed, kind, edited);
            let reads = ids.iter().map(|id| keys.read(&member.workspace, id));
            let views = try_join_all(reads).await?;
            let is_one = views.len() == 1;
            let entries = views.iter().map(|view| &view.listed.entry);
            let mut advice = self.advice_about(&member.workspace, entries).await;
            let section = |view: KeyView| {
                let entry = &view.listed.entry;
                let name = entry.details.name.clone();
                Section {
                    title: if is_one {
                        title.to_owned()
                    } else {
                        format!("{title}: {name}")
                    },
                    status: Status::of(entry, member.by.at),
                    shown: Shown::new(entry.kind, &view.policy),
                    notes: advice.take(&entry.id),
                    editing: editing.take_if(|(id, _)| *id == entry.id).map(|it| it.1),
                    id: entry.id.clone(),
                    name,
                }
            };
            let keys = views.into_iter().map(section).collect();
            parts.push(Part {
                kind,
                title,
                keys,
                more,
            });
        }
        // What is to be edited has a section here.
        match editing {
            Some(_) => Err(Problem::NotFound),
            None => Ok(parts),
        }
    }
}

/// The keys of a kind that have a section, and how many have none. One that is edited has one.
fn chosen<'a>(
    listed: &'a [ListedKey],
    kind: KeyKind,
    edited: Option<&KeyId>,
) -> (Vec<&'a KeyId>, usize) {
    let of_kind = listed.iter().filter(|key| key.entry.kind == kind);
    let (first, rest): (Vec<_>, Vec<_>) = of_kind
        .map(|key| &key.entry.id)
        .enumerate()
        .partition(|(index, id)| *index < MAX_SHOWN || Some(*id) == edited);
    (first.into_iter().map(|(_, id)| id).collect(), rest.len())
}
