//! A row of the address list, as pages show and forms send it.

use event::Timestamp;
use policy::{AddressRow, RowDraft};

use crate::moment::Moment;

/// A row of the address list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) cidr: String,
    pub(crate) description: String,
    /// When it ends, in milliseconds since 1970; empty: never. Only the admin API sets it.
    pub(crate) until: String,
}

impl Row {
    /// The end, for people.
    pub(crate) fn ends(&self) -> Option<Moment> {
        let millis = self.until.parse().ok()?;
        Some(Timestamp::from_millis(millis).into())
    }

    pub(super) fn draft(&self) -> RowDraft {
        let description = self.description.trim();
        RowDraft {
            cidr: self.cidr.trim().to_owned(),
            description: (!description.is_empty()).then(|| description.to_owned()),
            expires_at: self.until.parse().ok().map(Timestamp::from_millis),
        }
    }
}

impl From<&AddressRow> for Row {
    fn from(row: &AddressRow) -> Self {
        let network = row.network;
        let is_one = network.prefix_len() == network.max_prefix_len();
        Self {
            // People write a single address without its prefix.
            cidr: if is_one {
                network.addr().to_string()
            } else {
                network.to_string()
            },
            description: row.description.clone().unwrap_or_default(),
            until: row
                .expires_at
                .map_or_else(String::new, |at| at.as_millis().to_string()),
        }
    }
}
