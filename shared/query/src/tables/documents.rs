//! What columns need of the documents that a chunk holds.

use event::codec::{self, Columns};

use super::{ColumnDef, From, SPAN_END, SPAN_START};
use crate::plan::Paths;
use crate::value::Step;

/// The members that are decoded; `None`: whole documents.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) properties: Option<codec::Paths>,
    pub(super) device_data: Option<codec::Paths>,
}

impl Documents {
    /// What the columns need, of which a query reads these paths.
    pub(super) fn of(columns: &[ColumnDef], paths: Option<&Paths>) -> Self {
        let of = |document| {
            let mut names = Vec::new();
            for column in columns {
                names.extend(needed(*column, document, paths)?);
            }
            Some(codec::Paths::new(names))
        };
        Self {
            properties: of(Columns::PROPERTIES),
            device_data: of(Columns::DEVICE_DATA),
        }
    }
}

/// The paths that a column needs of a document; `None`: all of it.
fn needed(column: ColumnDef, document: Columns, paths: Option<&Paths>) -> Option<Vec<Vec<String>>> {
    let from = column.from;
    if from.stored() != document {
        return Some(Vec::new());
    }
    if from == From::Duration {
        return Some(
            [SPAN_START, SPAN_END]
                .map(|end| vec![end.to_owned()])
                .into(),
        );
    }
    let base: Vec<String> = from.path().iter().map(|name| (*name).to_owned()).collect();
    match paths.and_then(|paths| paths.below(column.name)) {
        Some(paths) => Some(paths.iter().map(|steps| joined(&base, steps)).collect()),
        None if base.is_empty() => None,
        None => Some(vec![base]),
    }
}

/// The names on the way; an element of an array is wanted with its whole array.
fn joined(base: &[String], steps: &[Step]) -> Vec<String> {
    let names = steps.iter().map_while(|step| match step {
        Step::Name(name) => Some(name.clone()),
        Step::Index(_) => None,
    });
    base.iter().cloned().chain(names).collect()
}

#[cfg(test)]
mod tests {
    use event::codec::{Layout, Options, Wanted, decode_columns, encode};
    use event::{Event, EventId, Timestamp, WorkspaceId};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::value::find;

    fn names() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "a.b", "b.a", "a\"b"]).prop_map(str::to_owned)
    }

    fn values() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::from)];
        scalar.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map(names(), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step =
            prop_oneof![4 => names().prop_map(Step::Name), 1 => (0..2_usize).prop_map(Step::Index)];
        prop::collection::vec(step, 1..4)
    }

    fn event(properties: &Value) -> Event<'static> {
        Event {
            id: EventId::Given("id".into()),
            name: "name".into(),
            timestamp: Timestamp::default(),
            time_given: true,
            user_id: None,
            anonymous_id: None,
            session_id: None,
            external_id: None,
            properties: Some(properties.to_string().into()),
            device_data: None,
        }
    }

    proptest! {
        #[test]
        fn what_a_path_leads_to_is_the_same_in_what_is_decoded_for_it(
            documents in prop::collection::vec(values(), 1..6),
            paths in prop::collection::vec(steps(), 1..4),
        ) {
            let workspace = WorkspaceId::parse("acme").unwrap();
            let events: Vec<_> = documents.iter().map(event).collect();
            let options = Options { layout: Layout::Columns, level: 1 };
            let blob = encode(&workspace, &events, None, options);
            let members = codec::Paths::new(paths.iter().map(|steps| joined(&[], steps)).collect());
            let wanted = Wanted { properties: Some(&members), ..Columns::PROPERTIES.into() };
            let decoded = decode_columns(&workspace, &blob, wanted).unwrap();
            for (event, left) in events.iter().zip(&decoded.properties) {
                let whole = event.properties.as_deref().unwrap();
                let left = left.as_deref().unwrap();
                for steps in &paths {
                    prop_assert_eq!(
                        find(left.as_bytes(), steps),
                        find(whole.as_bytes(), steps),
                        "{} of {}", left, whole
                    );
                }
            }
        }
    }
}
