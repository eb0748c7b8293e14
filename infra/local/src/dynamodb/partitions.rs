//! Which partitions a request is about: what the condition key `dynamodb:LeadingKeys` of IAM holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::types::KeyType;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Shared;

type Attributes<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// The attribute that is each table's partition key.
#[derive(Debug)]
pub(super) struct PartitionKeys {
    database: Shared,
    known: Mutex<HashMap<String, String>>,
}

impl PartitionKeys {
    pub(super) fn new(database: Shared) -> Self {
        let known = Mutex::default();
        Self { database, known }
    }

    /// The name of the attribute; `None` where there is no such table.
    pub(super) fn of(&self, table: &str) -> Option<String> {
        if let Some(known) = self.known().get(table) {
            return Some(known.clone());
        }
        let table_name = table.to_owned();
        let description = self.database.0.describe_table(DescribeTableRequest {
            table_name: table_name.clone(),
        });
        let mut schema = description.ok()?.table.key_schema.into_iter();
        let key = schema.find(|it| it.key_type == KeyType::HASH)?;
        let name = key.attribute_name;
        self.known().insert(table_name, name.clone());
        Some(name)
    }

    /// Looks again: tables come and go.
    pub(super) fn forget(&self) {
        self.known().clear();
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The members of a request, or of a part of a transaction, that say which items it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) key: Option<&'a RawValue>,
    pub(super) item: Option<&'a RawValue>,
    pub(super) condition: Option<&'a str>,
    pub(super) names: Option<&'a BTreeMap<Cow<'a, str>, Cow<'a, str>>>,
    pub(super) values: Option<&'a RawValue>,
}

impl Places<'_> {
    /// The partitions, where that attribute is the partition key.
    pub(super) fn partitions(&self, key: &str) -> BTreeSet<String> {
        let items = [self.key, self.item].into_iter().flatten();
        let items = items.filter_map(|item| value_of(item, key));
        items.chain(self.queried(key)).collect()
    }

    /// The partition of a query: what its condition sets the attribute equal to.
    fn queried(&self, key: &str) -> Option<String> {
        let equal = self.condition?.split(" AND ").find_map(|part| {
            let (name, value) = part.trim_matches(['(', ')', ' ']).split_once('=')?;
            let (name, value) = (name.trim(), value.trim());
            let name = self
                .names
                .and_then(|names| names.get(name))
                .map_or(name, |it| it);
            (name == key).then_some(value)
        });
        value_of(self.values?, equal?)
    }
}

/// The partitions that the requests of a batch for one table are about.
pub(super) fn of_batch(requests: &RawValue, key: &str) -> BTreeSet<String> {
    let text = requests.get();
    let items: Vec<&RawValue> = if text.starts_with('[') {
        let writes: Vec<HashMap<Cow<'_, str>, Attributes<'_>>> =
            serde_json::from_str(text).unwrap_or_default();
        let parts = writes.into_iter().flat_map(HashMap::into_values);
        parts.flat_map(HashMap::into_values).collect()
    } else {
        let mut reads: HashMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(text).unwrap_or_default();
        let keys = reads.remove("Keys").map(RawValue::get);
        keys.and_then(|keys| serde_json::from_str(keys).ok())
            .unwrap_or_default()
    };
    let values = items.into_iter().map(|item| value_of(item, key));
    values.flatten().collect()
}

/// The text in that member of an item.
fn value_of(item: &RawValue, name: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Text {
        #[serde(rename = "S")]
        text: String,
    }
    let attributes: Attributes<'_> = serde_json::from_str(item.get()).ok()?;
    let value: Text = serde_json::from_str(attributes.get(name)?.get()).ok()?;
    Some(value.text)
}
