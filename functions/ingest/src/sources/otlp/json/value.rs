//! Attributes and their values, resources and scopes.

use std::fmt;

use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::resource::v1 as resource;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::FromJson;
use super::scalar::{Base64, Float, Int, List, Text};

/// A value of any type: an object of one member that is named after the type.
#[derive(Debug, Default)]
pub(super) struct AnyValue(Option<any_value::Value>);

impl From<AnyValue> for common::AnyValue {
    fn from(AnyValue(value): AnyValue) -> Self {
        Self { value }
    }
}

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = AnyValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value as {\"stringValue\": …} or of another type")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<AnyValue, A::Error> {
                use any_value::Value;
                let mut value = None;
                while let Some(Text(key)) = members.next_key()? {
                    let found = match key.as_str() {
                        "stringValue" => members
                            .next_value::<Option<String>>()?
                            .map(Value::StringValue),
                        "boolValue" => members.next_value::<Option<bool>>()?.map(Value::BoolValue),
                        "intValue" => members
                            .next_value::<Option<Int<i64>>>()?
                            .map(|Int(number)| Value::IntValue(number)),
                        "doubleValue" => members
                            .next_value::<Option<Float>>()?
                            .map(|Float(number)| Value::DoubleValue(number)),
                        "bytesValue" => members
                            .next_value::<Option<Base64>>()?
                            .map(|Base64(bytes)| Value::BytesValue(bytes)),
                        "arrayValue" => members
                            .next_value::<Option<Values<AnyValue>>>()?
                            .map(|list| common::ArrayValue {
                                values: list.values.into(),
                            })
                            .map(Value::ArrayValue),
                        "kvlistValue" => members
                            .next_value::<Option<Values<KeyValue>>>()?
                            .map(|list| common::KeyValueList {
                                values: list.values.into(),
                            })
                            .map(Value::KvlistValue),
                        _ => {
                            members.next_value::<IgnoredAny>()?;
                            None
                        }
                    };
                    value = found.or(value);
                }
                Ok(AnyValue(value))
            }
        }

        deserializer.deserialize_map(ValueVisitor)
    }
}

#[derive(Deserialize)]
struct Values<T> {
    #[serde(default = "List::default", bound(deserialize = "T: Deserialize<'de>"))]
    values: List<T>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct KeyValue {
    key: Text,
    value: Option<AnyValue>,
}

impl From<KeyValue> for common::KeyValue {
    fn from(KeyValue { key, value }: KeyValue) -> Self {
        Self {
            key: key.0,
            value: value.map(Into::into),
            key_strindex: 0,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Resource {
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Scope {
    name: Text,
    version: Text,
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
}

impl FromJson for common::KeyValue {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str::<KeyValue>(json).map(Into::into)
    }
}

impl FromJson for resource::Resource {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let resource: Resource = serde_json::from_str(json)?;
        Ok(Self {
            attributes: resource.attributes.into(),
            dropped_attributes_count: resource.dropped_attributes_count.0,
            entity_refs: Vec::new(),
        })
    }
}

impl FromJson for common::InstrumentationScope {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let scope: Scope = serde_json::from_str(json)?;
        Ok(Self {
            name: scope.name.0,
            version: scope.version.0,
            attributes: scope.attributes.into(),
            dropped_attributes_count: scope.dropped_attributes_count.0,
        })
    }
}
