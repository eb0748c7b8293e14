//! The pages that can be reached from everywhere.

use policy::Role;

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
}

/// The pictures there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Home,
    Ingest,
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
        }
    }
}

impl Group {
    const ALL: [Self; 2] = [Self::Start, Self::Apis];

    const fn heading(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Apis => Some("APIs"),
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
            is_here: entry.path == path,
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
