//! What a profile item says about its id.

use std::collections::BTreeMap;

use event::{ProfileUpdate, Properties, Property, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{StoreError, packed};

const WHAT: &str = "profile";
/// Largest packed document, in bytes: an item holds 400 KB.
const MAX_PACKED: usize = 350 * 1024;
/// The one name in [`Document::external`].
const EXTERNAL_ID: &str = "externalId";

/// Last-write-wins maps. Merging is associative, commutative and idempotent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    #[serde(rename = "p", default, skip_serializing_if = "Properties::is_empty")]
    pub(crate) properties: Properties,
    #[serde(rename = "d", default, skip_serializing_if = "Properties::is_empty")]
    pub(crate) device: Properties,
    /// The external id, under its own name, so that it follows the same rule.
    #[serde(rename = "e", default, skip_serializing_if = "Properties::is_empty")]
    external: Properties,
}

impl Document {
    /// What one update sets.
    pub(crate) fn of_update(update: &ProfileUpdate<'_>) -> Result<Self, StoreError> {
        let at = update.timestamp;
        let object = |text: Option<&str>| {
            let text = text.unwrap_or("{}");
            Properties::from_object(text, at).map_err(|_| StoreError::Corrupt { what: "update" })
        };
        let external = match &update.external_id {
            None => None,
            Some(id) => {
                let member = BTreeMap::from([(EXTERNAL_ID, id)]);
                serde_json::to_string(&member).ok()
            }
        };
        Ok(Self {
            properties: object(update.properties.as_deref())?,
            device: object(update.device_data.as_deref())?,
            external: object(external.as_deref())?,
        })
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.properties.merge_all(other.properties);
        self.device.merge_all(other.device);
        self.external.merge_all(other.external);
    }

    /// Only what was set after the moment.
    pub(crate) fn after(self, moment: Timestamp) -> Self {
        Self {
            properties: after(&self.properties, moment),
            device: after(&self.device, moment),
            external: after(&self.external, moment),
        }
    }

    pub(crate) fn external_id(&self) -> Option<String> {
        let value = self.external.get(EXTERNAL_ID)?.value.get();
        serde_json::from_str(value).ok()
    }

    pub(crate) fn pack(&self) -> Result<Vec<u8>, StoreError> {
        let json = serde_json::to_vec(self).map_err(|_| StoreError::Corrupt { what: WHAT })?;
        let packed = packed::pack(&json, WHAT)?;
        if packed.len() > MAX_PACKED {
            return Err(StoreError::TooLarge { what: WHAT });
        }
        Ok(packed)
    }
}

/// The text of a document, before anything is made of it.
pub(super) struct Unpacked(Vec<u8>);

impl Unpacked {
    pub(super) fn of(packed: &[u8]) -> Result<Self, StoreError> {
        packed::unpack(packed, WHAT).map(Self)
    }

    /// How large it is.
    pub(super) const fn bytes(&self) -> usize {
        self.0.len()
    }

    pub(super) fn read(&self) -> Result<Document, StoreError> {
        serde_json::from_slice(&self.0).map_err(|_| StoreError::Corrupt { what: WHAT })
    }
}

fn after(properties: &Properties, moment: Timestamp) -> Properties {
    let mut kept = Properties::default();
    for (name, property) in properties
        .iter()
        .filter(|(_, property)| property.at > moment)
    {
        let value: Box<RawValue> = property.value.clone();
        kept.merge(
            name.to_owned(),
            Property {
                value,
                at: property.at,
            },
        );
    }
    kept
}
