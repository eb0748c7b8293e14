//! The pages that can be reached from everywhere.

use policy::Role;

use crate::address::ROOT;
use crate::pages;

/// A page's place in the navigation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    /// One sentence, for the page's card at home.
    pub(crate) about: &'static str,
    pub(crate) icon: Icon,
    pub(crate) group: Group,
    /// Who may see the page.
    pub(crate) least: Role,
}

/// The parts of the navigation, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Start,
    Apis,
    Settings,
}

/// The pictures there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Home,
    Ingest,
    Metrics,
    Live,
    Start,
    Keys,
    Accounts,
    Configuration,
    Audit,
    Workspace,
    Workflows,
}

/// One part of the navigation, as a page shows it.
#[derive(Debug)]
pub(crate) struct Section {
    /// The first part has no heading.
    pub(crate) heading: Option<&'static str>,
    pub(crate) links: Vec<Link>,
}

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) entry: Entry,
    pub(crate) is_here: bool,
}

impl Icon {
    /// Its lines, on a square of 24 units.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z",
            Self::Ingest => "M4 20h16M7 16.5v-5M12 16.5V5M17 16.5v-8",
            Self::Metrics => "M4 19h16M5 15l4.5-5 3.5 3L19 6M15.5 6H19v3.5",
            Self::Live => "M3 12h4l2.5-7 5 14 2.5-7h4",
            Self::Start => "M8 5.5v13l10.5-6.5z",
            Self::Keys => {
                "M14.5 9.5a4.5 4.5 0 1 1-4.2-4.5 4.5 4.5 0 0 1 4.2 4.5zM13 13l7 7M17 17l2-2"
            }
            Self::Accounts => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.4-6 7.5-6s6.9 2 7.5 6"
            }
            Self::Configuration => "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
            Self::Audit => "M6 3.5h9l4 4V20.5H6zM9.5 11h6M9.5 15h6",
            Self::Workspace => "M4 20.5V8l8-4.5L20 8v12.5zM9.5 20.5V14h5v6.5",
            Self::Workflows => "M4 4.5h6v5H4zM14 14.5h6v5h-6zM7 9.5V17h7",
        }
    }
}

impl Group {
    const ALL: [Self; 3] = [Self::Start, Self::Apis, Self::Settings];

    const fn heading(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Apis => Some("APIs"),
            Self::Settings => Some("Settings"),
        }
    }
}

/// What this role may see, with the page at `path` marked.
pub(crate) fn sections(role: Role, path: &str) -> Vec<Section> {
    let links = |group| {
        let entries = pages::ENTRIES
            .iter()
            .filter(move |entry| entry.group == group);
        let visible = entries.filter(|entry| role >= entry.least);
        visible.map(|&entry| Link {
            entry,
            is_here: is_at(entry.path, path),
        })
    };
    Group::ALL
        .into_iter()
        .map(|group| Section {
            heading: group.heading(),
            links: links(group).collect(),
        })
        .filter(|section| !section.links.is_empty())
        .collect()
}

/// Whether the page at `path` is that of the entry, or one below it. Every page is below home.
fn is_at(entry: &str, path: &str) -> bool {
    let below = path.strip_prefix(entry);
    below.is_some_and(|below| below.is_empty() || entry != ROOT && below.starts_with('/'))
}
