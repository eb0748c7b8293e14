//! Decoded columns.

use std::borrow::Cow;

use super::prune::Paths;
use crate::codec::Decoded;
use crate::fingerprint::{Content, fingerprint};
use crate::{Event, EventId, Provenance, Timestamp, WorkspaceId};

/// A set of columns. The time of the events is always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(u16);

impl Columns {
    /// Nothing but the time.
    pub const TIME: Self = Self(0);
    /// The id. Where one is a fingerprint, every column has to be decoded.
    pub const ID: Self = Self(1);
    /// The name.
    pub const NAME: Self = Self(1 << 1);
    /// The known user.
    pub const USER_ID: Self = Self(1 << 2);
    /// The anonymous device.
    pub const ANONYMOUS_ID: Self = Self(1 << 3);
    /// The visit.
    pub const SESSION_ID: Self = Self(1 << 4);
    /// The user's identifier in another system.
    pub const EXTERNAL_ID: Self = Self(1 << 5);
    /// The properties' text.
    pub const PROPERTIES: Self = Self(1 << 6);
    /// The device data's text.
    pub const DEVICE_DATA: Self = Self(1 << 7);
    /// How each event came in.
    pub const PROVENANCE: Self = Self(1 << 8);
    /// Every column.
    pub const ALL: Self = Self((1 << 9) - 1);

    pub(super) const DOCUMENTS: Self = Self::PROPERTIES.and(Self::DEVICE_DATA);

    /// These columns and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of those are among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is wanted of a blob.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'p> {
    /// The columns.
    pub columns: Columns,
    /// Of the properties only these; `None`: their whole texts.
    pub properties: Option<&'p Paths>,
    /// Of the device data only these; `None`: their whole texts.
    pub device_data: Option<&'p Paths>,
}

impl From<Columns> for Wanted<'_> {
    fn from(columns: Columns) -> Self {
        Self {
            columns,
            properties: None,
            device_data: None,
        }
    }
}

/// Events by columns. A column that was not wanted may be empty; any other has `count` values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Number of events.
    pub count: usize,
    /// When they happened.
    pub times: Vec<Timestamp>,
    /// Whether the sender gave the time.
    pub time_given: Vec<bool>,
    /// Their ids.
    pub ids: Vec<EventId<'static>>,
    /// What happened.
    pub names: Vec<String>,
    /// The known users.
    pub user_ids: Vec<Option<String>>,
    /// The anonymous devices.
    pub anonymous_ids: Vec<Option<String>>,
    /// The visits.
    pub session_ids: Vec<Option<String>>,
    /// The users' identifiers in another system.
    pub external_ids: Vec<Option<String>>,
    /// Texts of JSON objects.
    pub properties: Vec<Option<String>>,
    /// Texts of JSON objects.
    pub device_data: Vec<Option<String>>,
    /// How they came in, where that was encoded with them.
    pub provenance: Option<Vec<Provenance>>,
}

impl Table {
    /// Sets the ids from those that were given. Where one is missing, every other column must be
    /// there.
    pub(super) fn set_ids(&mut self, workspace: &WorkspaceId, given: Vec<Option<String>>) {
        fn text(column: &[Option<String>], index: usize) -> Option<&str> {
            column.get(index)?.as_deref()
        }
        let id = |(index, id): (usize, Option<String>)| match id {
            Some(id) => EventId::Given(Cow::Owned(id)),
            None => EventId::Fingerprint(fingerprint(
                workspace,
                &Content {
                    name: self.names.get(index).map_or("", String::as_str),
                    timestamp: self.times.get(index).copied().unwrap_or_default(),
                    user_id: text(&self.user_ids, index),
                    anonymous_id: text(&self.anonymous_ids, index),
                    session_id: text(&self.session_ids, index),
                    external_id: text(&self.external_ids, index),
                    properties: text(&self.properties, index),
                    device_data: text(&self.device_data, index),
                },
            )),
        };
        self.ids = given.into_iter().enumerate().map(id).collect();
    }

    /// The events, where every column was decoded.
    pub(in crate::codec) fn into_rows(self) -> Decoded {
        fn next(column: &mut impl Iterator<Item = Option<String>>) -> Option<Cow<'static, str>> {
            column.next().flatten().map(Cow::Owned)
        }
        let mut user_ids = self.user_ids.into_iter();
        let mut anonymous_ids = self.anonymous_ids.into_iter();
        let mut session_ids = self.session_ids.into_iter();
        let mut external_ids = self.external_ids.into_iter();
        let mut properties = self.properties.into_iter();
        let mut device_data = self.device_data.into_iter();
        let rows = self
            .ids
            .into_iter()
            .zip(self.names)
            .zip(self.times)
            .zip(self.time_given);
        let events = rows
            .map(|(((id, name), timestamp), time_given)| Event {
                id,
                name: Cow::Owned(name),
                timestamp,
                time_given,
                user_id: next(&mut user_ids),
                anonymous_id: next(&mut anonymous_ids),
                session_id: next(&mut session_ids),
                external_id: next(&mut external_ids),
                properties: next(&mut properties),
                device_data: next(&mut device_data),
            })
            .collect();
        Decoded {
            events,
            provenance: self.provenance,
        }
    }

    /// The events by columns, without those that are not wanted.
    pub(in crate::codec) fn from_rows(rows: Decoded, wanted: Columns) -> Self {
        let mut table = Self {
            count: rows.events.len(),
            ..Self::default()
        };
        let keep = |column: Columns| wanted.contains(column);
        table.provenance = rows.provenance.filter(|_| keep(Columns::PROVENANCE));
        for event in rows.events {
            table.times.push(event.timestamp);
            table.time_given.push(event.time_given);
            if keep(Columns::ID) {
                table.ids.push(event.id);
            }
            if keep(Columns::NAME) {
                table.names.push(event.name.into_owned());
            }
            let columns = [
                (Columns::USER_ID, &mut table.user_ids, event.user_id),
                (
                    Columns::ANONYMOUS_ID,
                    &mut table.anonymous_ids,
                    event.anonymous_id,
                ),
                (
                    Columns::SESSION_ID,
                    &mut table.session_ids,
                    event.session_id,
                ),
                (
                    Columns::EXTERNAL_ID,
                    &mut table.external_ids,
                    event.external_id,
                ),
                (Columns::PROPERTIES, &mut table.properties, event.properties),
                (
                    Columns::DEVICE_DATA,
                    &mut table.device_data,
                    event.device_data,
                ),
            ];
            for (column, values, value) in columns {
                if keep(column) {
                    values.push(value.map(Cow::into_owned));
                }
            }
        }
        table
    }
}
