//! Properties, each with the time of its last write.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Timestamp;

/// A property's value and when it was said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Property {
    /// JSON text, kept byte for byte.
    #[serde(rename = "v")]
    pub value: Box<RawValue>,
    /// The time of the update that set it.
    #[serde(rename = "t")]
    pub at: Timestamp,
}

impl Property {
    /// Later wins; of one moment, the greater text: so the order of arrival does not matter.
    fn precedence(&self, other: &Self) -> Ordering {
        (self.at, self.value.get()).cmp(&(other.at, other.value.get()))
    }
}

impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        self.precedence(other) == Ordering::Equal
    }
}

impl Eq for Property {}

/// The properties of a profile: for each name the last write. Merging is associative, commutative
/// and idempotent, so updates may arrive in any order, and more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Properties(BTreeMap<String, Property>);

impl Properties {
    /// The properties that the text of a JSON object sets at a moment. Of a name that stands there
    /// twice the last value counts, as in every JSON reader. Fails where the text is no object.
    pub fn from_object(text: &str, at: Timestamp) -> Result<Self, serde_json::Error> {
        let values: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text)?;
        let property = |(name, value)| (name, Property { value, at });
        Ok(Self(values.into_iter().map(property).collect()))
    }

    /// Sets a property, unless what is there takes precedence.
    pub fn merge(&mut self, name: String, property: Property) {
        match self.0.entry(name) {
            Entry::Vacant(vacant) => {
                vacant.insert(property);
            }
            Entry::Occupied(mut there) => {
                if there.get().precedence(&property) == Ordering::Less {
                    there.insert(property);
                }
            }
        }
    }

    /// Merges every property of `other`.
    pub fn merge_all(&mut self, other: Self) {
        for (name, property) in other.0 {
            self.merge(name, property);
        }
    }

    /// The property of that name.
    pub fn get(&self, name: &str) -> Option<&Property> {
        self.0.get(name)
    }

    /// The properties in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Property)> {
        self.0
            .iter()
            .map(|(name, property)| (name.as_str(), property))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values as the text of a JSON object, without their times.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (name, property) in &self.0 {
            if json.len() > 1 {
                json.push(',');
            }
            // A `Value` displays as JSON.
            json.push_str(&serde_json::Value::from(name.as_str()).to_string());
            json.push(':');
            json.push_str(property.value.get());
        }
        json.push('}');
        json
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn properties() -> impl Strategy<Value = Properties> {
        // Few names, times and values, so that they meet and tie.
        let property = (
            0..4_u8,
            0..3_i64,
            prop_oneof!["[0-9]", "\"[a-c]\"", Just("null".into())],
        );
        prop::collection::vec(property, 0..8).prop_map(|set| {
            let mut properties = Properties::default();
            for (name, at, value) in set {
                let value = RawValue::from_string(value).unwrap();
                let property = Property {
                    value,
                    at: Timestamp::from_millis(at),
                };
                properties.merge(name.to_string(), property);
            }
            properties
        })
    }

    fn merged(mut one: Properties, other: Properties) -> Properties {
        one.merge_all(other);
        one
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            a in properties(), b in properties(), c in properties(),
        ) {
            prop_assert_eq!(merged(a.clone(), b.clone()), merged(b.clone(), a.clone()));
            prop_assert_eq!(
                merged(merged(a.clone(), b.clone()), c.clone()),
                merged(a.clone(), merged(b, c))
            );
            prop_assert_eq!(merged(a.clone(), a.clone()), a);
        }
    }

    #[test]
    fn the_later_value_wins_and_of_one_moment_the_greater() {
        let at = |millis, text| Properties::from_object(text, Timestamp::from_millis(millis));
        let mut properties = at(2, r#"{"plan": "pro", "seats": 5}"#).unwrap();
        properties.merge_all(at(1, r#"{"plan": "free", "city": "Ulm"}"#).unwrap());
        properties.merge_all(at(2, r#"{"seats": 7}"#).unwrap());
        assert_eq!(
            properties.to_json(),
            r#"{"city":"Ulm","plan":"pro","seats":7}"#
        );
    }

    #[test]
    fn values_keep_their_text_and_names_are_escaped() {
        let text = r#"{"a\"\u0000b":9007199254740993.10,"c":{"d" : [1e400]}}"#;
        let properties = Properties::from_object(text, Timestamp::default()).unwrap();
        assert_eq!(properties.to_json(), text);
        let stored = serde_json::to_string(&properties).unwrap();
        assert_eq!(
            serde_json::from_str::<Properties>(&stored).unwrap(),
            properties
        );
    }

    #[test]
    fn what_is_no_object_sets_nothing() {
        for text in ["[]", "null", "{", "{\"a\":}"] {
            assert!(
                Properties::from_object(text, Timestamp::default()).is_err(),
                "{text}"
            );
        }
    }
}
