//! What goes in comes out, in both layouts; what is damaged is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use event::codec::{self, CodecError, Columns, Layout, Options};
use event::{Event, EventId, KeyId, Provenance, Source, Timestamp, WorkspaceId};
use proptest::prelude::*;
use traffic::{Size, Traffic, Users};

const LAYOUTS: [Layout; 2] = [Layout::Rows, Layout::Columns];

fn workspace() -> WorkspaceId {
    WorkspaceId::parse("acme").unwrap()
}

fn options(layout: Layout) -> Options {
    Options { layout, level: 3 }
}

fn white_space() -> impl Strategy<Value = String> {
    prop_oneof![8 => Just(String::new()), 1 => "[ \\t\\n\\r]{1,3}"]
}

/// The text of any JSON value, the odd ones often.
fn json() -> impl Strategy<Value = String> {
    let string = prop_oneof![
        "[a-z]{0,8}".prop_map(|text| format!("\"{text}\"")),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just(r#""\u0000\ud83d\ude00\"\\/""#.to_owned()),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
            .prop_map(|text| format!("\"{text}\"")),
        "[0-9a-f]{16}".prop_map(|text| format!("\"{text}\"")),
        "[0-9a-fA-F]{32}".prop_map(|text| format!("\"{text}\"")),
        "-?[0-9]{1,20}".prop_map(|text| format!("\"{text}\"")),
    ];
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| format!("{number}000")),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        Just("9007199254740993".to_owned()),
        Just("1e400".to_owned()),
        Just("-0".to_owned()),
        Just("-0.0".to_owned()),
        string,
    ];
    scalar.prop_recursive(5, 40, 5, |value| {
        let member = (white_space(), "[a-c]{0,2}", white_space(), value.clone());
        let member = member.prop_map(|(before, name, behind, value)| {
            format!("{before}\"{name}\"{behind}:{before}{value}{behind}")
        });
        prop_oneof![
            (white_space(), prop::collection::vec(value, 0..5))
                .prop_map(|(space, values)| format!("[{space}{}]", values.join(","))),
            (white_space(), prop::collection::vec(member, 0..5))
                .prop_map(|(space, members)| format!("{{{space}{}}}", members.join(","))),
        ]
    })
}

fn id() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some("one".to_owned())),
        any::<String>().prop_map(Some),
        "[0-9]{1,20}".prop_map(Some),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(Some),
    ]
}

fn text() -> impl Strategy<Value = Option<String>> {
    // Not JSON at all is no reason to lose a byte.
    prop_oneof![8 => json().prop_map(Some), 1 => any::<String>().prop_map(Some), 1 => Just(None)]
}

fn event() -> impl Strategy<Value = Event<'static>> {
    let time = prop_oneof![any::<i64>(), 0..9_i64];
    (
        id(),
        any::<String>(),
        time,
        any::<bool>(),
        [id(), id(), id(), id()],
        text(),
        text(),
    )
        .prop_map(
            |(
                given,
                name,
                time,
                time_given,
                [user, anonymous, session, external],
                properties,
                device,
            )| {
                let mut event = Event {
                    id: EventId::Fingerprint(0),
                    name: Cow::Owned(name),
                    timestamp: Timestamp::from_millis(time),
                    time_given,
                    user_id: user.map(Cow::Owned),
                    anonymous_id: anonymous.map(Cow::Owned),
                    session_id: session.map(Cow::Owned),
                    external_id: external.map(Cow::Owned),
                    properties: properties.map(Cow::Owned),
                    device_data: device.map(Cow::Owned),
                };
                event.id = match given {
                    Some(id) => EventId::Given(Cow::Owned(id)),
                    None => EventId::Fingerprint(event.fingerprint(&workspace())),
                };
                event
            },
        )
}

fn provenance(count: usize) -> impl Strategy<Value = Option<Vec<Provenance>>> {
    let row = (
        any::<i64>(),
        "[a-zA-Z0-9]{12}",
        prop::sample::select(&Source::ALL[..]),
    )
        .prop_map(|(received, key, source)| Provenance {
            received_at: Timestamp::from_millis(received),
            key_id: KeyId::parse(&key).unwrap(),
            source,
        });
    prop::option::of(prop::collection::vec(row, count))
}

fn rows() -> impl Strategy<Value = (Vec<Event<'static>>, Option<Vec<Provenance>>)> {
    // Some rows twice, so that dictionaries and constants occur.
    let events = (prop::collection::vec(event(), 0..12), 1..4_usize).prop_map(|(events, times)| {
        events
            .iter()
            .cycle()
            .take(events.len() * times)
            .cloned()
            .collect()
    });
    events.prop_flat_map(|events: Vec<_>| {
        let count = events.len();
        (Just(events), provenance(count))
    })
}

proptest! {
    #[test]
    fn every_event_comes_back_byte_for_byte((events, provenance) in rows()) {
        for layout in LAYOUTS {
            let blob = codec::encode(&workspace(), &events, provenance.as_deref(), options(layout));
            let decoded = codec::decode(&workspace(), &blob).unwrap();
            prop_assert_eq!(&decoded.events, &events);
            prop_assert_eq!(&decoded.provenance, &provenance);
        }
    }

    #[test]
    fn a_damaged_blob_is_an_error_or_other_rows_never_a_panic(
        (events, provenance) in rows(),
        place: prop::sample::Index,
        byte: u8,
        cut: prop::sample::Index,
    ) {
        for layout in LAYOUTS {
            let mut blob = codec::encode(&workspace(), &events, provenance.as_deref(), options(layout));
            let place = place.index(blob.len());
            blob[place] = byte;
            drop(codec::decode(&workspace(), &blob));
            drop(codec::decode(&workspace(), &blob[..cut.index(blob.len())]));
        }
    }

    #[test]
    fn hostile_content_of_a_sound_frame_never_panics(
        version in 1..=2_u8,
        random in prop::collection::vec(any::<u8>(), 0..40),
        body in prop::collection::vec(prop_oneof![0..16_u8, any::<u8>()], 0..200),
    ) {
        let mut blob = vec![version];
        blob.push(u8::try_from(random.len()).unwrap());
        blob.extend(random);
        blob.extend(zstd::bulk::compress(&body, 1).unwrap());
        drop(codec::decode(&workspace(), &blob));
        drop(codec::decode_columns(&workspace(), &blob, Columns::PROPERTIES));
    }

    #[test]
    fn a_column_alone_is_as_among_all((events, _) in rows()) {
        for layout in LAYOUTS {
            let blob = codec::encode(&workspace(), &events, None, options(layout));
            let columns = |wanted| codec::decode_columns(&workspace(), &blob, wanted).unwrap();
            let all = columns(Columns::ALL);
            prop_assert_eq!(&columns(Columns::ID).ids, &all.ids);
            prop_assert_eq!(&columns(Columns::NAME).names, &all.names);
            let users = columns(Columns::USER_ID);
            prop_assert_eq!(&users.user_ids, &all.user_ids);
            prop_assert_eq!(&users.times, &all.times);
            prop_assert!(users.properties.is_empty() && users.names.is_empty());
            prop_assert_eq!(&columns(Columns::PROPERTIES).properties, &all.properties);
            prop_assert_eq!(&columns(Columns::DEVICE_DATA).device_data, &all.device_data);
        }
    }
}

#[test]
fn made_up_traffic_comes_back_in_both_layouts() {
    for size in [Size::Small, Size::Medium, Size::Large, Size::Huge] {
        for users in [Users::Mixed, Users::One] {
            let events = Traffic::new(5, size, users).events(300);
            for layout in LAYOUTS {
                let blob = codec::encode(&workspace(), &events, None, options(layout));
                assert_eq!(codec::decode(&workspace(), &blob).unwrap().events, events);
            }
        }
    }
}

#[test]
fn an_unknown_version_is_told() {
    assert_eq!(
        codec::decode(&workspace(), &[77, 1, 2]),
        Err(CodecError::Version(77))
    );
    assert_eq!(codec::decode(&workspace(), &[]), Err(CodecError::Truncated));
}

#[test]
fn a_bomb_is_refused_before_its_memory_is_taken() {
    let bomb = zstd::bulk::compress(&vec![0; 80 * 1024 * 1024], 1).unwrap();
    for head in [[1, 0], [2, 0]] {
        let blob = [&head, bomb.as_slice()].concat();
        assert_eq!(
            codec::decode(&workspace(), &blob),
            Err(CodecError::TooLarge)
        );
    }
}
